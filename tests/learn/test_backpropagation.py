import numpy as np
import torch

from longshort.learn.backpropagation import Layer, gradient, loss, moved, predict
from longshort.learn.pages import p03_backpropagation as page
from longshort.seeding import generator


def deep() -> tuple[list[Layer], np.ndarray, np.ndarray]:
    rng = generator(3, "deep")
    sizes, bends = (4, 5, 3, 2), ("tanh", "logistic", "identity")
    network = [
        Layer(rng.normal(size=(b, a)), rng.normal(size=b), bend)
        for a, b, bend in zip(sizes, sizes[1:], bends, strict=False)
    ]
    return network, rng.normal(size=(7, 4)), rng.normal(size=(7, 2))


def test_every_slope_is_autograds() -> None:
    network, x, y = deep()
    bend = {"tanh": torch.tanh, "logistic": torch.sigmoid, "identity": lambda v: v}
    weights = [[torch.tensor(part, requires_grad=True) for part in layer[:2]] for layer in network]
    value = torch.tensor(x)
    for (weight, bias), layer in zip(weights, network, strict=True):
        value = bend[layer.activation](value @ weight.T + bias)
    total = 0.5 * ((value - torch.tensor(y)) ** 2).sum(-1).mean()
    total.backward()
    assert abs(total.item() - loss(predict(network, x), y)) < 1e-12
    for (weight, bias), (d_weight, d_bias) in zip(weights, gradient(network, x, y), strict=True):
        np.testing.assert_allclose(d_weight, weight.grad.numpy(), rtol=0, atol=1e-12)
        np.testing.assert_allclose(d_bias, bias.grad.numpy(), rtol=0, atol=1e-12)


def test_the_error_of_the_output_is_plus_p_minus_y() -> None:
    numbers = page.numbers()
    assert numbers["d_p"][0] == numbers["p"][0] - page.Y[0, 0]


def test_a_step_with_the_right_sign_lowers_the_loss_and_with_the_wrong_one_raises_it() -> None:
    network, x, y = deep()
    before, slopes = loss(predict(network, x), y), gradient(network, x, y)
    assert loss(predict(moved(network, slopes, 0.01), x), y) < before
    assert loss(predict(moved(network, slopes, -0.01), x), y) > before
    assert page.losses(1.0)[-1] < 1e-3 < 1.0 < page.losses(-1.0)[-1]


def test_the_topologies_count_as_checked() -> None:
    assert page.counted((784, 8, 3, 5, 10))[1] == 6387
    assert page.counted((784, 8, 3, 5))[1] == 6327
