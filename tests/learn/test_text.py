import pytest

from longshort.learn.text import Text, both, drawn, filled, marked_up, named, same, without_marks, words


def test_a_text_stands_there_in_both_languages_and_a_number_once() -> None:
    assert both(Text("a < b", "가")) == '<span lang="en">a &lt; b</span><span lang="ko">가</span>'
    assert drawn(Text("one", "하나")) == '<tspan lang="en">one</tspan><tspan lang="ko">하나</tspan>'
    assert both(same(3)) == "3"


def test_marks_become_elements_and_what_they_hold_is_escaped() -> None:
    assert marked_up("`<b>`") == "<code>&lt;b&gt;</code>"
    assert marked_up("$x_{t}^{2}$") == '<i class="maths">x<sub>t</sub><sup>2</sup></i>'
    assert marked_up("[a](https://b)") == '<a href="https://b">a</a>'
    assert without_marks("**a** $x_{t}$ [b](https://c)") == "a xt b"


def test_a_raised_letter_may_carry_a_lowered_one() -> None:
    assert marked_up("$e^{z_{k}}$") == '<i class="maths">e<sup>z<sub>k</sub></sup></i>'
    assert without_marks("$e^{z_{k}}$") == "ezk"


@pytest.mark.parametrize("said", ["5 %", "6.87 × 10⁻⁹", "**5 %**"])
def test_a_number_is_not_parted_from_what_it_counts(said: str) -> None:
    assert " " not in marked_up(said)
    assert "\N{NO-BREAK SPACE}" in marked_up(said)


def test_fields_are_filled_with_a_true_minus_and_what_is_lowered_is_none() -> None:
    assert filled("h_{t} = {h:.2f} {word}", {"h": -0.5, "word": "low-cost"}) == "h_{t} = −0.50 low-cost"


def test_a_field_that_was_not_given_is_an_error() -> None:
    with pytest.raises(KeyError, match="rate"):
        filled("{rate}", {})


def test_a_name_that_is_heard_carries_both_languages() -> None:
    given = named("aria-label", Text('"a"', "가"))
    assert given == 'aria-label="&#34;a&#34;" data-says="aria-label" data-en="&#34;a&#34;" data-ko="가"'


def test_lines_of_the_file_flow_and_blank_lines_part(tmp_path) -> None:
    (tmp_path / "page.toml").write_text('[a]\nen = """\none\ntwo\n\nthree {n}"""\nko = "하나\\n\\n둘 {n}"\n', "utf-8")
    assert words(str(tmp_path / "page.py"))("a", n=3) == ("one two\n\nthree 3", "하나\n\n둘 3")
