import pytest

from longshort.errors import SettingsError
from longshort.recipes.running import run


def test_twelve_comes_next():
    found = run("next-number", quick=True)
    assert found.predictions["predicted"].to_list() == [pytest.approx(12.0, abs=0.5)]
    assert found.predictions["truth"].to_list() == [12.0]
    assert found.verdict.endswith("the answer is 12.")


def test_twelve_and_thirteen_come_next():
    found = run("next-two", quick=True)
    assert found.predictions["predicted"].to_list() == [pytest.approx(12.0, abs=0.5), pytest.approx(13.0, abs=0.5)]


def test_other_steps_than_are_answered_are_refused():
    with pytest.raises(SettingsError, match="horizon=2 asks for other steps than answer="):
        run("next-number", changes={"horizon": 2})
