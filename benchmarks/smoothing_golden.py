"""Make the numbers that tests/smoothing compares with: given parameters and states, what statsforecast computes.

    python3 -m venv peers && peers/bin/pip install statsforecast==2.1.1
    peers/bin/python benchmarks/smoothing_golden.py > tests/smoothing/statsforecast.json

Nothing is fitted: only recursions are compared, of ETS (error, trend, season; D is a damped trend) and of Theta (STM).
With a damped trend its forecasts of several steps are wrong (phi + phi in place of phi + phi^2 for the second; mended
after 2.1.1), so these come from its forecasts of one step, each taken for what happened.
"""

import json
import sys
from importlib.metadata import version

import numpy as np
from statsforecast import ets, theta

SEASON, HORIZON = 4, 6
VALUES = [
    12.1,
    15.3,
    9.8,
    14.2,
    13.0,
    16.9,
    10.1,
    15.5,
    14.4,
    17.2,
    11.9,
    16.0,
    15.1,
    19.3,
    12.2,
    17.8,
    16.6,
    20.1,
    13.5,
]
ADDS, MULTIPLIES = [-1.2, 1.9, -2.5, 1.8], [0.9, 1.15, 0.8, 1.15]  # of sessions 0, 1, 2, 3
MODELS = ("ANN", "AAN", "AAND", "ANA", "AAA", "AAAD", "ANM", "AAM", "AAMD", "MNM", "MAM", "MAMD", "MAA", "MAN")
ALPHA, BETA, GAMMA, PHI, LEVEL, TREND = 0.4, 0.12, 0.25, 0.9, 12.4, 0.35


def exponential_smoothing(model: str) -> dict[str, object]:
    error, trend, season, damped = model[0], model[1], model[2], model.endswith("D")
    profile = {"N": [], "A": ADDS, "M": MULTIPLIES}[season]
    state = np.array([LEVEL, *[TREND] * (trend == "A"), *profile[::-1]])  # theirs begins with the newest place
    length, values = SEASON if profile else 1, np.array(VALUES)
    rates = (ALPHA, BETA if trend == "A" else np.nan, GAMMA if profile else np.nan, PHI if damped else np.nan)

    def run(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the errors and the states after each value."""
        found = ets.pegelsresid_C(values, length, state, error, trend, season, damped, *rates, 3)
        return found[1], found[2]

    def forecast(states: np.ndarray, horizon: int) -> np.ndarray:
        ahead, phi = np.empty(horizon), PHI if damped else 1.0
        ets.etsforecast(states[-1], length, ets.switch(trend), ets.switch(season), phi, horizon, ahead)
        return ahead

    errors, states = run(values)
    ahead = forecast(states, HORIZON)
    if damped:
        longer = values
        for _ in range(HORIZON):
            longer = np.append(longer, forecast(run(longer)[1], 1))
        ahead = longer[-HORIZON:]
    fitted = values - errors if error == "A" else values / (1 + errors)
    return {
        "alpha": ALPHA,
        "beta": BETA if trend == "A" else 0.0,
        "gamma": GAMMA if profile else 0.0,
        "phi": PHI if damped else 1.0,
        "level": LEVEL,
        "trend": TREND if trend == "A" else 0.0,
        "seasonal": "NAM".index(season),
        "season": profile,
        "fitted": fitted.tolist(),
        "ahead": ahead.tolist(),
    }


def standard_theta() -> dict[str, object]:
    """Their level is smoothed without the drift; ours begins higher by half the line's value at session -1."""
    values, smoothed = np.array(VALUES), 5.0
    model = theta.thetamodel(values, SEASON, "STM", smoothed, ALPHA, 2.0, 3)
    ahead = theta.forecast_theta(model, HORIZON)["mean"]
    slope, line = np.polyfit(np.arange(1, len(values) + 1), values, 1)
    return {
        "alpha": ALPHA,
        "beta": 0.0,
        "gamma": 0.0,
        "phi": 1.0,
        "level": smoothed + line / 2,
        "trend": slope / 2,
        "seasonal": 0,
        "season": [],
        "fitted": (values - model["residuals"]).tolist(),
        "ahead": ahead.tolist(),
    }


def main() -> None:
    cases = {model: exponential_smoothing(model) for model in MODELS} | {"STM": standard_theta()}
    made = f"statsforecast {version('statsforecast')}, benchmarks/smoothing_golden.py"
    json.dump({"made_by": made, "values": VALUES, "cases": cases}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
