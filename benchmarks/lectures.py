"""Run every system of the lectures on its data and print the table of docs/lectures.md: number, baseline, seconds.

    python benchmarks/lectures.py --data ../shared/data --out lectures/
    python benchmarks/lectures.py --data ../shared/data --out lectures/ --only mnist-rows,goog-lab
    python benchmarks/lectures.py --data ../shared/data --out lectures/ --long

Each row is a run of its own in a folder of its own; what is complete there is shown and not run again, what was
interrupted goes on. `--long` runs the two systems that take hours (long-memory, tuning-advice) instead of the others.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

import longshort as ls
from longshort.errors import LongshortError
from longshort.recipes import find, names
from longshort.recipes.running import run

LONG = ("long-memory", "tuning-advice")
# further rows of a system, by the settings that make them; `data` is another folder below that of the data
MORE: dict[str, list[dict[str, Any]]] = {
    "mnist-rows": [
        {"model.cell": "rnn"},
        {"model.cell": "gru"},
        {"model.bidirectional": True},
        {"model.num_layers": 2, "training.epochs": 3},
    ],
    "ucr": [{"problem": "GunPoint"}, {"problem": "ItalyPowerDemand"}],
    "btc-direction": [{"coin": "LTC"}, {"coin": "BCH"}, {"coin": "ETH"}],
    "sentiment": [{"data": "imdb"}],
    "stock-fx": [{"rate": "eur_usd"}],
}
SHOWN = ("rmse", "mae", "accuracy", "exact_match", "cross_entropy")


def rows(only: list[str], long: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each recipe with the settings of each of its rows."""
    for name in names():
        if only and name not in only:
            continue
        if only or (name in LONG) == long:
            yield from ((name, changes) for changes in ({}, *MORE.get(name, [])))


def title(name: str, changes: dict[str, Any]) -> str:
    said = " ".join(f"{key.rpartition('.')[2]}={value}" for key, value in changes.items())
    return f"{name} {said}".strip()


def finished(name: str, changes: dict[str, Any], data: str | None, out: Path) -> "ls.Run":
    """Load the row's run, or run it."""
    folder = out / title(name, changes).replace(" ", "-").replace("=", "-")
    if (folder / "run.json").exists():
        return ls.load_run(folder)
    chosen = {key: value for key, value in changes.items() if key != "data"}
    files = [str(Path(data) / changes.get("data", ""))] if data and find(name).needs else []
    begun = perf_counter()

    def tell(record: Any) -> None:
        print(f"\r{name}: {record.key}, epoch {record.epoch}, {perf_counter() - begun:.0f} s\x1b[K", end="", flush=True)

    return run(name, data=files, changes=chosen, listen=tell, out=folder)


def numbers(found: "ls.Run") -> str:
    """Give the scores over all steps of the network and of its baselines."""
    table = found.scores.filter(pl.col("step").is_null() & pl.col("metric").is_in(SHOWN))
    parts = []
    for (metric,), group in table.group_by("metric", maintain_order=True):
        said = dict.fromkeys(group["model"].to_list())
        values = [f"{m} {group.filter(pl.col('model') == m)['value'][0]:.5g}" for m in said]
        parts.append(f"{metric}: {', '.join(values[:4])}")
    return "; ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder of the data; made up by recipes that need none")
    parser.add_argument("--out", type=Path, default=Path("lectures"), help="where the runs are kept")
    parser.add_argument("--only", default="", help="names of recipes, separated by commas")
    parser.add_argument("--long", action="store_true", help="the systems that take hours")
    options = parser.parse_args()
    print("| system | verdict | scores | parameters | seconds |\n|---|---|---|---|---|")
    for name, changes in rows([part for part in options.only.split(",") if part], options.long):
        try:
            found = finished(name, changes, options.data, options.out)
        except LongshortError as error:
            print(f"\r\x1b[K| {title(name, changes)} | {error.message} | | | |", flush=True)
            continue
        seconds = found.info["seconds"]["run"]
        verdict = found.verdict.replace("|", "/")
        line = f"| {title(name, changes)} | {verdict} | {numbers(found)} | {found.parameters} | {seconds:.0f} |"
        print(f"\r\x1b[K{line}", flush=True)


if __name__ == "__main__":
    main()
