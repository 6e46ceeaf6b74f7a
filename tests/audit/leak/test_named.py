"""A pipeline that is named runs in a Python of its own: it cannot end the audit, and keeps nothing from run to run."""

import sys
from collections.abc import Callable
from pathlib import Path

import leaving
import pandas as pd
import pipelines
import pytest

from longshort.audit.leak import Leak, audit_leakage
from longshort.data.panel import Panel
from longshort.errors import DataError, LongshortError, SettingsError


def audit(name: str, data: object = None, **options: object) -> Leak:
    """Audit a pipeline of `leaving` with few runs."""
    data = pipelines.make_data() if data is None else data
    chosen = {"target": "y", "changes": ["noise"], "cutoffs": 1} | options
    return audit_leakage(f"leaving:{name}", data, **chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("exits", "the pipeline 'leaving:exits' left its process (exit code 0) before it gave forecasts"),
        ("vanishes", "Its last lines: almost done"),
        ("crashes", "the pipeline 'leaving:crashes' was ended by the signal Killed"),
        ("exits_on_changed_data", "left its process (exit code 0)"),
        ("gives_nothing", "the pipeline gave NoneType"),
        ("raises_a_flood", "the pipeline failed: ValueError: no such column no such"),
        ("raises_what_cannot_be_told", "the pipeline failed: Mute: (it cannot be told)"),
        ("gives_objects", "column 'mean' holds Python objects"),
        ("no_such", "'leaving' has no function 'no_such'"),
    ],
)
def test_what_does_not_end_well_is_an_error_and_no_pass(name: str, message: str) -> None:
    with pytest.raises(LongshortError) as caught:
        audit(name, changes=["noise", "removed"])
    assert message in caught.value.message
    assert len(caught.value.message) < 5000


def test_a_hanging_pipeline_is_ended_when_its_time_is_up() -> None:
    with pytest.raises(DataError, match=r"'leaving:hangs' did not end within 2 seconds"):
        audit("hangs", timeout=2)


def test_a_module_that_exits_when_it_is_imported_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "exits_at_once.py").write_text("import sys\nsys.exit(0)\n")
    monkeypatch.chdir(tmp_path)
    for data in (pipelines.make_data(), pd.DataFrame({"y": [1.0, 2.0, 3.0]})):
        with pytest.raises(SettingsError, match="'exits_at_once' cannot be imported: SystemExit: 0"):
            audit_leakage("exits_at_once:run", data)


def test_nothing_is_kept_from_one_run_to_the_next() -> None:
    assert audit("keeps_its_first_answer").columns == ("y",)
    leak = audit("counts_its_runs")
    assert (leak.found, leak.noise, leak.notes) == (False, 0.0, ())


def test_more_than_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGSHORT_MEMORY", "64M")
    with pytest.raises(DataError, match=r"what the pipeline 'leaving:gives_much' (gave|wrote) is larger than 2 MiB"):
        audit("gives_much")


def test_a_package_in_the_working_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_package").mkdir()
    (tmp_path / "own_package" / "types.py").write_text("import pipelines\nrun = pipelines.centred_average\n")
    monkeypatch.chdir(tmp_path)
    leak = audit_leakage("own_package.types:run", pipelines.make_data(), target="y", changes=["noise"], cutoffs=1)
    assert leak.columns == ("y",)
    assert "own_package" not in sys.modules


def test_a_panel_goes_to_a_named_pipeline_as_a_table(prices: Callable[..., Panel], tmp_path: Path) -> None:
    (tmp_path / "of_a_panel.py").write_text(
        "import polars as pl\n"
        "def run(frame):\n"
        "    return frame.select('unique_id', cutoff='ds', mean=pl.col('Close') + pl.col('High').shift(-1))\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert audit_leakage("of_a_panel:run", prices(), changes=["noise"], cutoffs=1).columns == ("High",)


def test_in_this_process_an_exit_is_an_error_too_and_a_time_limit_is_refused() -> None:
    frame = pipelines.make_data()
    columns = {"ds": frame["ds"].to_numpy(), "y": frame["y"].to_numpy()}
    for pipeline, data in ((leaving.exits, frame), ("leaving:exits", pd.DataFrame(columns))):
        with pytest.raises(DataError, match=r"ended Python before it gave forecasts \(SystemExit: 0\)"):
            audit_leakage(pipeline, data)
    with pytest.raises(SettingsError, match="timeout=5 has no meaning"):
        audit_leakage(leaving.exits, frame, timeout=5)


@pytest.mark.parametrize("timeout", [0.0, -1.0, float("nan"), float("inf")])
def test_a_time_that_is_no_limit_is_refused(timeout: float) -> None:
    with pytest.raises(SettingsError, match="--timeout"):
        audit("exits", timeout=timeout)
