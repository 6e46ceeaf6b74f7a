"""What nobody writes into settings is refused at once, as what it is: no fault of ours."""

import pytest

from longshort.errors import SettingsError
from longshort.settings import read_toml, toml_file
from longshort.settings.toml import DEEPEST, LONGEST

MANY = 50_000


def read(text):
    return read_toml(text, "the recipe", "Pass another.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = " + "[" * MANY + "]" * MANY, "deep"),
        ("a = " + "[" * 100 + "]" * 100, "deep"),
        ("a = " + "{a = " * MANY, "deep"),
        (".".join("a" * MANY) + " = 1", "deep"),
        ("a = 1\n[" + " . ".join("a" * MANY) + "]", "deep"),
        ("a." * MANY, "deep"),
        ("a = " + "9" * 5000, "thousands of digits"),
        ("." * MANY, "not valid TOML"),
        ("a = 'b", "not valid TOML"),
    ],
    ids=["lists", "few lists", "tables", "dots", "header", "unfinished", "digits", "only dots", "quote"],
)
def test_what_no_setting_is_is_refused(text, said):
    with pytest.raises(SettingsError, match=said) as caught:
        read(text)
    assert caught.value.message.startswith("the recipe ")
    assert caught.value.hint == "Pass another."


def test_dots_within_texts_and_comments_and_as_many_parts_as_may_be_pass():
    dots = "a." * MANY
    assert read(f'a = \'{dots}\' # {dots}\nb = """\n{dots}"""') == {"a": dots, "b": dots}
    assert read(".".join("a" * DEEPEST) + " = 1")


def test_a_file_is_named_and_no_more_of_it_read_than_may_be(tmp_path):
    for name, content, said in (
        ("large.toml", b"#" * (LONGEST + 1), "is longer than 1,000,000 bytes"),
        ("other.toml", b"a = '\xff'", "cannot be read: it is no text in UTF-8"),
        ("none.toml", None, "cannot be read: No such file or directory"),
    ):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(SettingsError, match=said) as caught:
            toml_file(tmp_path / name, "the recipe", "Pass another.")
        assert name in caught.value.message
    (tmp_path / "right.toml").write_bytes(b"a = 1\r\nb = 2\r\n")
    assert toml_file(tmp_path / "right.toml", "the recipe", "") == {"a": 1, "b": 2}
