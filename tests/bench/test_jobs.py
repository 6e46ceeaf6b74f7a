"""Jobs, their parts and who can do them."""

import pytest

from longshort.bench.jobs import JOBS, PEERS, parts
from longshort.errors import SettingsError


def test_the_canonical_job_is_the_lectures():
    (part,) = parts("canonical", "torch", {})
    shape = part.shape
    assert (shape.cell, shape.hidden_size, shape.num_layers, shape.dropout) == ("lstm", 50, 4, 0.2)
    assert (shape.windows, shape.length, shape.inputs, shape.batch_size) == (2708, 60, 1, 32)


def test_each_option_reaches_the_shape_of_a_job_that_reads_it():
    given = {"cell": "gru", "hidden": 8, "batch": 16}
    (part,) = parts("canonical", "torch", given)
    assert (part.shape.cell, part.shape.hidden_size, part.shape.batch_size) == ("gru", 8, 16)
    assert [p.shape.hidden_size for p in parts("large", "torch", {})] == [128, 256]
    assert [p.shape.hidden_size for p in parts("large", "torch", {"hidden": 256})] == [256]
    assert [p.shape.windows for p in parts("inference", "torch", {})] == [4096, 1]
    assert [p.shape.windows for p in parts("inference", "torch", {"batch": 1})] == [1]


@pytest.mark.parametrize(
    ("job", "option"),
    [("large", "cell"), ("many", "hidden"), ("stream", "batch"), ("folds", "cell"), ("forking", "threads")],
)
def test_an_option_that_a_job_does_not_read_is_refused(job, option):
    with pytest.raises(SettingsError, match=f"--job {job} has no --{option}"):
        parts(job, "torch", {option: 1})


def test_a_peer_that_cannot_do_a_job_is_refused_and_those_that_can_are_named():
    with pytest.raises(SettingsError, match="not measured against darts") as refused:
        parts("inference", "darts", {})
    assert refused.value.hint == "Pass --against torch or keras."


def test_libraries_of_forecasting_are_timed_by_the_whole_fit():
    for peer in ("neuralforecast", "darts"):
        (part,) = parts("canonical", peer, {"hidden": 8})
        assert (part.kind, part.per, part.shape.hidden_size) == ("fit", "fit", 8)


def test_pytorch_can_do_every_job():
    for job in JOBS:
        assert all(part.alone or part.kind in PEERS["torch"] for part in parts(job, "torch", {}))


def test_an_inferences_operations_are_those_of_one_window():
    batch, one = parts("inference", "torch", {})
    assert batch.operations == one.operations
