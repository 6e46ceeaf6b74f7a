import inspect
import json
import re

import pytest
from markupsafe import Markup

from longshort.kernels.reference import rnn_step
from longshort.learn.blocks import Slider, command, island, listing, live, say, source, table
from longshort.learn.convolution import cross_correlate, max_pool
from longshort.learn.text import Text, same


def frames(figure: str) -> list[str]:
    found = re.search(r'<script type="application/json">(.*?)</script>', figure, re.DOTALL)
    assert found
    data = json.loads(found[1])
    return ["".join(data["pool"][piece] for piece in frame) for frame in data["frames"]]


def figure(start: int = 0) -> Markup:
    sliders = [Slider(same("a"), [same(0), same(1)], start), Slider(same("b"), [same(n) for n in range(3)])]
    made = [[Markup("<p>same</p>"), Markup(f"<p>{a}{b}</p>")] for a in range(2) for b in range(3)]
    return live("two", sliders, made, same("c"))


def test_the_last_slider_turns_fastest_and_equal_pieces_are_stored_once() -> None:
    given = figure()
    assert frames(given) == [f"<p>same</p><p>{a}{b}</p>" for a in range(2) for b in range(3)]
    assert str(given).count("\\u003cp\\u003esame") == 1


def test_without_scripts_the_frame_of_the_start_stands_there() -> None:
    assert '<div class="frame"><p>same</p><p>10</p></div>' in figure(start=1)


def test_frames_that_do_not_fit_the_sliders_are_refused() -> None:
    with pytest.raises(ValueError, match="2 frames for"):
        live("a", [Slider(same("x"), [same(1)])], [Markup("1"), Markup("2")], same(""))


def test_data_cannot_end_its_own_script() -> None:
    assert "<" not in island(["</script>"])


@pytest.mark.parametrize("function", [rnn_step, cross_correlate, max_pool])
def test_a_listing_shows_the_very_lines_but_for_the_docstring(function) -> None:
    whole, shown = inspect.getsource(function), source(function)
    assert '"""' not in shown
    assert "return" in shown
    assert [line for line in shown.splitlines() if line not in whole.splitlines()] == []
    assert re.sub(r"\s", "", re.sub(r'""".*?"""', "", whole, flags=re.DOTALL)) == re.sub(r"\s", "", shown)


def test_a_listing_names_its_place_from_the_package_on() -> None:
    assert "<code>longshort/kernels/reference/rnn.py · rnn_step</code>" in listing(rnn_step)


def test_words_are_escaped_in_every_block() -> None:
    bad = Text("<script>", "<스크립트>")
    for block in (say(bad), table([bad], [[bad]], bad), command("<script>", bad)):
        assert "<script" not in block
        assert "<스크립트" not in block


def test_a_column_of_words_stands_to_the_left_and_one_of_numbers_to_the_right() -> None:
    told = table([same("a"), same("b"), same("c")], [["1", Text("word", "낱말"), "2"]], same(""))
    assert '<td class="words"><span lang="en">word</span><span lang="ko">낱말</span></td><td>2</td>' in told
    assert '<th scope="col" class="words">b</th><th scope="col">c</th>' in told


def test_paragraphs_must_match_in_both_languages() -> None:
    assert str(say(Text("a\n\nb", "가\n\n나"))).count("<p>") == 2
    with pytest.raises(ValueError, match="zip"):
        say(Text("a\n\nb", "가"))
