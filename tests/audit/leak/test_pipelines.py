import re

import numpy as np
import pipelines
import polars as pl
import pytest

from longshort.audit.leak import Leak, audit_leakage
from longshort.language import Message, say


@pytest.fixture(scope="module")
def data() -> pl.DataFrame:
    return pipelines.make_data()


def in_both(leak: Leak) -> str:
    """Assert that a leak is told in Korean without English words in a row, and the other way round; give the Korean."""
    told = [*leak.notes, *(finding.text for finding in leak.findings)]
    for said in told:
        assert isinstance(said, Message)
        assert not re.search("[가-힣]", said)
        korean = say(said, "ko").replace(said.values.get("reason", ""), "")  # errors are told in English alone
        assert re.search("[가-힣]", korean)
        assert not re.search(r"[A-Za-z]+ [a-z]+", korean), korean
    return " ".join(say(said, "ko") for said in told)


@pytest.mark.parametrize("case", pipelines.LEAKING, ids=lambda case: case.run.__name__)
def test_each_leak_is_found_with_its_column_and_kind(case: pipelines.Case, data: pl.DataFrame) -> None:
    leak = audit_leakage(case.run, data, target="y")
    assert leak.found
    assert leak.kind in case.kinds
    assert leak.columns
    assert set(leak.columns) <= set(case.columns)
    assert [(finding.code, finding.severity) for finding in leak.findings] == [("leak", "defect")]
    assert repr(leak.columns[0]) in leak.findings[0].text
    assert repr(leak.columns[0]) in in_both(leak)


@pytest.mark.parametrize("pipeline", pipelines.HONEST, ids=lambda pipeline: pipeline.__name__)
def test_no_honest_pipeline_is_accused(pipeline: object, data: pl.DataFrame) -> None:
    leak = audit_leakage(pipeline, data, target="y")
    assert not leak.found
    assert leak.findings == ()
    assert (leak.columns, leak.distance, leak.kind) == ((), None, None)


def test_a_label_early_is_one_row_away_and_a_centred_average_two(data: pl.DataFrame) -> None:
    early = audit_leakage(pipelines.label_one_row_early, data, target="y")
    centred = audit_leakage(pipelines.centred_average, data, target="y")
    assert (early.distance, early.reach) == (1, 1)
    assert (centred.distance, centred.reach) == (1, 2)
    assert "the one 1 row after the forecast date (cutoff)" in early.findings[0].text
    assert "is 1 row after the forecast date (cutoff), the farthest 2 rows" in centred.findings[0].text
    assert "가깝게는 1행, 멀게는 2행 뒤" in in_both(centred)


@pytest.mark.parametrize("ahead", [2, 3, 7, 13])
def test_the_distance_is_that_of_the_nearest_row_read(data: pl.DataFrame, ahead: int) -> None:
    def peek(frame: pl.DataFrame) -> pl.DataFrame:
        later = pl.col("y").shift(-ahead)
        return frame.select(cutoff="ds", step=pl.lit(1), mean=pl.col("y") + 0.1 * later).slice(100, 100)

    leak = audit_leakage(peek, data, target="y", changes=["noise"])
    assert (leak.columns, leak.distance, leak.reach, leak.kind) == (("y",), ahead, ahead, "ahead")


def test_a_random_pipeline_is_measured_first_and_says_so(data: pl.DataFrame) -> None:
    leak = audit_leakage(pipelines.honest_random, data, target="y")
    assert leak.noise > 0
    assert leak.repeats in (8, 24)  # 24 where the first changed run lay far off by chance
    assert not leak.found
    assert "random" in leak.notes[0]
    assert "시드를 고정하십시오" in in_both(leak)


def test_a_leak_beyond_the_spread_of_a_random_pipeline_is_found(data: pl.DataFrame) -> None:
    random = np.random.default_rng(1)

    def pipeline(frame: pl.DataFrame) -> pl.DataFrame:
        return pipelines.label_one_row_early(frame).with_columns(
            pl.col("mean") + 0.1 * pl.Series(random.standard_normal(frame.height - pipelines.TRAIN - 1))
        )

    leak = audit_leakage(pipeline, data, target="y", changes=["noise", "scaled"])
    assert (leak.found, leak.columns, leak.distance) == (True, ("y",), 1)
    assert "identical runs differ" in leak.findings[0].text
    assert "똑같이 실행했을 때의 차이" in in_both(leak)


def test_a_random_column_does_not_hide_a_leak_in_another(data: pl.DataFrame) -> None:
    def pipeline(frame: pl.DataFrame) -> pl.DataFrame:
        forecasts = pipelines.covariate_scaled_on_everything(frame)
        return forecasts.with_columns(seconds=pl.Series(pipelines.RANDOM.random(forecasts.height)))

    leak = audit_leakage(pipeline, data, target="y", changes=["noise"])
    assert (leak.found, leak.columns) == (True, ("x",))


def test_a_dependence_on_the_number_of_later_rows_is_a_suspicion_and_no_defect(data: pl.DataFrame) -> None:
    def pipeline(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(cutoff="ds", mean=pl.col("y") + 1 / pl.len())

    leak = audit_leakage(pipeline, data, target="y")
    assert not leak.found
    assert [(finding.code, finding.severity) for finding in leak.findings] == [("leak_suspected", "warning")]
    assert "행 수에 따라" in in_both(leak)


def test_rounding_of_a_transform_of_everything_is_a_suspicion_and_no_defect(data: pl.DataFrame) -> None:
    def pipeline(frame: pl.DataFrame) -> pl.DataFrame:
        y = frame["y"].to_numpy()
        kernel = np.zeros(2 * len(y))
        kernel[:3] = 1 / 3
        smooth = np.fft.irfft(np.fft.rfft(y, 2 * len(y)) * np.fft.rfft(kernel))[: len(y)]
        return pl.DataFrame({"cutoff": frame["ds"], "mean": smooth})

    leak = audit_leakage(pipeline, data, target="y", changes=["noise", "scaled"])
    assert not leak.found
    assert [finding.code for finding in leak.findings] == ["leak_suspected"]
    assert "반올림" in in_both(leak)


def test_columns_known_in_advance_may_be_seen(data: pl.DataFrame) -> None:
    peeking = pipelines.covariate_of_the_day_forecast
    assert audit_leakage(peeking, data, target="y", changes=["noise"]).found
    leak = audit_leakage(peeking, data, target="y", known_future=["x"])
    assert leak.findings == ()
    assert {trial.change for trial in leak.runs} == {"noise", "scaled", "shuffled"}
    assert "행을 빼지 않았습니다" in in_both(leak)


def test_text_is_changed_too(data: pl.DataFrame) -> None:
    labelled = data.with_columns(mood=pl.when(pl.col("y").diff() > 0).then(pl.lit("up")).otherwise(pl.lit("down")))

    def pipeline(frame: pl.DataFrame) -> pl.DataFrame:
        tomorrow = (pl.col("mood").shift(-1) == "up").cast(pl.Float64)
        return frame.select(cutoff="ds", mean=pl.col("y") + tomorrow).slice(120, 80)

    leak = audit_leakage(pipeline, labelled, target="y")
    assert (leak.columns, leak.distance) == (("mood",), 1)


def test_the_result_is_a_plain_dictionary_with_every_run(data: pl.DataFrame) -> None:
    told: list[tuple[int, int]] = []
    leak: Leak = audit_leakage(
        pipelines.centred_average, data, target="y", cutoffs=2, progress=lambda done, of: told.append((done, of))
    )
    plain = leak.to_dict()
    assert plain["columns"] == ["y"]
    assert plain["distance"] == 1
    assert plain["noise"] == 0.0
    assert [run["change"] for run in plain["runs"]][:4] == ["noise", "scaled", "shuffled", "removed"]
    assert [run["column"] for run in plain["runs"]] == [None] * 8 + ["y"]
    assert len(told) == leak.count
    assert [done for done, _ in told] == list(range(leak.count))
    assert all(done < of for done, of in told)
