import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longshort.nn import heads, tensors
from longshort.nn.network import Model, Network

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.9)


def network(head="quantiles", levels=LEVELS, **model):
    return Network(model=Model(head=head, **model), inputs=1, horizon=2, quantile_levels=levels)


def draw(outputs):
    return np.random.default_rng(0).normal(size=(3, 2, outputs)) * 4.0


@pytest.mark.parametrize("levels", [LEVELS, (0.5,), (0.1, 0.2), (0.6, 0.7, 0.95)])
def test_ordered_quantiles_are_those_of_the_heads(levels):
    raw, described = draw(len(levels)), network(levels=levels)
    ours = tensors.monotone(described, torch.from_numpy(raw)).numpy()
    np.testing.assert_allclose(ours, heads.monotone(described, raw), rtol=1e-12)


def test_a_student_t_is_that_of_the_heads():
    raw = draw(3)
    for ours, theirs in zip(tensors.student_t(torch.from_numpy(raw)), heads.student_t(raw), strict=True):
        np.testing.assert_allclose(ours.numpy(), theirs, rtol=1e-12)


def test_a_bounded_forecast_is_that_of_the_heads():
    raw, described = draw(1), network("bounded", low=-1.0, high=3.0)
    ours = tensors.bounded(described, torch.from_numpy(raw)).numpy()
    np.testing.assert_allclose(ours, heads.bounded(described, raw.astype(np.float32)), rtol=1e-6)


@pytest.mark.parametrize("levels", [LEVELS, (0.5,), (0.1, 0.2), (0.6, 0.7, 0.95)])
def test_the_gradient_of_ordered_quantiles_is_right(levels):
    raw = torch.from_numpy(draw(len(levels))).requires_grad_()
    assert torch.autograd.gradcheck(lambda r: tensors.monotone(network(levels=levels), r), (raw,), atol=1e-10)


def test_the_order_in_memory_does_not_matter():
    raw = torch.from_numpy(draw(5))
    turned = raw.permute(2, 0, 1).contiguous().permute(1, 2, 0)
    torch.testing.assert_close(
        tensors.monotone(network(), raw), tensors.monotone(network(), turned), rtol=0, atol=1e-14
    )


@given(arrays(np.float32, (4, 2, 3), elements=st.floats(-80, 80, width=32)))
def test_a_student_t_has_a_positive_scale_and_a_variance(raw):
    _, scale, df = tensors.student_t(torch.from_numpy(raw))
    assert (scale > 0).all()
    assert (df >= 2).all()
