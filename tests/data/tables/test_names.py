"""Names: usual spellings are known, each kind is given once, and misspellings are answered."""

import pytest

from longshort.data.tables.names import DATES, IDS, find, kinds, ranked
from longshort.errors import DataError


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("OPEN", "open"),
        ("1. open", "open"),
        ("<HIGH>", "high"),
        ("Low Price", "low"),
        ("Close*", "close"),
        ("Close (USD)", "close"),
        ("Close/Last", "close"),
        ("종가", "close"),
        ("adjClose", "adj_close"),
        ("Adj Close**", "adj_close"),
        ("5. adjusted close", "adj_close"),
        ("Vol.", "volume"),
        ("Volume BTC", "volume"),
        ("거래량", "volume"),
        ("usd_krw", "other"),
        ("open_to_close", "other"),
    ],
)
def test_usual_spellings_have_their_kind(name, kind):
    assert kinds([name]) == {name: kind}


def test_each_kind_is_given_once_and_to_the_surest_name():
    assert kinds(["Price", "Close", "Last"]) == {"Price": "other", "Close": "close", "Last": "other"}
    assert list(kinds(["Volume BTC", "Volume USD"]).values()) == ["volume", "other"]


def test_single_letters_count_only_together():
    assert kinds(["o", "h", "l", "c"])["c"] == "close"
    assert kinds(["c", "o"]) == {"c": "other", "o": "other"}


def test_a_date_is_preferred_to_a_count_of_seconds():
    assert ranked(["unix", "Date", "month"], DATES) == ["Date", "month", "unix"]
    assert ranked(["Name", "symbol", "unique_id"], IDS) == ["unique_id", "symbol", "Name"]


def test_find_takes_the_only_name_that_differs_by_case():
    assert find("close", ["Close", "Open"], "the target") == "Close"
    assert find("close", ["Close", "close"], "the target") == "close"
    with pytest.raises(DataError, match=r"could be 'Close', 'CLOSE'"):
        find("close", ["Close", "CLOSE"], "the target")
    with pytest.raises(DataError, match=r"no column 'Clsoe'"):
        find("Clsoe", ["Close"], "the target")
