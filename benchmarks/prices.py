"""The numbers on real prices: the demo's S&P 500 and the lectures' AMZN.

Type `python benchmarks/prices.py demo`, or `... amzn PATH/AMZN_2006-01-01_to_2018-01-01.csv`.
"""

import sys

import polars as pl

import longshort as ls
from longshort.cli.demo import prices


def each_step(run: ls.Run, model: str, metric: str) -> list[float]:
    rows = run.scores.filter(
        pl.col("unique_id").is_null()
        & pl.col("step").is_not_null()
        & (pl.col("model") == model)
        & (pl.col("metric") == metric)
    )
    return rows.sort("step")["value"].to_list()


def ratios(run: ls.Run, metric: str, baseline: str) -> str:
    pairs = zip(each_step(run, run.network, metric), each_step(run, baseline, metric), strict=True)
    return "  ".join(f"{ours / theirs:.4f}" for ours, theirs in pairs)


def show(title: str, run: ls.Run) -> None:
    print(f"\n{title}\n  {run.verdict}")
    print(f"  rmse / naive            {ratios(run, 'rmse', 'naive')}")
    print(f"  crps / volatility_cone  {ratios(run, 'crps', 'volatility_cone')}")
    print(f"  crps / garch            {ratios(run, 'crps', 'garch')}")
    print("  coverage of 80 %        " + "  ".join(f"{c:.4f}" for c in each_step(run, run.network, "coverage_80")))
    print(f"  rmse {each_step(run, run.network, 'rmse')}, naive {each_step(run, 'naive', 'rmse')}")
    print(f"  seconds {run.info['seconds']}")


def demo() -> None:
    show("S&P 500, Close, 8 folds", ls.backtest(ls.Recipe(horizon=5), prices()))


def amzn(path: str) -> None:
    for target, horizon in (("High", 1), ("Close", 5)):
        run = ls.backtest(ls.Recipe(horizon=horizon), ls.read(path, target=target), test_from="2017-01-01")
        show(f"AMZN, {target}, one fit before 2017", run)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["demo"]:
            demo()
        case ["amzn", path]:
            amzn(path)
        case _:
            sys.exit(__doc__)
