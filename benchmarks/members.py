"""How much dearer are 8 folds x 5 seeds than one member on the last fold? The same epochs, in the same run.

Type `python benchmarks/members.py --repeats 3`.
"""

import argparse
import time
from statistics import median

import longshort as ls
from longshort.backtest.folds import walk_forward
from longshort.cli.demo import prices


def seconds(recipe: ls.Recipe, panel: ls.Panel, cutoffs: list[int]) -> float:
    begin = time.perf_counter()
    recipe.fit(panel, cutoffs)
    return time.perf_counter() - begin


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    panel = prices()
    cutoffs = [fold.fit_at for fold in walk_forward(panel, 8)]
    # Every member runs all its epochs: early stopping would compare luck.
    many = ls.Recipe(horizon=5).replace({"training.patience": None})
    one = many.replace({"training.members": 1})
    seconds(one, panel, cutoffs[-1:])
    pairs = [(seconds(many, panel, cutoffs), seconds(one, panel, cutoffs[-1:])) for _ in range(repeats)]
    for forty, single in pairs:
        print(f"8 folds x 5 seeds {forty:.2f} s   one member {single:.2f} s   ratio {forty / single:.1f}")
    print(f"median ratio {median(forty / single for forty, single in pairs):.1f}")
