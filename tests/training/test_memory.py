import pytest

from longshort.errors import SettingsError
from longshort.training import memory
from longshort.training.memory import learning_bytes, refuse_bytes, refuse_parameters
from longshort.training.settings import Training


@pytest.mark.parametrize(
    ("training", "fits", "copies"),
    [
        (Training(members=1, optimizer="sgd"), 1, 1 + 4 + 1),
        (Training(members=1, optimizer="adamw"), 1, 1 + 4 + 2),
        (Training(members=3, optimizer="adamw"), 1, 3 + 2 * (4 + 2)),
        (Training(members=3, optimizer="adamw"), 4, 12 + 2 * (4 + 2)),
    ],
)
def test_all_members_are_kept_and_those_that_learn_at_a_time_take_more(monkeypatch, training, fits, copies):
    monkeypatch.setattr(memory, "available_threads", lambda: 2)
    assert learning_bytes(1000, training, fits) == 4 * 1000 * copies


def test_what_does_not_fit_is_refused_with_its_size_and_what_is_free(monkeypatch):
    monkeypatch.setenv("LONGSHORT_MEMORY", "10M")
    refuse_parameters(1000, Training())
    with pytest.raises(SettingsError, match=r"1,000,000 parameters in each of 5 members.*MiB, and 10.0 MiB") as caught:
        refuse_parameters(1_000_000, Training())
    assert "--set training.members=1" in caught.value.hint
    assert "LONGSHORT_MEMORY" in caught.value.hint
    refuse_bytes(10 * 2**20, "this", "Lower it")
    with pytest.raises(SettingsError, match="this takes about"):
        refuse_bytes(10 * 2**20 + 1, "this", "Lower it")
