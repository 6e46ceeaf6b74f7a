from dataclasses import dataclass

import longshort as ls
from longshort.evaluation.bare import bare_run, curve_table
from longshort.evaluation.labels import classified
from longshort.results import samples


@dataclass
class Record:
    """Stand for what training tells of an epoch."""

    epoch: int
    train_loss: float
    validation_loss: float | None = None
    gradient_norm: float = 1.0


def bare(**parts):
    return bare_run("xor", "2-2-1 learns it.", task="classify", **parts)


def test_a_run_without_forecasts_has_a_summary_a_page_and_a_folder(tmp_path):
    run = bare()
    assert run.summary()["series"] == []
    assert "2-2-1 learns it." in run.to_markdown()
    run.report(tmp_path / "page.html")
    run.save(tmp_path / "run")
    assert ls.load_run(tmp_path / "run").summary() == run.summary()


def test_its_parts_are_kept_as_they_were_given(tmp_path):
    judged = classified(["0", "1"], ["0", "1"], model="xor", probabilities=[[0.9, 0.1], [0.2, 0.8]])
    picture = samples.image([[0.0, 1.0], [0.5, 0.25]], truth="0", predicted="1", probability=0.75)
    run = bare_run("xor", **judged, curves=curve_table([[Record(1, 0.7)]], seed=3), samples=(picture,))
    run.save(tmp_path / "run")
    loaded = ls.load_run(tmp_path / "run")
    assert loaded.summary() == run.summary()
    assert loaded.summary()["samples"][0]["pixels"] == [[0, 255], [128, 64]]
    assert loaded.details["classes"].equals(run.details["classes"])


def test_curves_have_a_row_for_each_member_and_epoch():
    table = curve_table([[Record(1, 0.7, 0.8), Record(2, 0.5, 0.6)], [Record(1, 0.9)]], seed=5)
    assert table.select("seed", "epoch", "train_loss", "validation_loss").rows() == [
        (5, 1, 0.7, 0.8), (5, 2, 0.5, 0.6), (6, 1, 0.9, None),
    ]  # fmt: skip
    assert curve_table([]).schema == table.schema
