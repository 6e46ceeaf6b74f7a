from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from longshort.errors import SettingsError
from longshort.nn import heads
from longshort.nn.network import Model, Network, outputs_per_step

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.9)


def network(head="quantiles", levels=LEVELS, **model):
    return Network(model=Model(head=head, **model), inputs=1, horizon=2, quantile_levels=levels)


@given(arrays(np.float32, (3, 2, len(LEVELS)), elements=st.floats(-50, 50, width=32)))
def test_quantiles_never_cross_whatever_the_network_says(raw):
    assert (np.diff(heads.quantiles(network(), raw, LEVELS), axis=-1) >= 0).all()


@pytest.mark.parametrize("levels", [LEVELS, (0.5,), (0.1, 0.2), (0.6, 0.7, 0.95), (0.05, 0.95)])
def test_a_quantile_head_begins_at_the_standard_normal(levels):
    raw = np.tile(heads.initial_bias(network(levels=levels)), (1, 2, 1)).astype(np.float32)
    normal = [NormalDist().inv_cdf(level) for level in levels]
    np.testing.assert_allclose(heads.quantiles(network(levels=levels), raw, levels)[0, 0], normal, atol=1e-6)


def test_the_median_is_the_centre_of_quantiles():
    raw = np.random.default_rng(0).normal(size=(3, 2, 5)).astype(np.float32)
    np.testing.assert_array_equal(heads.centre(network(), raw), heads.quantiles(network(), raw, LEVELS)[..., 3])


def test_between_levels_lies_a_straight_line():
    values = np.array([[[1.0, 2.0, 6.0]]])
    got = heads.between_levels(values, (0.1, 0.5, 0.9), (0.1, 0.3, 0.6, 0.9))
    np.testing.assert_allclose(got[0, 0], [1.0, 1.5, 3.0, 6.0])


def test_a_level_beyond_the_outermost_is_refused():
    raw = np.zeros((1, 2, 5), np.float32)
    with pytest.raises(SettingsError, match=r"0\.01 lies beyond"):
        heads.quantiles(network(), raw, (0.01, 0.5))


@given(arrays(np.float32, (4, 2, 3), elements=st.floats(-80, 80, width=32)))
def test_a_student_t_has_a_positive_scale_and_a_variance(raw):
    _, scale, df = heads.student_t(raw.astype(np.float64))
    assert (scale > 0).all()
    assert (df >= 2).all()


def test_a_student_t_gives_the_quantiles_of_its_distribution():
    from scipy.stats import t

    raw = np.random.default_rng(0).normal(size=(3, 2, 3)).astype(np.float32)
    location, scale, df = (part[..., None] for part in heads.student_t(raw.astype(np.float64)))
    expected = t.ppf(np.array(LEVELS), df, location, scale)
    np.testing.assert_allclose(heads.quantiles(network("student_t"), raw, LEVELS), expected, rtol=1e-9)
    np.testing.assert_array_equal(heads.centre(network("student_t"), raw), location[..., 0])


def test_a_student_t_begins_at_scale_one_with_fat_tails():
    raw = heads.initial_bias(network("student_t"))
    assert [float(part) for part in heads.student_t(raw)] == pytest.approx([0.0, 1.0, 6.0])


@given(st.floats(-1e6, 1e6, width=32))
def test_a_bounded_forecast_never_leaves_its_limits(raw):
    centre = heads.centre(network("bounded", low=-1.0, high=3.0), np.full((1, 2, 1), raw, np.float32))
    assert ((centre >= -1.0) & (centre <= 3.0)).all()


def test_a_bounded_head_begins_in_the_middle():
    bounded = network("bounded", low=-1.0, high=3.0)
    raw = np.tile(heads.initial_bias(bounded), (1, 2, 1)).astype(np.float32)
    np.testing.assert_array_equal(heads.centre(bounded, raw), 1.0)


@pytest.mark.parametrize(("head", "limits"), [("point", {}), ("bounded", {"low": 0.0, "high": 1.0})])
def test_a_point_has_no_quantiles(head, limits):
    described = network(head, **limits)
    assert not heads.gives_quantiles(described)
    with pytest.raises(SettingsError, match="forecasts a point"):
        heads.quantiles(described, np.zeros((1, 2, outputs_per_step(described)), np.float32), (0.5,))


def test_softplus_neither_overflows_nor_vanishes():
    np.testing.assert_allclose(heads.softplus(np.array([-700.0, 0.0, 700.0])), [np.exp(-700.0), np.log(2.0), 700.0])
