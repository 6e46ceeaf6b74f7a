import pytest
import torch

from longshort.errors import SettingsError
from longshort.training.device import resolve_device


def test_without_cuda_auto_is_the_processor_and_says_so(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    device, sentence = resolve_device("auto")
    assert device == "cpu"
    assert "processor" in sentence
    with pytest.raises(SettingsError, match="no CUDA device"):
        resolve_device("cuda")


def test_with_cuda_auto_takes_it_and_names_it(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Planted GPU")
    assert resolve_device("auto")[0] == resolve_device("cuda")[0] == "cuda"
    assert "Planted GPU" in resolve_device("auto")[1]
    assert resolve_device("cpu")[0] == "cpu"


def test_another_word_is_refused():
    with pytest.raises(SettingsError, match="'gpu'"):
        resolve_device("gpu")
