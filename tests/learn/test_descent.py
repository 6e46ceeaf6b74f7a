import numpy as np
import pytest
import torch

from longshort.learn.descent import bowl_slope, parabola_path, saddle, saddle_slope, walk
from longshort.learn.pages import p03b_descent as page

TORCH = {
    "plain": lambda p, rate: torch.optim.SGD(p, rate),
    "momentum": lambda p, rate: torch.optim.SGD(p, rate, momentum=0.8),
    "nesterov": lambda p, rate: torch.optim.SGD(p, rate, momentum=0.8, nesterov=True),
    "rmsprop": lambda p, rate: torch.optim.RMSprop(p, rate),
    "adagrad": lambda p, rate: torch.optim.Adagrad(p, rate),
}


@pytest.mark.parametrize("curvature", [0.5, 1.0, 3.0])
def test_descent_converges_exactly_below_two_over_the_curvature(curvature: float) -> None:
    limit = 2.0 / curvature
    assert abs(parabola_path(4.0, curvature, 0.999 * limit, 20000)[-1]) < 1e-6
    assert abs(parabola_path(4.0, curvature, 1.001 * limit, 20000)[-1]) > 1e6
    assert np.abs(parabola_path(4.0, 0.5, 4.0, 100)).tolist() == [4.0] * 101


@pytest.mark.parametrize("name", page.OPTIMIZERS)
def test_every_path_is_pytorchs(name: str) -> None:
    place = torch.tensor(page.START, dtype=torch.float64, requires_grad=True)
    optimizer = TORCH[name]([place], 0.05)
    theirs = [place.detach().numpy().copy()]
    for _ in range(30):
        optimizer.zero_grad()
        place.grad = torch.from_numpy(bowl_slope(place.detach().numpy()))
        optimizer.step()
        theirs.append(place.detach().numpy().copy())
    ours = walk(bowl_slope, page.START, 30, 0.05, page.OPTIMIZERS[name][0])
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_a_zero_gradient_is_not_only_a_minimum() -> None:
    assert saddle_slope(np.zeros(2)).tolist() == [0.0, 0.0]
    assert saddle(np.array([0.0, 0.1])) < saddle(np.zeros(2)) < saddle(np.array([0.1, 0.0]))
    assert page.steps_to_leave(0.0) is None
    assert page.steps_to_leave(1e-9) > page.steps_to_leave(1e-3) > 0
