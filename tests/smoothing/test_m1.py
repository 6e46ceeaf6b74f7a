"""The fits on the 1,001 series of the M1 competition, against numbers of statsforecast's."""

import gzip
import json

import numpy as np
import pytest

from longshort.smoothing import PanelRows, fit_ets, fit_theta

LENGTHS = {"YEARLY": 1, "QUARTERLY": 4, "MONTHLY": 12}

# sMAPE in percent, the mean over all series and steps: AutoTheta and AutoETS of statsforecast 2.1.1 with these season
# lengths, as benchmarks/smoothing_m1.py gives them.
THEIRS = {
    fit_theta: {"YEARLY": 17.6486, "QUARTERLY": 16.3479, "MONTHLY": 17.2511},
    fit_ets: {"YEARLY": 19.1670, "QUARTERLY": 16.3383, "MONTHLY": 14.9103},
}


@pytest.fixture(scope="module")
def competition(shared_data):
    path = shared_data / "m1" / "m1_data.json.gz"
    if not path.is_file():
        pytest.skip(f"{path} is not on this machine")
    with gzip.open(path, "rt") as file:
        series = json.load(file).values()
    return {name: [one for one in series if one["period"] == [name]] for name in LENGTHS}


@pytest.mark.parametrize("frequency", LENGTHS)
@pytest.mark.parametrize("fit", THEIRS)
def test_forecasts_are_as_good_as_those_of_statsforecast(competition, fit, frequency):
    series = competition[frequency]
    offsets = np.cumsum([0, *(len(one["x"]) for one in series)])
    values = np.concatenate([one["x"] for one in series]).astype(float)
    rows = PanelRows(values, np.arange(len(values)), offsets)
    outcomes = np.array([one["xx"] for one in series], float)
    found = fit(rows, LENGTHS[frequency], threads=2)
    ahead = found.forecasts(rows, outcomes.shape[1], offsets[1:] - 1)
    smape = 200 * (np.abs(outcomes - ahead) / (np.abs(outcomes) + np.abs(ahead))).mean()
    assert smape <= 1.02 * THEIRS[fit][frequency]
