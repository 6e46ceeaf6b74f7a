from dataclasses import replace

import pytest

from longshort.errors import DataError
from longshort.recipes.places import files_of


@pytest.fixture
def home(tmp_path):
    """Give a folder of data: shop/prices.csv, and a folder digits/."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "prices.csv").write_text("1\n")
    (tmp_path / "digits").mkdir()
    return tmp_path


def test_a_file_of_ones_own_is_taken_as_it_is(theatre, tmp_path):
    mine = tmp_path / "mine.csv"
    mine.write_text("1\n")
    assert files_of(theatre.recipe, [mine]) == (mine,)


@pytest.mark.parametrize("below", ["", "shop"])
def test_a_folder_is_searched_for_what_is_needed(theatre, home, below):
    assert files_of(theatre.recipe, [home / below]) == (home / "shop" / "prices.csv",)


def test_the_environment_says_where_data_lie(theatre, home, monkeypatch):
    monkeypatch.setenv("LONGSHORT_DATA", str(home))
    assert files_of(theatre.recipe) == (home / "shop" / "prices.csv",)


def test_a_needed_folder_may_be_passed_itself_or_the_one_above(theatre, home):
    digits = replace(theatre.recipe, needs=("digits/",))
    assert files_of(digits, [home]) == files_of(digits, [home / "digits"]) == (home / "digits",)


def test_several_things_are_passed_in_order(theatre, home):
    both = replace(theatre.recipe, needs=("shop/prices.csv", "fx/rates.csv"))
    mine = [home / "a.csv", home / "b.csv"]
    for file in mine:
        file.write_text("1\n")
    assert files_of(both, mine) == tuple(mine)
    with pytest.raises(DataError, match=r"fx/rates\.csv"):
        files_of(both, mine[:1])


def test_missing_data_are_named_with_the_places_searched_and_what_to_type(theatre, tmp_path):
    with pytest.raises(DataError, match=r"needs shop/prices\.csv") as caught:
        files_of(theatre.recipe, [tmp_path])
    assert str(tmp_path / "shop" / "prices.csv") in caught.value.message
    assert "--data shop/prices.csv" in caught.value.hint
    assert "LONGSHORT_DATA" in caught.value.hint
    assert "longshort run made --synthetic" in caught.value.hint


def test_without_data_or_environment_it_is_said_that_nowhere_was_searched(theatre):
    with pytest.raises(DataError, match="LONGSHORT_DATA is not set"):
        files_of(theatre.recipe)


def test_a_path_that_is_not_there_is_named(theatre, tmp_path):
    with pytest.raises(DataError, match=r"none.csv' does not exist"):
        files_of(theatre.recipe, [tmp_path / "none.csv"])


def test_data_for_a_recipe_that_reads_none_are_refused(theatre, home):
    for place in (home, home / "nowhere"):
        with pytest.raises(DataError, match="brings its own data"):
            files_of(replace(theatre.recipe, needs=()), [place])
