"""Dates, names, encodings and headers as people in many countries write them."""

import numpy as np
import polars as pl
import pytest

from longshort.data.checks import check
from longshort.data.readers import read
from longshort.data.readers.dates import parse
from longshort.data.tables.legacy import legacy_encoding
from longshort.data.tables.names import kinds
from longshort.data.tables.raw import Part, single
from longshort.errors import DataError

DAYS = [f"2023-03-{day:02d}" for day in range(1, 25)]


def dates(cells, kind="datetime64[D]"):
    times, _ = parse(single(pl.DataFrame({"d": cells}), Part("'x.csv'", "x"), 2), "d")
    return times.astype("datetime64[us]").astype(kind).astype(str).tolist()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2017- 12- 29", "2017- 12- 28"], ["2017-12-29", "2017-12-28"]),
        (["2022年06月14日", "2022年06月15日"], ["2022-06-14", "2022-06-15"]),
        (["2015年1月", "2015年12月"], ["2015-01-01", "2015-12-01"]),
        (["2015년 1월", "2015년 12월"], ["2015-01-01", "2015-12-01"]),
        (["2015M01", "2015M12"], ["2015-01-01", "2015-12-01"]),
        (["1Q23", "4Q23"], ["2023-01-01", "2023-10-01"]),
        (["2023Q1", "2023Q4"], ["2023-01-01", "2023-10-01"]),
        (["2023년 1분기", "2023년 2분기"], ["2023-01-01", "2023-04-01"]),
        (["44927", "44928", "44929"], ["2023-01-01", "2023-01-02", "2023-01-03"]),
        (["01.01.2023 00:00 - 01.01.2023 01:00", "13.01.2023 01:00 - 13.01.2023 02:00"], ["2023-01-01", "2023-01-13"]),
    ],
)
def test_days_months_quarters_and_serial_numbers(cells, expected):
    assert dates(cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2023-01-02 02-PM", "2023-01-02 12-AM"], ["2023-01-02T14", "2023-01-02T00"]),
        (["2023-01-02 9", "2023-01-02 10"], ["2023-01-02T09", "2023-01-02T10"]),
        (["1672531200", "1672534800"], ["2023-01-01T00", "2023-01-01T01"]),
        (["1672531200000", "1672534800000000"], ["2023-01-01T00", "2023-01-01T01"]),
        ([44927.5, 44928.25], ["2023-01-01T12", "2023-01-02T06"]),
    ],
)
def test_hours_and_counts_of_any_unit(cells, expected):
    assert dates(cells, "datetime64[h]") == expected


@pytest.mark.parametrize("times", [["0930", "0931"], ["930", "931"], ["93000", "93100"], ["09:30", "09:31"]])
def test_times_of_day_stand_behind_dates_of_their_own_column(times):
    frame = pl.DataFrame({"Date": ["2023-01-02"] * 2, "Time": times, "Close": [1.0, 2.0]})
    panel = read(frame)
    minutes = panel.labels(panel.times).astype("datetime64[m]").astype(str)
    assert minutes.tolist() == ["2023-01-02T09:30", "2023-01-02T09:31"]


def test_hours_of_a_day_in_a_column_of_their_own():
    frame = pl.DataFrame({"Date": ["2023-01-02"] * 24, "Hour": list(range(24)), "load": np.arange(24.0)})
    panel = read(frame, target="load")
    assert panel.labels(panel.times)[23].astype("datetime64[h]").astype(str) == "2023-01-02T23"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Datum;Eröffnung;Hoch;Tief;Schluss;Volumen", "open high low close volume"),
        ("Datum;Schlußkurs;Umsatz", "close volume"),
        ("Date;Dernier;Ouv.;Plus Haut;Plus Bas;Vol.", "close open high low volume"),
        ("Date;Ouverture;Clôture", "open close"),
        ("Fecha;Último;Apertura;Máximo;Mínimo", "close open high low"),
        ("Data;Fechamento;Abertura;Máxima;Mínima", "close open high low"),
        ("Data;Chiusura;Apertura;Massimo;Minimo", "close open high low"),
        ("Дата;Закрытие;Открытие;Максимум;Минимум;Объём", "close open high low volume"),
        ("날짜;종가;시가;고가;저가;거래량", "close open high low volume"),
        ("日付;終値;始値;高値;安値;出来高", "close open high low volume"),
        ("日期;收盘;开盘;最高;最低;成交量", "close open high low volume"),
        ("日期;收盤價;開盤價;最高價;最低價;成交量", "close open high low volume"),
    ],
)
def test_columns_are_known_by_their_names_in_many_languages(header, expected):
    names = header.split(";")
    assert list(kinds(names[1:]).values()) == expected.split()
    frame = pl.DataFrame({names[0]: DAYS, **{name: [float(n) for n in range(24)] for name in names[1:]}})
    assert read(frame).columns[0].kind == "close"


TEXTS = {
    "cp949": ["날짜,종가,거래량", "종목명,date,close\n삼성전자,1\n현대차,2"],
    "gb18030": ["日期,收盘,成交量", "name,date,close\n平安银行,1\n贵州茅台,2"],
    "cp932": ["日付,始値,高値,安値,終値", "コード,名称\n7203,トヨタ"],
    "big5": ["日期,收盤價,成交量", "名稱,日期\n台積電,1\n鴻海,2"],
    "cp1251": ["Дата;Цена закрытия;Объем", "Дата,Закрытие"],
    "cp1252": ["Datum;Eröffnung;Schluß", "Date;Clôture;Plus élevé", "Fecha;Máximo;Último", "Data;Máxima;Variação"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts])
def test_encodings_are_told_apart_by_a_few_words(name, text):
    assert legacy_encoding(text.encode(name)) == name


def test_a_guessed_encoding_is_a_warning_and_a_named_one_is_none(write):
    text = "날짜,종가\n" + "".join(f"{day},{n}\n" for n, day in enumerate(DAYS))
    path = write(text.encode("cp949"))
    (warning,) = [one for one in read(path).findings if one.code == "guessed_encoding"]
    assert (warning.severity, "--encoding cp949" in warning.text) == ("warning", True)
    assert not [one for one in read(path, encoding="cp949").findings if one.code == "guessed_encoding"]
    assert not [one for one in read(write(text)).findings if one.code == "guessed_encoding"]


@pytest.mark.parametrize(
    "header",
    [
        "Price,Close,Volume,Close,Volume\nTicker,AAPL,AAPL,MSFT,MSFT\nDate,,,,",
        "Ticker,AAPL,AAPL,MSFT,MSFT\nPrice,Close,Volume,Close,Volume\nDate,,,,",
        ",AAPL,AAPL,MSFT,MSFT\nDate,Close,Volume,Close,Volume",
        "Date,Close,Volume,Close,Volume\n,AAPL,AAPL,MSFT,MSFT",
    ],
)
def test_two_levels_of_names_in_either_order(write, header):
    panel = read(write(header + "\n" + "".join(f"{day},{n},10,{n + 5},20\n" for n, day in enumerate(DAYS))))
    assert panel.ids == ("AAPL", "MSFT")
    assert panel.columns[0].kind == "close"
    assert panel.target[panel.rows(1)].tolist() == [n + 5.0 for n in range(24)]


def test_a_price_that_no_number_can_be_is_blamed_in_a_column_of_prices(write):
    path = write("date,close\n" + "".join(f"{day},{n}\n" for n, day in enumerate(DAYS)) + "2023-03-25,x\n")
    with pytest.raises(DataError, match=r"row 26, column 'close': 'x' is not a number"):
        read(path)


def walk(rows=200):
    return 100 + np.random.default_rng(0).normal(size=rows).cumsum()


def found(values, code):
    days = np.arange("2022-01-01", np.datetime64("2022-01-01") + len(values), dtype="datetime64[D]")
    checked = check(read(pl.DataFrame({"date": days, "y": values})))
    return [one for one in checked.findings if one.code == code]


@pytest.mark.parametrize("value", [10_000.0, 99_999.0, -999.0, 0.0, 1e308])
@pytest.mark.parametrize("row", [0, 77, 199])
def test_a_value_far_from_its_neighbours_is_told_with_its_date(value, row):
    values = walk()
    values[row] = value
    (spike,) = found(values, "spike")
    assert spike.value == 1
    assert str(np.datetime64("2022-01-01") + row) in spike.text


def test_a_walk_a_level_shift_and_rare_demand_are_no_spikes():
    shifted = walk()
    shifted[100:] += 500
    rare = np.random.default_rng(1).poisson(0.3, 200) * 5.0
    for values in (walk(), shifted, rare):
        assert not found(values, "spike")


def test_a_series_that_ended_long_before_the_others_is_told():
    days = np.arange("2022-01-01", "2022-07-20", dtype="datetime64[D]")
    dates = np.concatenate([days, days[:100]])
    frame = pl.DataFrame({"date": dates, "name": ["a"] * 200 + ["b"] * 100, "y": [*walk(), *walk(100)]})
    (ended,) = [one for one in check(read(frame)).findings if one.code == "ended_early"]
    assert "'b' row 100 (2022-04-10)" in ended.text
