import numpy as np
import pytest
import torch
from torch.nn import functional

from longshort.learn.activations import ACTIVATIONS, LEAK, finite_difference

TORCH = {
    "identity": lambda x: x,
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "arctan": torch.arctan,
    "ReLU": torch.relu,
    "PReLU": lambda x: functional.leaky_relu(x, LEAK),
    "ELU": functional.elu,
    "softplus": functional.softplus,
    "softsign": functional.softsign,
}


def test_there_are_ten() -> None:
    assert len(ACTIVATIONS) == 10
    assert set(ACTIVATIONS) == {*TORCH, "binary step"}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_finite_differences_agree_with_the_derivative_to_a_millionth_away_from_kinks(name: str) -> None:
    activation = ACTIVATIONS[name]
    x = np.linspace(-8.0, 8.0, 3201)
    if activation.kink is not None:
        x = x[np.abs(x - activation.kink) > 1e-3]
    measured = finite_difference(activation.value, x)
    np.testing.assert_allclose(activation.derivative(x), measured, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", TORCH)
def test_values_and_slopes_are_pytorchs(name: str) -> None:
    x = torch.linspace(-6, 6, 242, dtype=torch.float64, requires_grad=True)
    y = TORCH[name](x)
    y.sum().backward()
    ours = ACTIVATIONS[name]
    np.testing.assert_allclose(ours.value(x.detach().numpy()), y.detach().numpy(), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(ours.derivative(x.detach().numpy()), x.grad.numpy(), rtol=1e-7, atol=1e-12)


def test_at_kinks_what_the_table_agrees_on_holds() -> None:
    zero = np.array(0.0)
    agreed = {"binary step": (1.0, 0.0), "ReLU": (0.0, 1.0), "PReLU": (0.0, 1.0)}
    for name, (value, slope) in agreed.items():
        assert (float(ACTIVATIONS[name].value(zero)), float(ACTIVATIONS[name].derivative(zero))) == (value, slope)
    assert {name for name, one in ACTIVATIONS.items() if one.kink is not None} == set(agreed)


def test_large_sums_neither_overflow_nor_warn() -> None:
    x = np.array([-1e4, 1e4])
    for activation in ACTIVATIONS.values():
        assert np.isfinite(activation.value(x)).all()
        assert np.isfinite(activation.derivative(x)).all()
