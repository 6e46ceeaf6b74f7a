import numpy as np
import pytest

from longshort.data.calendars import named
from longshort.data.features import LIMIT, features
from longshort.data.panel import Column, Panel
from longshort.data.transforms import Transform, fit_coordinates
from longshort.data.volatility import ewm_mean, volatility

HALFLIFE = Transform().halflife
ROWS = 90


def panel_of(*columns: tuple[Column, np.ndarray], series: int = 1) -> Panel:
    """Put columns beside a simulated close that is the target."""
    rows = len(columns[0][1]) if columns else ROWS
    close = 100 * np.exp(np.cumsum(0.01 * np.random.default_rng(0).standard_normal(rows)))
    days = np.tile(np.arange(18_262, 18_262 + rows // series), series)
    return Panel(
        values=np.stack([close, *(values for _, values in columns)], axis=1),
        times=days * 86_400_000_000,
        sessions=named("daily").numbers(days * 86_400_000_000),
        offsets=np.arange(series + 1) * (rows // series),
        ids=tuple(f"S{i}" for i in range(series)),
        columns=(Column("Close", "close"), *(column for column, _ in columns)),
        calendars=(named("daily"),) * series,
    )


def inputs(panel, horizon=3, name="log_return"):
    coordinates = fit_coordinates(panel, Transform(name=name), np.ones(len(panel.target), dtype=bool))
    names, table = features(panel, coordinates, horizon)
    assert table.shape == (len(panel.target), len(names))
    assert np.isfinite(table).all()
    return dict(zip(names, table.T, strict=True))


def noise(seed=1, rows=ROWS):
    return np.random.default_rng(seed).standard_normal(rows)


def test_a_target_alone_is_seen_by_its_change_and_its_volatility():
    panel = panel_of()
    seen = inputs(panel)
    assert list(seen) == ["change", "volatility", "volatility level"]
    spread = volatility(panel, True, HALFLIFE)
    np.testing.assert_allclose(seen["change"][1:], np.diff(np.log(panel.target)) / spread[1:])
    np.testing.assert_allclose(seen["volatility level"][1:], np.log(spread[1:]))
    assert seen["change"][0] == 0.0


def test_differences_know_no_level_of_volatility_whose_unit_would_be_the_prices():
    panel = panel_of()
    seen = inputs(panel, name="difference")
    assert list(seen) == ["change", "volatility"]
    other = inputs(panel.with_values(1_000 * panel.values), name="difference")
    for name in seen:
        np.testing.assert_allclose(seen[name], other[name], atol=1e-9)


@pytest.mark.parametrize("kind", ["open", "high", "low", "adj_close"])
def test_another_price_is_seen_by_its_distance_from_the_target_in_volatilities(kind):
    panel = panel_of((Column("X", kind), 100 + noise()))
    spread = volatility(panel, True, HALFLIFE)
    expected = np.log(panel.values[:, 1] / panel.target) / spread
    np.testing.assert_allclose(inputs(panel)["X to target"][1:], np.clip(expected, -LIMIT, LIMIT)[1:])


def test_a_high_and_a_low_give_the_range_of_the_session():
    high, low = 103.0 + np.abs(noise(1)), 97.0 - np.abs(noise(2))
    panel = panel_of((Column("H", "high"), high), (Column("L", "low"), low))
    spread = volatility(panel, True, HALFLIFE)
    np.testing.assert_allclose(inputs(panel)["range"], np.log(np.log(high / low) / spread + 1e-3))
    assert "range" not in inputs(panel_of((Column("H", "high"), high)))


def test_a_session_whose_high_is_below_its_low_has_no_range_and_stays_finite():
    panel = panel_of((Column("H", "high"), np.full(ROWS, 97.0)), (Column("L", "low"), np.full(ROWS, 103.0)))
    np.testing.assert_allclose(inputs(panel)["range"], np.log(1e-3))


def test_volume_is_read_against_its_own_recent_level_without_its_unit():
    volume = np.exp(10 + noise())
    volume[[5, 40]] = 0.0, np.nan
    panel = panel_of((Column("Volume", "volume"), volume))
    seen = inputs(panel)["Volume"]
    logs = np.log(np.where(volume > 0, volume, np.nan))
    expected = np.nan_to_num(logs - ewm_mean(panel, logs, HALFLIFE))
    np.testing.assert_allclose(seen, np.clip(expected, -LIMIT, LIMIT))
    assert seen[5] == seen[40] == 0.0
    other = inputs(panel.with_values(panel.values * np.array([1.0, 1_000.0])))["Volume"]
    np.testing.assert_allclose(seen, other, atol=1e-9)


@pytest.mark.parametrize(("scale", "shift"), [(1_000.0, 0.0), (1.0, 500.0), (0.001, -3.0)])
def test_an_extra_column_is_seen_without_unit_or_origin(scale, shift):
    values = np.cumsum(noise())
    column = Column("rate")
    ours, theirs = (inputs(panel_of((column, v))) for v in (values, scale * values + shift))
    assert {"rate change", "rate level"} <= ours.keys()
    assert np.std(ours["rate change"]) > 0.3
    assert np.std(ours["rate level"]) > 0.3
    for name in ("rate change", "rate level"):
        np.testing.assert_allclose(ours[name][2:], theirs[name][2:], atol=1e-6)


def test_a_blank_in_an_extra_column_carries_the_newest_value_forward():
    values = np.cumsum(noise())
    blank, carried = values.copy(), values.copy()
    blank[30:33], carried[30:33] = np.nan, values[29]
    ours, theirs = (inputs(panel_of((Column("rate"), v))) for v in (blank, carried))
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    assert (ours["rate change"][30:33] == 0.0).all()


def test_a_column_without_any_value_says_nothing():
    seen = inputs(panel_of((Column("rate"), np.full(ROWS, np.nan)), (Column("Volume", "volume"), np.zeros(ROWS))))
    for name in ("rate change", "rate level", "Volume"):
        assert (seen[name] == 0.0).all()


def test_a_static_column_is_seen_as_it_is():
    sector = np.repeat([1.0, 2.0], ROWS // 2)
    panel = panel_of((Column("sector", known="static"), sector), series=2)
    np.testing.assert_array_equal(inputs(panel)["sector"], sector)


def test_what_is_known_in_advance_lies_beside_each_row_one_input_a_step():
    holiday = (np.arange(ROWS) % 7 == 0).astype(float)
    panel = panel_of((Column("holiday", known="known_future"), holiday))
    seen = inputs(panel)
    assert [name for name in seen if name.startswith("holiday")] == ["holiday +1", "holiday +2", "holiday +3"]
    rows = np.arange(20, ROWS - 3)
    for step in (1, 2, 3):
        there = seen[f"holiday +{step}"][rows]
        assert (there[holiday[rows + step] == 1] > 1.0).all()
        assert (there[holiday[rows + step] == 0] < 0.0).all()


def test_what_is_known_in_advance_ends_with_its_series():
    counted = np.concatenate([np.arange(45.0), 1_000 + np.arange(45.0)])
    panel = panel_of((Column("count", known="known_future"), counted), series=2)
    seen = inputs(panel)
    alone = inputs(panel.only(np.array([0])))
    for step in (1, 2, 3):
        np.testing.assert_array_equal(seen[f"count +{step}"][:45], alone[f"count +{step}"])


def test_a_past_column_is_never_laid_beside_an_earlier_row():
    values = np.cumsum(noise())
    changed = values.copy()
    changed[60:] = 1e6
    ours, theirs = (inputs(panel_of((Column("rate"), v))) for v in (values, changed))
    for name in ours:
        np.testing.assert_array_equal(ours[name][:60], theirs[name][:60])


def test_blanks_of_the_target_are_no_change_and_no_rupture():
    panel = panel_of()
    values = panel.values.copy()
    values[[0, 1, 50, 51]] = np.nan
    seen = inputs(panel.with_values(values))
    assert (seen["change"][[0, 1, 50, 51]] == 0.0).all()
    expected = np.log(panel.target[52] / panel.target[49])
    spread = volatility(panel.with_values(values), True, HALFLIFE)
    assert seen["change"][52] == pytest.approx(expected / spread[52])


def test_a_wild_move_is_cut_at_the_limit():
    panel = panel_of()
    values = panel.values.copy()
    values[:80] = 100.0 + 1e-9 * np.arange(80)[:, None]
    values[80:] *= 50
    assert np.abs(inputs(panel.with_values(values))["change"]).max() <= LIMIT


@pytest.mark.parametrize("name", ["standardise", "minmax", "none"])
def test_levels_are_seen_as_levels_each_column_by_its_own_numbers(name):
    panel = panel_of((Column("rate"), 5 + noise()))
    seen = inputs(panel, name=name)
    assert list(seen) == ["Close", "rate"]
    if name == "standardise":
        assert seen["rate"].mean() == pytest.approx(0.0, abs=1e-9)
        assert seen["rate"].std() == pytest.approx(1.0)
    elif name == "minmax":
        assert (seen["rate"].min(), seen["rate"].max()) == pytest.approx((0.0, 1.0))
    else:
        np.testing.assert_array_equal(seen["rate"], panel.values[:, 1])
