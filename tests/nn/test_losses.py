from typing import get_args

import numpy as np
import pytest
import torch

from longshort.errors import SettingsError
from longshort.nn import tensors
from longshort.nn.losses import loss_function
from longshort.nn.network import Model, Network, outputs_per_step
from longshort.nn.pairings import LOSSES_OF_HEAD, resolve_loss

LEVELS = (0.1, 0.5, 0.9)


def network(head, **model):
    return Network(model=Model(head=head, **model), inputs=1, horizon=2, quantile_levels=LEVELS)


def draw(described, seed=0):
    rng = np.random.default_rng(seed)
    raw = torch.from_numpy(rng.normal(size=(4, 2, outputs_per_step(described)))).requires_grad_()
    return raw, torch.from_numpy(rng.normal(size=(4, 2)))


def test_pinball_is_the_published_formula():
    raw, target = draw(network("quantiles"))
    error = target[..., None] - tensors.monotone(network("quantiles"), raw)
    level = torch.tensor(LEVELS, dtype=torch.float64)
    expected = torch.maximum(level * error, (level - 1) * error).mean(-1)
    torch.testing.assert_close(loss_function(network("quantiles"), "auto")(raw, target), expected)


# the others are those of stacks (tests/nn/stack)
@pytest.mark.parametrize("head", get_args(Model.__annotations__["head"]))
def test_the_slope_of_each_loss_is_its_gradient(head):
    limits = {"low": -5.0, "high": 5.0} if head == "bounded" else {}
    described = network(head, **limits)
    for name in LOSSES_OF_HEAD[head]:
        loss = loss_function(described, name)
        raw, target = draw(described)
        assert torch.autograd.gradcheck(lambda r, loss=loss, target=target: loss(r, target), (raw,), atol=1e-8)


def test_likelihood_is_the_density_that_scipy_gives():
    from scipy.stats import t

    raw, target = draw(network("student_t"))
    location, scale, df = (part.detach().numpy() for part in tensors.student_t(raw))
    expected = -t.logpdf(target.numpy(), df, location, scale)
    got = loss_function(network("student_t"), "likelihood")(raw, target).detach().numpy()
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "expected"), [("squared", [0.25, 9.0]), ("absolute", [0.5, 3.0]), ("huber", [0.125, 2.5])]
)
def test_point_losses_measure_the_error(name, expected):
    raw, target = torch.tensor([[0.5], [-1.0]]), torch.tensor([1.0, 2.0])
    assert loss_function(network("point"), name)(raw, target).tolist() == pytest.approx(expected)


def test_cross_entropy_is_least_at_the_targets_own_share():
    loss = loss_function(network("bounded", low=10.0, high=20.0), "auto")
    raw, target = torch.linspace(-4, 4, 801)[:, None], torch.full((801,), 12.5)
    best = raw[loss(raw, target).argmin()]
    assert float(torch.sigmoid(best)) == pytest.approx(0.25, abs=0.005)


def test_a_target_beyond_a_limit_counts_as_on_it():
    loss = loss_function(network("bounded", low=0.0, high=1.0), "auto")
    raw = torch.tensor([[0.3]])
    assert float(loss(raw, torch.tensor([7.0]))) == float(loss(raw, torch.tensor([1.0])))


def test_a_bounded_head_may_be_trained_on_its_error():
    loss = loss_function(network("bounded", low=0.0, high=2.0), "squared")
    assert float(loss(torch.tensor([[0.0]]), torch.tensor([1.5]))) == pytest.approx(0.25)


@pytest.mark.parametrize(("head", "loss"), [("quantiles", "squared"), ("point", "pinball"), ("student_t", "huber")])
def test_an_impossible_pairing_names_what_fits(head, loss):
    with pytest.raises(SettingsError, match=f"'{loss}'.*'{head}'") as caught:
        resolve_loss(head, loss)
    assert repr(next(h for h, losses in LOSSES_OF_HEAD.items() if loss in losses)) in caught.value.hint
