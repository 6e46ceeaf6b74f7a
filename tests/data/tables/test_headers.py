"""Headers and dialects: where the names stand, and what stands above them."""

import pytest

from longshort.data.tables.dialect import Written, sniff
from longshort.data.tables.headers import looks_like_data
from longshort.errors import DataError


def sniffed(text: str, **written: object):
    return sniff(text.splitlines(), "'x.csv'", Written(**written))


@pytest.mark.parametrize(
    ("rows", "data"),
    [
        ([["Date", "Close"], ["2017-01-03", "1"]], False),
        ([["2017-01-03", "1"], ["2017-01-04", "2"]], True),
        ([["AMZN", "2017-01-03", "1"], ["AMZN", "2017-01-04", "2"]], True),
        ([["Page", "2017-01-03"], ["a", "1"]], False),
        ([["Date", "005930", "000660"], ["2017-01-03", "1", "2"]], False),
        ([["", "0"], ["1821", "269"]], False),
        ([["0", "1", "2"], ["5", "6", "7"]], False),
        ([["5", "6", "7"], ["0", "1", "2"]], True),
        ([["id", "note"], ["a", "b"]], False),
        ([["1", ""], ["2", "x"]], True),
    ],
)
def test_a_header_is_told_from_data_by_the_rows_below(rows, data):
    assert looks_like_data(rows) is data


def test_a_header_inside_a_comment_is_found():
    dialect = sniffed("# https://example.org\n# Open,Close\n1,2\n3,4\n")
    assert dialect.header.names == ("Open", "Close")
    assert (dialect.skip, dialect.header.lines) == (2, 0)


def test_lines_above_the_header_are_skipped_and_said():
    dialect = sniffed("My prices\nsource: me\n\nDate;Close\n2017-01-03;1,5\n2017-01-04;2,5\n")
    assert (dialect.separator, dialect.skip, dialect.header.names) == (";", 3, ("Date", "Close"))
    assert dialect.notes == ("2 lines above the header are left out.",)


def test_given_names_replace_a_header_only_where_there_is_one():
    assert sniffed("a,b\n1,2\n", columns=["x", "y"]).header.lines == 1
    assert sniffed("0,1,2\n3,4,5\n", columns=["x", "y", "z"]).header.lines == 1
    assert sniffed("1,2\n3,4\n", columns=["x", "y"]).header.lines == 0


def test_a_repeated_or_missing_name_is_made_unique():
    assert sniffed(",a,a\nx,1,2\n").header.names == ("column 1", "a", "a (2)")


def test_no_header_is_refused_by_naming_the_option():
    with pytest.raises(DataError, match=r"1550632140,3909.34") as caught:
        sniffed("1550632140,3909.34,1,2,3,4\n1550632200,3912.04,1,2,3,4\n")
    assert "--columns time,low,high,open,close,volume" in caught.value.hint
