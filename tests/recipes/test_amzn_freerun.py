import numpy as np
import pytest

from longshort.recipes.running import run


@pytest.fixture(scope="module")
def found():
    return run("amzn-freerun", synthetic=True, quick=True, changes={"horizon": 30})


def test_no_two_runs_of_a_stock_overlap(found):
    forecast = found.forecasts[found.network]
    for series in range(3):
        own = forecast.series == series
        assert own.sum() >= 2
        assert (forecast.ds[own, -1][:-1] <= forecast.cutoffs[own][1:]).all()


def test_it_is_called_a_free_run_and_its_coverage_has_an_interval(found):
    assert found.verdict.startswith("A free run of 30 sessions, not 30 forecasts of one day. ")
    assert any(note.startswith("A free run: each step is fed back") for note in found.info["notes"])
    (held,) = [note for note in found.info["notes"] if note.startswith("The 80 % interval held")]
    assert "(95 %: " in held
    assert any(end in held for end in ("as it promises", "not what it promises", "too few to tell"))


def test_the_intervals_widen(found):
    forecast = found.forecasts[found.network]
    width = np.median(forecast.quantiles[..., -1] - forecast.quantiles[..., 0], axis=0)
    assert width[0] < width[5] < width[15] < width[29]
