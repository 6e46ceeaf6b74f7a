"""Every shape in which forecasts are written gives back the forecasts that were written."""

import numpy as np
import polars as pl
import pytest

from longshort.audit.reading import read_forecasts
from longshort.results.tables import to_frame

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


def same(found, wanted, quantiles=True, mean=True):
    assert found.ids == wanted.ids
    for name in ("series", "cutoffs", "ds", "last", "y"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), err_msg=name)
    if mean:
        np.testing.assert_array_equal(found.mean, wanted.mean)
    if quantiles:
        assert found.quantile_levels == wanted.quantile_levels
        np.testing.assert_array_equal(found.quantiles, wanted.quantiles)
        np.testing.assert_array_equal(found.p_up, wanted.p_up)


def nixtla(case):
    return case.keys.drop("step").with_columns(
        y=case.y,
        LSTM=case.mean,
        **{
            "LSTM-lo-80": case.quantile(0.1),
            "LSTM-lo-50.0": case.quantile(0.25),
            "LSTM-median": case.quantile(0.5),
            "LSTM-hi-50.0": case.quantile(0.75),
            "LSTM-hi-80": case.quantile(0.9),
        },
    )


def wide(case, names):
    return case.keys.drop("step").with_columns(
        mean=case.mean, **{name: case.quantile(level) for name, level in zip(names, LEVELS, strict=True)}
    )


@pytest.fixture(params=["frame", "lazy", "csv", "parquet", "arrow", "pandas", "semicolons"])
def written(request, tmp_path):
    """Write a table in each of the forms in which it may come."""

    def write(frame):
        path = tmp_path / f"forecasts.{request.param}"
        match request.param:
            case "lazy":
                return frame.lazy()
            case "csv":
                frame.write_csv(path)
            case "semicolons":
                frame.write_csv(path, separator=";")
            case "parquet":
                frame.write_parquet(path)
            case "arrow":
                frame.write_ipc(path)
            case "pandas":
                import pandas as pd

                return pd.DataFrame({name: frame[name].to_numpy() for name in frame.columns})
            case _:
                return frame
        return path

    return write


def test_nixtla_table_in_every_form(case, written):
    read = read_forecasts(written(nixtla(case)), case.panel)
    assert [forecast.model for forecast in read.forecasts] == ["LSTM"]
    same(read.forecasts[0], case.forecast)
    assert not read.findings
    assert any("quantiles (0.1, 0.25, 0.5, 0.75, 0.9)" in note for note in read.notes)


def test_several_models_share_one_grid_and_baselines_keep_their_names(case):
    table = nixtla(case).with_columns(naive=case.mean * 2, TimeGPT=case.mean * 3)
    read = read_forecasts(table, case.panel)
    assert [forecast.model for forecast in read.forecasts] == ["LSTM", "naive", "TimeGPT"]
    same(read.forecasts[0], case.forecast)
    np.testing.assert_array_equal(read.forecasts[1].mean, case.forecast.mean * 2)
    assert read.forecasts[1].quantile_levels == () and np.isnan(read.forecasts[1].p_up).all()
    assert read.forecasts[1].ds is read.forecasts[0].ds
    assert any("baselines: naive" in note for note in read.notes)


@pytest.mark.parametrize(
    "names",
    [
        ("0.1", "0.25", "0.5", "0.75", "0.9"),
        ("q_0.1", "q_0.25", "q_0.5", "q_0.75", "q_0.9"),
        ("q10", "q25", "q50", "q75", "q90"),
        ("P10", "P25", "P50", "P75", "P90"),
        ("10", "25", "50", "75", "90"),
        ("10%", "25%", "50%", "75%", "90%"),
        ("quantile_0.1", "quantile_0.25", "median", "quantile_0.75", "quantile_0.9"),
        ("lo-80", "lo-50", "median", "hi-50", "hi-80"),
    ],
)
def test_quantiles_beside_the_mean_under_many_names(case, names):
    table = wide(case, names).rename({"unique_id": "item_id", "ds": "timestamp"})
    read = read_forecasts(table, case.panel)
    assert [forecast.model for forecast in read.forecasts] == ["forecast"]
    same(read.forecasts[0], case.forecast)
    percent = names[0] in ("q10", "P10", "10")
    assert percent == any("percent" in note for note in read.notes)


def test_start_of_a_forecast_is_the_session_after_its_cutoff(case):
    names = ("0.1", "0.25", "0.5", "0.75", "0.9")
    start = pl.Series(np.repeat(case.forecast.ds[:, 0], case.forecast.horizon)).cast(pl.Datetime("us"))
    table = wide(case, names).drop("cutoff").with_columns(forecast_start=start)
    read = read_forecasts(table, case.panel)
    same(read.forecasts[0], case.forecast)
    assert any("the forecast date (cutoff) is 1 session before it" in note for note in read.notes)


@pytest.mark.parametrize("percent", [False, True])
def test_long_table_of_quantiles(case, percent):
    scale = 100 if percent else 1
    parts = [
        case.keys.drop("step").with_columns(quantile=pl.lit(level * scale), value=case.quantile(level))
        for level in case.forecast.quantile_levels
    ]
    read = read_forecasts(pl.concat(parts), case.panel)
    same(read.forecasts[0], case.forecast, mean=False)
    np.testing.assert_array_equal(read.forecasts[0].mean, case.forecast.quantile(0.5))
    assert percent == any("percent" in note for note in read.notes)


def test_long_table_with_rows_of_the_mean_and_a_column_of_models(case):
    levels = case.forecast.quantile_levels
    rows = case.keys.drop("step")
    parts = [rows.with_columns(quantile=pl.lit(str(level)), value=case.quantile(level)) for level in levels]
    parts.append(rows.with_columns(quantile=pl.lit("mean"), value=case.mean))
    one = pl.concat(parts)
    both = pl.concat([one.with_columns(model=pl.lit("a")), parts[0].with_columns(model=pl.lit("b"))])
    read = read_forecasts(both, case.panel)
    assert [forecast.model for forecast in read.forecasts] == ["a", "b"]
    same(read.forecasts[0], case.forecast)
    assert read.forecasts[1].quantile_levels == (0.1,)
    np.testing.assert_array_equal(read.forecasts[1].mean, case.forecast.quantile(0.1))


@pytest.mark.parametrize("long", [True, False])
def test_sample_paths(case, long):
    paths = np.random.default_rng(0).normal(case.mean.to_numpy()[:, None], 5, (len(case.mean), 99))
    rows = case.keys.drop("step")
    if long:
        table = pl.concat([rows.with_columns(sample=pl.lit(i), value=pl.Series(paths[:, i])) for i in range(99)])
    else:
        table = rows.with_columns(**{f"sample_{i}": pl.Series(paths[:, i]) for i in range(99)})
    found = read_forecasts(table, case.panel).forecasts[0]
    same(found, case.forecast, quantiles=False, mean=False)
    shape = case.forecast.mean.shape
    np.testing.assert_allclose(found.mean, paths.mean(axis=1).reshape(shape), rtol=1e-12)
    ordered = np.sort(paths, axis=1)  # of 99 paths the tenth covers a tenth
    np.testing.assert_allclose(found.quantile(0.1).ravel(), ordered[:, 9], rtol=1e-12)
    np.testing.assert_allclose(found.quantile(0.5).ravel(), ordered[:, 49], rtol=1e-12)
    above = (paths > np.repeat(case.forecast.last, shape[1])[:, None]).mean(axis=1)
    np.testing.assert_allclose(found.p_up.ravel(), above, rtol=1e-12)


def test_our_own_table_with_its_outcomes_as_the_history(many, tmp_path):
    to_frame(many.forecast).write_parquet(tmp_path / "forecasts.parquet")
    read = read_forecasts(tmp_path / "forecasts.parquet")
    same(read.forecasts[0], many.forecast)
    assert read.forecasts[0].model == "LSTM"
    assert not read.findings


def test_plain_table_of_date_and_forecast(case):
    wanted = case.forecast
    table = pl.DataFrame({"Date": pl.Series(wanted.ds[:, 1]).cast(pl.Datetime("us")), "forecast": wanted.mean[:, 1]})
    for options in ({"step": 2}, {"cutoff_lag": 2}):
        found = read_forecasts(table, case.panel, **options).forecasts[0]
        np.testing.assert_array_equal(found.cutoffs, wanted.cutoffs)
        np.testing.assert_array_equal(found.mean[:, 1], wanted.mean[:, 1])
        assert np.isnan(found.mean[:, 0]).all() and found.horizon == 2


def test_plain_table_with_prices_beside(case):
    wanted = case.forecast
    table = pl.DataFrame(
        {
            "Date": stamps(wanted.ds[:, 0]),
            "Close": wanted.y[:, 0],
            "Volume": wanted.y[:, 0],
            "Prediction": wanted.mean[:, 0],
        }
    )
    read = read_forecasts(table, step=1)
    np.testing.assert_array_equal(read.forecasts[0].mean[:, 0], wanted.mean[1:, 0])
    np.testing.assert_array_equal(read.forecasts[0].last, wanted.y[:-1, 0])
    assert [finding.code for finding in read.findings] == ["unmatched_cutoffs"]
    assert any("'Volume'" in note for note in read.notes)


def test_cutoff_and_step_without_dates(case):
    table = case.keys.drop("ds").with_columns(LSTM=case.mean)
    same(read_forecasts(table, case.panel).forecasts[0], case.forecast, quantiles=False)
    one = table.filter(pl.col("step") == 1).drop("step")
    found = read_forecasts(one, case.panel, step=1).forecasts[0]
    np.testing.assert_array_equal(found.ds, case.forecast.ds[:, :1])


def test_date_and_step_without_cutoffs(case):
    table = case.keys.drop("cutoff").with_columns(LSTM=case.mean)
    same(read_forecasts(table, case.panel).forecasts[0], case.forecast, quantiles=False)


def test_all_made_on_one_date(case):
    first = case.keys.with_columns(LSTM=case.mean).filter(pl.col("cutoff") == pl.col("cutoff").min())
    day = str(first["cutoff"][0].date())
    found = read_forecasts(first.drop("cutoff", "step"), case.panel, cutoff=day).forecasts[0]
    np.testing.assert_array_equal(found.mean, case.forecast.mean[:1])


@pytest.mark.parametrize("name", ["p_up", "probability", "Prob_Up"])
def test_probabilities_of_a_rise(case, name):
    chances = np.random.default_rng(0).uniform(size=case.forecast.mean.shape)
    table = case.keys.with_columns(pl.Series(name, chances.ravel()))
    found = read_forecasts(table, case.panel).forecasts[0]
    np.testing.assert_array_equal(found.p_up, chances)
    assert np.isnan(found.mean).all() and found.quantile_levels == ()
    percent = read_forecasts(table.with_columns(pl.col(name) * 100), case.panel)
    np.testing.assert_allclose(percent.forecasts[0].p_up, chances, rtol=1e-12)
    assert any("percent" in note for note in percent.notes)


@pytest.mark.parametrize(
    ("up", "down", "neither"), [("up", "down", "flat"), ("Long", "SHORT", "hold"), (1, -1, 0), (1, 0, None)]
)
def test_calls_of_the_direction(case, up, down, neither):
    rises = np.random.default_rng(0).integers(0, 2 if neither is None else 3, case.forecast.mean.size)
    cells = [(down, up, neither)[call] for call in rises]
    read = read_forecasts(case.keys.with_columns(pl.Series("prediction", cells)), case.panel)
    assert read.calls == ("forecast",)
    wanted = np.array([0.0, 1.0, np.nan])[rises].reshape(case.forecast.mean.shape)
    np.testing.assert_array_equal(np.where(read.forecasts[0].p_up == 0.5, np.nan, read.forecasts[0].p_up), wanted)


@pytest.mark.parametrize("which", ["many", "case"])
def test_run_folder_gives_its_forecasts_and_history_bit_for_bit(tmp_path, monkeypatch, request, which):
    from longshort.backtest.record import data_account, history_frame
    from longshort.evaluation.bare import bare_run
    from longshort.finding import Finding

    monkeypatch.setattr("longshort.report.render", lambda summary, lang="en": "")
    wanted = request.getfixturevalue(which)
    run = bare_run(
        "LSTM",
        "",
        task="forecast",
        forecasts={"LSTM": wanted.forecast},
        history=history_frame(wanted.panel),
        findings=(Finding("few", "info", "Few."),),
        recipe={"horizon": 3},
        info={"data": data_account(wanted.panel)},
        target="Close",
    )
    run.save(tmp_path / "run")
    read = read_forecasts(tmp_path / "run")
    same(read.forecasts[0], wanted.forecast)
    np.testing.assert_array_equal(read.panel.target, wanted.panel.target)
    np.testing.assert_array_equal(read.panel.times, wanted.panel.times)
    assert read.panel.columns[0].name == "Close"
    np.testing.assert_array_equal(read.panel.sessions, wanted.panel.sessions)
    assert [one.name for one in read.panel.calendars] == [one.name for one in wanted.panel.calendars]


def test_numbered_rows(many):
    keys = many.keys.with_columns(pl.col("ds", "cutoff").to_physical() // 86_400_000_000 - 18_000)
    table = keys.drop("step").with_columns(y=many.y, LSTM=many.mean)
    found = read_forecasts(table).forecasts[0]
    assert not found.dated
    assert found.horizon == 3
    np.testing.assert_array_equal(
        found.mean, many.forecast.mean[np.isin(many.forecast.cutoffs, many.forecast.ds[:, 0])]
    )


def stamps(times):
    return pl.Series(times).cast(pl.Datetime("us"))
