import json
from pathlib import Path

import pytest

from longshort.learn import book


@pytest.fixture(autouse=True)
def no_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "names", list)


def test_the_book_is_written_and_its_contents_named(longshort, tmp_path: Path) -> None:
    outcome = longshort("learn", "--out", str(tmp_path / "book"))
    assert outcome.code == 0
    assert str(tmp_path / "book" / "index.html") in outcome.out
    assert (tmp_path / "book" / "index.html").exists()


def test_json_lists_the_pages(longshort, tmp_path: Path) -> None:
    outcome = longshort("learn", "--out", str(tmp_path / "book"), "--json")
    assert json.loads(outcome.out)["pages"] == ["index.html"]


def test_a_folder_with_foreign_files_is_the_users_mistake(longshort, tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("mine")
    outcome = longshort("learn", "--out", str(tmp_path))
    assert outcome.code == 2
    assert "prices.csv" in outcome.err
    assert "--out" in outcome.err
