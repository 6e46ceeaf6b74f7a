"""Every recipe runs on a small budget, without any file, and what it leaves can be opened again."""

import polars as pl
import pytest

import longshort as ls
from longshort.recipes import find, names
from longshort.recipes.running import run


@pytest.mark.parametrize("name", names())
def test_each_recipe_runs_without_data_and_leaves_a_report(name, tmp_path):
    needs = bool(find(name).needs)
    run(name, synthetic=needs, quick=True, device="cpu", out=tmp_path / "run")
    found = ls.load_run(tmp_path / "run")
    assert (found.task, found.synthetic) == (find(name).task, needs)
    assert found.verdict.endswith((".", "…"))
    assert found.parameters == sum(row["parameters"] for row in found.layers) > 0
    assert len(found.training_shape) >= 1
    networks = found.scores.filter(pl.col("metric").is_in(["accuracy", "rmse", "mae", "cross_entropy"]))
    assert networks["model"].n_unique() >= 2, "no baseline beside the network"
    assert networks["value"].is_finite().all()
    report = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert found.synthetic == ('<p class="badge">Synthetic' in report)
