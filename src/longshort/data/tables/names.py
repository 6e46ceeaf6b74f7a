"""Recognise columns by name: dates, series, and the columns of a price file, under their usual spellings."""

import re
from collections.abc import Iterable, Sequence

from longshort.data.panel import Kind
from longshort.errors import DataError, examples, nearest


def _words(*lines: str) -> list[str]:
    return " ".join(lines).split()


# Ordered: where several columns of a file carry names from one list, the earlier name wins.
DATES = _words(
    "ds date datetime timestamp tradedate tradingdate tradingday observationdate pricedate dateutc datetimeutc utcdate",
    "gmttime localtime opentime startdate time day week month quarter period year datum fecha",
    "날짜 일자 거래일 거래일자 기준일 기준일자 일시 시간 체결시간 년월일 日期 交易日期 日付",
    "unix epoch unixtime unixtimestamp",
)
SURE_DATES = frozenset(_words("ds date datetime timestamp tradedate 날짜 일자 거래일 거래일자 日期 日付"))
EPOCHS = frozenset(_words("unix epoch unixtime unixtimestamp"))
SURE_IDS = _words(
    "uniqueid itemid seriesid symbol ticker tickers stocksymbol stockcode tic sym permno isin",
    "종목코드 단축코드 股票代码",
)
IDS = SURE_IDS + _words(
    "name stock stockname company asset instrument security series coin currencypair pair code id",
    "종목명 종목 회사명 銘柄",
)
TARGETS = ("y", "target")
_KINDS: dict[Kind, list[str]] = {
    "open": _words("open openprice opening openingprice pxopen 시가 开盘 开盘价 始値"),
    "high": _words("high highprice dayhigh highest pxhigh 고가 最高 最高价 高値"),
    "low": _words("low lowprice daylow lowest pxlow 저가 最低 最低价 安値"),
    "close": _words(
        "close closeprice closing closingprice closelast 종가 현재가 收盘 收盘价 終値",
        "last lastprice pxlast settle settlement price",
    ),
    "adj_close": _words(
        "adjclose adjustedclose adjcloseprice adjustedcloseprice closeadj closeadjusted 수정종가 수정주가"
    ),
    "volume": _words("volume vol totalvolume tradedvolume sharevolume numberofshares 거래량 成交量 出来高"),
}
_LETTERS: dict[str, Kind] = {"o": "open", "h": "high", "l": "low", "c": "close", "v": "volume"}


def plain(name: str) -> str:
    """Reduce a name to its letters and digits, in lower case, without a leading number or a unit in brackets.

    >>> plain("Adj Close**"), plain("1. open"), plain("<DATE>"), plain("Close (USD)")
    ('adjclose', 'open', 'date', 'close')
    """
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", "", name.strip().lower())
    text = re.sub(r"^\d+[a-z]?\.\s+", "", text)
    return re.sub(r"[\W_]+", "", text)


def find(name: str, columns: Sequence[str], what: str) -> str:
    """Find the column that the user means: the very name, or the only one that differs by case.

    Raise `DataError`, with the nearest names, where there is none.
    """
    if name in columns:
        return name
    folded = [column for column in columns if column.strip().casefold() == name.strip().casefold()]
    if len(folded) == 1:
        return folded[0]
    if folded:
        raise DataError(f"{what} {name!r} could be {examples(folded)}.", hint="Spell it as the file does.")
    raise DataError(f"there is no column {name!r} ({what}).", hint=nearest(name, columns))


def ranked(columns: Iterable[str], spellings: Sequence[str]) -> list[str]:
    """List the columns whose names are among the spellings, the earlier spelling first."""
    place = {spelling: rank for rank, spelling in reversed(list(enumerate(spellings)))}
    found = [(place[key], order, c) for order, c in enumerate(columns) if (key := plain(c)) in place]
    return [column for _, _, column in sorted(found)]


def kinds(columns: Sequence[str]) -> dict[str, Kind]:
    """Tell what each column means in a price file; no kind is given twice, all else is `other`.

    >>> kinds(["unix", "Open", "close", "Volume BTC", "Volume USD"])
    {'unix': 'other', 'Open': 'open', 'close': 'close', 'Volume BTC': 'volume', 'Volume USD': 'other'}
    """
    known: dict[str, Kind] = dict.fromkeys(columns, "other")
    for kind, spellings in _KINDS.items():
        for column in ranked(columns, spellings)[:1]:
            known[column] = kind
    if "volume" not in known.values():
        for column in [c for c in columns if plain(c).startswith("volume")][:1]:
            known[column] = "volume"
    letters = {plain(c): c for c in columns}
    if set("ohlc") <= set(letters):
        known |= {letters[letter]: kind for letter, kind in _LETTERS.items() if letter in letters}
    return known
