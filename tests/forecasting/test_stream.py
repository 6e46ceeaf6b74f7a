from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

import longshort as ls
from longshort.data.calendars import named
from longshort.data.panel import Column
from longshort.errors import DataError, SettingsError
from longshort.forecasting.forecaster import Forecaster

DAY = 86_400_000_000
NUMBERS = ("mean", "quantiles", "p_up", "seed_mean", "seed_quantiles", "last")
KERNELS = ("native", "torch", "reference")
LEVELS = {"window.method": "single"}
RECIPES = {
    "quantiles": {},
    "no median": {"quantile_levels": (0.1, 0.4, 0.8)},
    "one member": {"training.members": 1},
    "gru": {"model.cell": "gru"},
    "relu": {"model.cell": "rnn", "model.nonlinearity": "relu"},
    "differences": {"transform.name": "difference"},
    "point": {"model.head": "point"},
    "student": {"model.head": "student_t"},
    "bounded": {"model.head": "bounded", "model.low": 0.0, "model.high": 500.0, "transform.name": "none"},
    "minmax": {"transform.name": "minmax", **LEVELS},
    "standardise": {"transform.name": "standardise", **LEVELS},
    "unshrunk": {"transform.shrink": False},
}


@pytest.fixture(scope="module")
def panel(prices):
    return prices(rows=130)


def fit(small, panel, **changes):
    return small.replace(changes).fit(panel.until(int(panel.times[109])), device="cpu")


@pytest.fixture(scope="module")
def forecaster(small, panel):
    return fit(small, panel)


def row_of(panel, number, **changes):
    names = [column.name for column in panel.columns]
    label = str(np.datetime64(int(panel.times[number]), "us"))
    return dict(zip(names, panel.values[number].tolist(), strict=True)) | {"ds": label} | changes


def one_pass(forecaster, panel):
    """Forecast from the end of a panel by networks that see all of it."""
    recipe = forecaster.recipe.replace({"window.context_length": len(panel.times)})
    return Forecaster(replace(forecaster.fitted, recipe=recipe), forecaster.calibration, panel).predict()


def same(one, other, tolerance=1e-5):
    for name in ("cutoffs", "ds", "ids", "quantile_levels", "model", "limits", "dated"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name in NUMBERS:
        wanted = getattr(other, name)
        scale = max(1.0, float(np.nanmax(np.abs(wanted)))) if wanted.size else 1.0
        np.testing.assert_allclose(getattr(one, name), wanted, rtol=0, atol=tolerance * scale, err_msg=name)


@pytest.mark.parametrize("name", RECIPES)
def test_row_after_row_is_one_pass_over_history_and_rows(small, panel, name):
    forecaster = fit(small, panel, **RECIPES[name])
    stream = forecaster.start()
    same(stream.forecast, one_pass(forecaster, forecaster.panel))
    for number in range(110, 130):
        forecast = stream.step(row_of(panel, number))
        assert forecast is stream.forecast
        if number in (110, 129):
            same(forecast, one_pass(forecaster, panel.until(int(panel.times[number]))))


@pytest.mark.parametrize("kernel", KERNELS)
def test_any_kernel_goes_on_alike(forecaster, panel, monkeypatch, kernel):
    wanted = [forecaster.start().step(row_of(panel, 110))]
    monkeypatch.setenv("LONGSHORT_KERNEL", kernel)
    stream = forecaster.start()
    same(stream.step(row_of(panel, 110)), wanted[0])
    same(stream.step(row_of(panel, 111)), one_pass(forecaster, panel.until(int(panel.times[111]))))


def test_a_stream_may_start_from_another_history(forecaster, panel):
    history = panel.until(int(panel.times[119]))
    stream = forecaster.start(history)
    same(stream.forecast, one_pass(forecaster, history))
    same(stream.step(row_of(panel, 120)), one_pass(forecaster, panel.until(int(panel.times[120]))))


def test_two_streams_of_one_forecaster_keep_apart(forecaster, panel):
    one, other = forecaster.start(), forecaster.start()
    first = one.step(row_of(panel, 110))
    one.step(row_of(panel, 111, Close=1.0))
    np.testing.assert_array_equal(other.step(row_of(panel, 110)).quantiles, first.quantiles)


def test_a_forecast_stays_what_it_was_when_the_stream_goes_on(forecaster, panel):
    looked, later = forecaster.start(), forecaster.start()
    early = looked.step(row_of(panel, 110))
    at_once = {name: getattr(early, name).copy() for name in NUMBERS}
    late = later.step(row_of(panel, 110))
    for number in range(111, 120):
        looked.step(row_of(panel, number))
        later.step(row_of(panel, number))
    for name in NUMBERS:  # worked out only now
        np.testing.assert_array_equal(getattr(late, name), at_once[name], err_msg=name)


def test_a_streams_forecast_is_a_forecast_in_every_way(forecaster, panel):
    forecast = forecaster.start().step(row_of(panel, 110))
    assert isinstance(forecast, ls.Forecast)
    assert len(forecast) == 1 and forecast.horizon == 3 and "1 cutoffs" in repr(forecast)
    assert forecast.to_frame().shape[0] == 3
    np.testing.assert_array_equal(forecast.select(np.array([0])).quantiles, forecast.quantiles)
    np.testing.assert_array_equal(forecast.seed(1).mean, forecast.seed_mean[1])
    with pytest.raises(AttributeError, match="has no 'wrong'"):
        forecast.wrong  # noqa: B018


def test_a_row_without_a_target_moves_the_inputs_on_and_not_the_forecast(forecaster, panel):
    stream = forecaster.start()
    before = stream.forecast
    assert stream.step(row_of(panel, 110, Close=None)) is before
    values = panel.values.copy()
    values[110, 0] = np.nan
    same(stream.step(row_of(panel, 111)), one_pass(forecaster, panel.with_values(values).until(int(panel.times[111]))))


def test_rows_after_missing_sessions_count_them(forecaster, panel):
    stream = forecaster.start()
    forecast = stream.step(row_of(panel, 115))
    keep = np.r_[0:110, 115]
    gapped = replace(
        panel,
        values=panel.values[keep],
        times=panel.times[keep],
        sessions=panel.sessions[keep],
        offsets=np.array([0, len(keep)]),
    )
    same(forecast, one_pass(forecaster, gapped))
    assert forecast.ds[0, 0] == panel.times[116]


def test_a_year_of_rows_finds_its_sessions(forecaster, panel):
    stream, row = forecaster.start(), row_of(panel, 110)
    begin = datetime(2020, 1, 1) + timedelta(days=110)
    for number in range(600):
        forecast = stream.step(row | {"ds": begin + timedelta(days=number)})
    ahead = (np.arange(3) + 1 + 110 + 599) * DAY + panel.times[0]
    np.testing.assert_array_equal(forecast.ds[0], ahead)


@pytest.mark.parametrize(
    "moment",
    [
        "2020-04-20",
        "2020-04-20 00:00:00",
        date(2020, 4, 20),
        datetime(2020, 4, 20),
        np.datetime64("2020-04-20"),
        np.datetime64("2020-04-20T00", "ns"),
    ],
)
def test_a_date_may_be_written_in_many_ways(forecaster, panel, moment):
    assert forecaster.start().step(row_of(panel, 110, ds=moment)).cutoffs == panel.times[110]


def test_a_date_may_stand_under_any_name_for_dates(forecaster, panel):
    row = row_of(panel, 110)
    row["Date"] = row.pop("ds")
    assert forecaster.start().step(row).cutoffs == panel.times[110]


def test_a_table_of_rows_is_those_rows_one_by_one(forecaster, panel):
    stream, other = forecaster.start(), forecaster.start()
    for number in range(110, 120):
        wanted = stream.step(row_of(panel, number))
    newer = panel.until(int(panel.times[119])).since(int(panel.times[110]))
    same(other.step(newer), wanted, 0)
    table = pl.DataFrame([row_of(panel, number) for number in range(110, 120)])
    same(forecaster.start().step(table), wanted, 0)
    same(forecaster.start().step(table.head(1)), forecaster.start().step(row_of(panel, 110)), 0)


def test_panels_without_dates_need_none(small, panel):
    rows = np.arange(130)
    numbered = replace(panel, times=rows, sessions=rows, dated=False, calendars=(named("numbered"),))
    forecaster = fit(small, numbered)
    row = row_of(panel, 110)
    del row["ds"]
    forecast = forecaster.start().step(row)
    same(forecast, one_pass(forecaster, numbered.until(110)))
    assert forecast.cutoffs == 110 and forecast.ds.tolist() == [[111, 112, 113]]


def test_columns_known_in_advance_are_announced(small, panel):
    weekday = (np.arange(130) % 7).astype(float)
    wider = replace(
        panel,
        values=np.column_stack([panel.values, weekday]),
        columns=(*panel.columns, Column("weekday", known="known_future")),
    )
    forecaster = fit(small, wider)
    blank = wider.values.copy()
    blank[110:, :4] = np.nan

    def known_until(number):
        return wider.with_values(np.where(np.arange(130)[:, None] <= number, wider.values, blank))

    stream = forecaster.start(known_until(109))  # a history that announces sessions 110 to 129
    same(stream.forecast, one_pass(forecaster, known_until(109)))
    for number in (110, 111):
        same(stream.step(row_of(wider, number)), one_pass(forecaster, known_until(number)))
    stream = forecaster.start(known_until(109).until(int(panel.times[119])))
    rows = known_until(112).since(int(panel.times[110]))  # announces them in time, too
    same(stream.step(rows), one_pass(forecaster, known_until(112)))
    same(stream.step(row_of(wider, 113)), one_pass(forecaster, known_until(113)))


def test_one_of_several_series_is_named(small, prices):
    panel = prices(series=2, rows=130)
    forecaster = fit(small, panel)
    with pytest.raises(SettingsError, match="follows one series, but there are 2") as error:
        forecaster.start()
    assert "unique_id='S0'" in error.value.hint
    with pytest.raises(DataError, match="no series 'S7'"):
        forecaster.start(unique_id="S7")
    stream = forecaster.start(unique_id="S1")
    alone = panel.only(np.array([1]))
    same(stream.step(row_of(alone, 110)), one_pass(forecaster, alone.until(int(panel.times[110]))))
    with pytest.raises(DataError, match="are of 'S0', but the stream follows 'S1'"):
        stream.step(panel.only(np.array([0])).since(int(panel.times[111])))


@pytest.mark.parametrize(
    ("changes", "named_setting"),
    [
        ({"transform.name": "window_log_ratio", "window.method": "single"}, "transform.name='window_log_ratio'"),
        ({"window.steps": "recursive"}, "window.steps='recursive'"),
    ],
)
def test_recipes_that_keep_no_state_are_refused_by_name(small, prices, changes, named_setting):
    forecaster = fit(small, prices(rows=130, alone=True), **changes)
    with pytest.raises(SettingsError, match=named_setting) as error:
        forecaster.start()
    assert "update(rows).predict()" in error.value.hint


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ds": "2020-04-19"}, "the row of 2020-04-19 is not newer than the last, of 2020-04-19"),
        ({"ds": "2020-04-19 13:00"}, "is not newer"),
        ({"ds": "2019-01-01"}, "is not newer"),
        ({"ds": "soon"}, "time 'soon' is no date"),
        ({"ds": None}, "time None is no date"),
        ({"ds": 20200420}, "time 20200420 is no date"),
        ({"ds": datetime(2020, 4, 20, tzinfo=UTC)}, "has a time zone"),
        ({"Close": "100.5"}, "column 'Close': '100.5' is no number"),
        ({"Close": [1.0]}, r"column 'Close': \[1.0\] is no number"),
        ({"High": np.inf}, "column 'High': inf is beyond"),
        ({"Volume": 1e39}, "column 'Volume': 1e[+]39 is beyond"),
        ({"Close": 0.0}, "'Close' is 0, but the model works with logarithms"),
    ],
)
def test_a_bad_row_is_refused_and_the_stream_stays_as_it_was(forecaster, panel, changes, message):
    stream = forecaster.start()
    with pytest.raises(DataError, match=message) as error:
        stream.step(row_of(panel, 110, **changes))
    assert error.value.hint
    same(stream.step(row_of(panel, 110)), forecaster.start().step(row_of(panel, 110)), 0)


def test_a_row_without_a_column_or_a_time_is_refused(forecaster, panel):
    stream, row = forecaster.start(), row_of(panel, 110)
    without = {name: value for name, value in row.items() if name != "Volume"}
    with pytest.raises(DataError, match="no column 'Volume'; the model was fitted on 'Close', 'High', 'Low', 'Volume'"):
        stream.step(without)
    with pytest.raises(DataError, match="no column 'Volume'") as error:
        stream.step(without | {"volum": 1.0})
    assert "Did you mean 'volum'?" in error.value.hint
    del row["ds"]
    with pytest.raises(DataError, match="the row has no time; it has 'Close'"):
        stream.step(row)


def test_other_columns_and_histories_without_a_target_are_refused(forecaster, prices, panel):
    with pytest.raises(DataError, match="fitted on the columns"):
        forecaster.start(prices(rows=130, alone=True))
    with pytest.raises(DataError, match="fitted on the columns"):
        forecaster.start().step(prices(rows=130, alone=True))
    blank = panel.values.copy()
    blank[:, 0] = np.nan
    with pytest.raises(DataError, match="history of 'S0' has no value of 'Close'"):
        forecaster.start(panel.with_values(blank))


def test_series_that_a_levels_transform_never_saw_are_refused(small, panel):
    forecaster = fit(small, panel, **RECIPES["minmax"])
    with pytest.raises(DataError, match="'other'"):
        forecaster.start(replace(panel, ids=("other",)))


def test_a_saved_forecaster_starts_alike(forecaster, panel, tmp_path):
    forecaster.save(tmp_path / "model")
    same(ls.load(tmp_path / "model").start().step(row_of(panel, 110)), forecaster.start().step(row_of(panel, 110)), 0)
