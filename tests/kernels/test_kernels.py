import subprocess
import sys

import numpy as np
import pytest
import torch

from longshort.kernels import layer

WITHOUT_TORCH = """
import sys
import numpy as np
from longshort import kernels
weights = {name: np.zeros((1, *shape)) for name, shape in kernels.weight_shapes("lstm", 2, 3).items()}
kernels.layer("reference", "lstm", np.zeros((1, 4, 5, 2)), weights, lengths=np.ones((1, 5), int))
assert "torch" not in sys.modules
"""


def test_arrays_are_served_without_loading_pytorch():
    subprocess.run([sys.executable, "-c", WITHOUT_TORCH], check=True)


def test_an_unknown_backend_or_cell_is_named():
    with pytest.raises(ValueError, match="'tpu'"):
        layer("tpu", "lstm", None, {})
    with pytest.raises(ValueError, match="'lsmt'"):
        layer("torch", "lsmt", None, {})


def test_the_backend_torch_asks_for_tensors(draw):
    inputs, weights, *_ = draw("gru")
    with pytest.raises(ValueError, match="'torch' takes tensors"):
        layer("torch", "gru", inputs, weights)


def test_tensors_are_served_by_the_reference_too_and_carry_gradients(draw):
    inputs, weights, *_ = draw("gru")
    expected, _ = layer("reference", "gru", inputs, weights)
    leaf = torch.tensor(inputs, requires_grad=True)
    outputs, _ = layer("reference", "gru", leaf, {name: torch.tensor(w) for name, w in weights.items()})
    np.testing.assert_array_equal(outputs.detach().numpy(), expected)
    outputs.sum().backward()
    assert leaf.grad.abs().min() > 0.0
