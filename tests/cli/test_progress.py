import io
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from longshort.cli import progress as room
from longshort.cli.progress import Tally, progress, render, sparkline


def record(key="fold-1.seed-0", epoch=1, epochs=10, train=1.0, validation=None):
    return SimpleNamespace(key=key, epoch=epoch, epochs=epochs, train_loss=train, validation_loss=validation)


def tally_of(members, *records):
    tally = Tally(members)
    for each in records:
        tally.add(each)
    return tally


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_nothing_is_drawn_where_nobody_looks():
    stream = io.StringIO()
    with progress(5, stream) as listen:
        assert listen is None
    assert stream.getvalue() == ""


def test_a_dumb_terminal_is_left_alone(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    with progress(5, Terminal()) as listen:
        assert listen is None


def test_the_line_is_redrawn_in_place_and_removed_at_the_end(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with progress(1, stream) as listen:
        listen(record())
    drawn = stream.getvalue()
    assert "\n" not in drawn
    assert drawn.startswith("\rfold 1 · epoch 1/10 · 10%")
    assert drawn.endswith("\r\x1b[K")


def test_the_line_is_removed_when_work_fails(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with pytest.raises(ZeroDivisionError), progress(1, stream) as listen:
        listen(record())
        raise ZeroDivisionError
    assert stream.getvalue().endswith("\r\x1b[K")


def test_many_records_are_drawn_at_most_ten_times_a_second(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    now = [0.0]
    monkeypatch.setattr(room.time, "monotonic", lambda: now[0])
    stream = Terminal()
    with progress(1, stream) as listen:
        for step in range(1000):
            now[0] = 1 + step / 1000
            listen(record(epoch=1 + step // 100))
    assert 9 <= stream.getvalue().count("\r") <= 12


@given(
    st.integers(1, 200),
    st.floats(0, 1e6),
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(1, 10), st.floats(allow_nan=True)), max_size=40
    ),
)
def test_the_line_never_exceeds_the_width(width, elapsed_s, heard):
    tally = tally_of(50, *(record(f"fold-{fold}.seed-{seed}", epoch, train=loss) for fold, seed, epoch, loss in heard))
    assert len(render(tally, elapsed_s, width)) <= width
    assert 0 <= tally.share <= 1


def test_the_share_goes_first_and_last_where_room_is_short():
    tally = tally_of(2, record(epoch=5, train=0.5))
    assert render(tally, 10, 200) == "fold 1 · epoch 5/10 · 25% · 0:30 left · loss ▁ 0.5"
    assert render(tally, 10, 40) == "fold 1 · epoch 5/10 · 25% · 0:30 left"
    assert render(tally, 10, 30) == "epoch 5/10 · 25% · 0:30 left"
    assert render(tally, 10, 15) == "25% · 0:30 left"
    assert render(tally, 10, 3) == "25%"


def test_a_member_that_stopped_early_counts_as_done(monkeypatch):
    monkeypatch.setattr(room.os, "cpu_count", lambda: 2)
    tally = tally_of(4, record("f.a", 5), record("f.b", 1))
    assert tally.share == pytest.approx(0.6 / 4)
    tally.add(record("f.c", 1))
    assert tally.share == pytest.approx((1 + 0.1 + 0.1) / 4)


def test_the_curve_is_the_mean_of_the_newest_folds_validation_losses():
    tally = tally_of(
        4,
        record("fold-1.seed-0", 1, validation=9.0),
        record("fold-2.seed-0", 1, validation=4.0),
        record("fold-2.seed-1", 1, validation=2.0),
        record("fold-1.seed-0", 2, validation=8.0),
        record("fold-2.seed-0", 2, validation=1.0),
    )
    assert tally.curve == [3.0, 1.0]
    assert tally.epoch == (2, 10)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True)))
@example([0.0, 2.2e-309])
def test_a_sparkline_survives_any_losses(values):
    line = sparkline(values)
    assert len(line) == min(12, sum(abs(value) < 1e300 for value in values))


def test_a_terminal_without_block_characters_gets_none(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    stream.encoding = "latin-1"
    with progress(1, stream) as listen:
        listen(record())
    assert "▁" not in stream.getvalue()
    assert "loss 1" in stream.getvalue()
