"""Does the verdict claim skill where there is none, and does it find skill where there is some?

    python benchmarks/simulated.py walks --count 300
    python benchmarks/simulated.py autoregressive --count 300

Each series has 1,000 sessions and goes through the public backtest (one fit before the last fifth) with a small network
of 5 members. `walks` are random walks of log prices with Student-t returns: whatever is claimed is false.
`autoregressive` returns have phi = 0.3: the true conditional mean is known and goes through the same backtest, as a
user's own model would.
"""

import argparse
from dataclasses import dataclass

import numpy as np

import longshort as ls
from longshort.claims import PointSkill
from longshort.data.calendars import named
from longshort.data.panel import Column, Panel
from longshort.evaluation.claims.skill import skill_claim
from longshort.evaluation.skill import POINT
from longshort.results.forecast import from_arrays

SMALL = {
    "model.hidden_size": 4,
    "window.context_length": 30,
    "window.burn_in": 10,
}
PHI = 0.3


def prices(seed: int, phi: float, rows: int = 1000) -> Panel:
    random = np.random.default_rng([seed, 7])
    shocks = 0.01 * random.standard_t(6, rows) * np.sqrt(4 / 6)
    returns = np.zeros(rows)
    for t in range(1, rows):
        returns[t] = phi * returns[t - 1] + shocks[t]
    numbers = np.arange(rows)
    return Panel(
        values=100 * np.exp(np.cumsum(returns))[:, None],
        times=numbers,
        sessions=numbers,
        offsets=np.array([0, rows]),
        ids=(f"simulated {seed}",),
        columns=(Column("y", "close"),),
        calendars=(named("numbered"),),
        dated=False,
    )


@dataclass(frozen=True)
class TrueMean:
    """Forecast the conditional mean that the simulation has by construction."""

    name: str = "true_mean"

    def fit(self, panel, cutoffs):
        return [self for _ in cutoffs]

    def predict(self, panel, pairs):
        logs = np.log(panel.target)
        expected = logs[pairs.rows] + PHI * (logs[pairs.rows] - logs[pairs.rows - 1])
        return from_arrays(self.name, panel, pairs, np.exp(expected)[:, None])


def true_mean_claimed(run) -> bool:
    """Say whether skill would be claimed of the true conditional mean."""
    claim = skill_claim(PointSkill, run.skill, "true_mean", POINT, forecasts=1)
    return claim.answer == "yes"


def walks(count: int, horizon: int) -> None:
    recipe = ls.Recipe(horizon=horizon).replace(SMALL)
    centre = spread = 0
    for seed in range(count):
        run = ls.backtest(recipe, prices(seed, 0.0), folds=1)
        centre += run.claims.point.answer == "yes"
        spread += run.claims.distribution.answer == "yes"
        print(f"\r{seed + 1} walks: skill claimed {centre}, spread claimed {spread}", end="", flush=True)
    print(f"\nclaims of skill (centre): {centre / count:.1%}   claims of a sharper spread: {spread / count:.1%}")


def autoregressive(count: int) -> None:
    recipe = ls.Recipe(horizon=1).replace(SMALL)
    ours, theirs, ratios = 0, 0, []
    for seed in range(count):
        run = ls.backtest(recipe, prices(seed, PHI), folds=1, models=[TrueMean()])
        error = {name: np.sqrt(np.nanmean((f.mean - f.y) ** 2)) for name, f in run.forecasts.items()}
        ratios.append(error[run.network] / error["true_mean"])
        ours += run.claims.point.answer == "yes"
        theirs += true_mean_claimed(run)
        print(
            f"\r{seed + 1} series: ratio {np.mean(ratios):.4f}, claimed {ours}, true mean {theirs}", end="", flush=True
        )
    print(
        f"\nRMSE over the true mean's: mean {np.mean(ratios):.4f}, 95 % below {np.quantile(ratios, 0.95):.4f}"
        f"   claims: {ours / count:.1%}, the true mean's own {theirs / count:.1%}, share {ours / theirs:.1%}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["walks", "autoregressive"])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--horizon", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.what == "walks":
        walks(arguments.count, arguments.horizon)
    else:
        autoregressive(arguments.count)
