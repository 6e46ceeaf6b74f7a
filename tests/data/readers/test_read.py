"""The door: what a user passes becomes a Panel, and what was assumed is said."""

import gzip
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pytest

from longshort.data.readers import read
from longshort.errors import CalendarError, DataError, SettingsError

CLOSES = [i + 1.5 for i in range(12)]


def names(panel: Any) -> list[str]:
    return [column.name for column in panel.columns]


def test_a_price_file_gives_its_target_first_and_its_other_columns_as_inputs(write, ohlcv):
    panel = read(write(ohlcv, "AMZN.csv"))
    assert panel.ids == ("AMZN",)
    assert names(panel) == ["Close", "Open", "High", "Low", "Volume"]
    assert [column.kind for column in panel.columns] == ["close", "open", "high", "low", "volume"]
    assert panel.target.tolist() == CLOSES
    assert panel.values[1].tolist() == [2.5, 2.0, 3.0, 1.5, 10.0]
    assert str(panel.labels(panel.times)[0]) == "2017-01-03T00:00:00.000000"


@pytest.mark.parametrize(
    "recode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: gzip.compress(text.encode()),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace(",", "|").encode(),
        lambda text: text.replace(",", "  ").encode(),
        lambda text: text.replace(",", ";").replace(".", ",").encode(),
        lambda text: ("sep=;\n" + text.replace(",", ";")).encode(),
        lambda text: ("https://example.org\n# a comment, with commas\n\n" + text).encode(),
        lambda text: ("Prices\nof a share\n" + text + "\n\n# the end\n").encode(),
        lambda text: text.replace("\n", ",\n").encode(),
        lambda text: text.replace("\n", ",\n").replace("Volume,", "Volume").encode(),
        lambda text: "\n".join(",".join(f'"{c}"' for c in line.split(",")) for line in text.split("\n")[:-1]).encode(),
        lambda text: text.replace("Date", "날짜").replace("Close", "종가").encode("cp949"),
        lambda text: text.replace("Date", "DATE").replace("Volume", "Größe").encode("latin-1"),
    ],
)
def test_a_file_reads_alike_however_it_is_written(write, ohlcv, recode):
    panel = read(write(recode(ohlcv)))
    assert panel.target.tolist() == CLOSES
    assert panel.values.shape == (12, 5)
    assert panel.columns[0].kind == "close"


def test_notes_say_what_was_assumed(write, ohlcv):
    notes = " ".join(read(write(ohlcv.replace(",", ";"))).notes)
    for said in ("utf-8", "semicolons", "%Y-%m-%d", "'Close'", "Open, High, Low, Volume", "daily"):
        assert said in notes


def test_the_target_may_differ_by_case_and_that_is_said(write, ohlcv):
    panel = read(write(ohlcv), target="high")
    assert panel.columns[0].name == "High"
    assert any("written 'high'" in note for note in panel.notes)


def test_close_beside_adj_close_is_refused_with_both_options_to_type(write, dated):
    path = write(dated([f"{i},{i + 1}" for i in range(12)], "Date,Close,Adj Close"))
    with pytest.raises(DataError) as caught:
        read(path)
    assert str(caught.value) == (
        "both 'Close' and 'Adj Close' could be the target.\n    Pass --target Close or --target \"Adj Close\"."
    )
    assert read(path, target="adj close").columns[0].kind == "adj_close"


def test_a_misspelt_column_is_answered_with_the_nearest_names(write, ohlcv):
    path = write(ohlcv)
    for option in ({"target": "Clsoe"}, {"id": "Clsoe"}, {"date": "Clsoe"}, {"known_future": ["Clsoe"]}):
        with pytest.raises(DataError, match=r"'Clsoe'") as caught:
            read(path, **option)
        assert "'Close'" in caught.value.hint


def test_a_column_that_says_when_or_which_is_no_target(write, dated):
    path = write(dated([f"{i}.5,AMZN" for i in range(12)], "Date,Close,Name"))
    for wrong in ("Name", "date"):
        with pytest.raises(DataError, match=f"'{wrong.title()}' of .* cannot be the target") as caught:
            read(path, target=wrong)
        assert "'Close'" in caught.value.hint


@pytest.mark.parametrize(("name", "typed"), [("#a", '"#a"'), ("% b", '"% b"'), ("c$d", "'c$d'"), ("%e", "%e")])
def test_a_target_to_type_is_quoted_as_a_shell_needs_it(write, dated, name, typed):
    path = write(dated([f"{i},{i * i}" for i in range(12)], f"date,{name},other"))
    with pytest.raises(DataError) as caught:
        read(path)
    assert f"such as --target {typed} (" in caught.value.hint


def test_unrelated_columns_need_a_target_or_wide(write, dated):
    path = write(dated([f"{i},{i * i}" for i in range(12)], "date,usd_krw,eur_usd"), "fx.csv")
    with pytest.raises(DataError, match=r"2 columns that could be the target") as caught:
        read(path)
    assert "--target usd_krw" in caught.value.hint
    assert "--wide" in caught.value.hint
    one = read(path, target="eur_usd")
    assert names(one) == ["eur_usd", "usd_krw"]
    assert one.columns[1].known == "past_only"
    many = read(path, wide=True)
    assert many.ids == ("eur_usd", "usd_krw")
    assert many.target[many.rows(0)].tolist() == [float(i * i) for i in range(12)]


def test_alone_keeps_only_the_target(write, ohlcv):
    assert names(read(write(ohlcv), alone=True)) == ["Close"]


def test_declared_columns_carry_when_they_are_known(write, days):
    rows = [f"{s},{day},{i * k + k},{i % 2},{k}" for k, s in ((1, "a"), (2, "b")) for i, day in enumerate(days)]
    path = write("\n".join(["unique_id,ds,y,holiday,size", *rows]))
    panel = read(path, known_future=["holiday"], static=["size"])
    assert [(column.name, column.known) for column in panel.columns] == [
        ("y", "past_only"),
        ("holiday", "known_future"),
        ("size", "static"),
    ]
    with pytest.raises(DataError, match=r"'holiday' is declared static"):
        read(path, static=["holiday"])
    with pytest.raises(SettingsError, match=r"'y' is the target"):
        read(path, target="y", known_future=["y"])
    with pytest.raises(SettingsError, match=r"at once"):
        read(path, static=["size"], known_future=["size"])


def test_korean_price_files_are_understood(write, days):
    rows = [
        f'{day},"{i + 1},000","{i + 2},000","{i + 1},000","{i + 1},500","1{i:02d},000"' for i, day in enumerate(days)
    ]
    text = "\n".join(["날짜,시가,고가,저가,종가,거래량", *rows])
    for content in (text.encode("cp949"), text.encode()):
        panel = read(write(content))
        assert [column.kind for column in panel.columns] == ["close", "open", "high", "low", "volume"]
        assert panel.values[0].tolist() == [1500, 1000, 2000, 1000, 100_000]


def test_files_of_exchanges_and_data_sellers_are_understood(write, days):
    investing = [f'"Jan {i + 3:02d}, 2017","1,{i + 100}.5",1.0,2.0,0.5,{i + 1}.5M,-0.{i}%' for i in range(12)]
    panel = read(write("\n".join(["Date,Price,Open,High,Low,Vol.,Change %", *investing])))
    assert panel.columns[0].name == "Price"
    assert panel.values[0].tolist() == [1100.5, 1.0, 2.0, 0.5, 1_500_000.0, -0.0]
    nasdaq = [f"01/{i + 13}/2017,${i + 1}.5,{i}00,$1.0,$2.0,$0.5" for i in range(12)]
    panel = read(write("\n".join(["Date,Close/Last,Volume,Open,High,Low", *nasdaq])))
    assert panel.target[:2].tolist() == [1.5, 2.5]
    stooq = [f"AAPL.US,5,20170103,{93000 + i * 500:06d},1,2,1,{i},7" for i in range(6)]
    panel = read(write("\n".join(["<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>", *stooq])))
    assert panel.ids == ("AAPL.US",)
    assert str(panel.labels(panel.times)[1]) == "2017-01-03T09:35:00.000000"


def test_a_saved_yfinance_table_is_understood(write, days):
    top = "Price,Close,Close,Open,Open\nTicker,AMZN,MSFT,AMZN,MSFT\nDate,,,,\n"
    panel = read(write(top + "\n".join(f"{day},{i},{i + 100},{i + 1},{i + 101}" for i, day in enumerate(days))))
    assert panel.ids == ("AMZN", "MSFT")
    assert panel.values[panel.rows(1)][0].tolist() == [100, 101]


def test_without_dates_rows_are_numbered_from_either_end(write):
    path = write("Close\n" + "\n".join(str(i) for i in range(12)))
    with pytest.raises(DataError, match=r"has no dates") as caught:
        read(path)
    assert "--no-dates" in caught.value.hint
    forward, back = read(path, no_dates=True), read(path, no_dates=True, newest_first=True)
    assert not forward.dated
    assert forward.times.tolist() == list(range(12))
    assert back.target.tolist() == forward.target[::-1].tolist()
    with pytest.raises(SettingsError):
        read(path, no_dates=True, date="Close")


def test_newest_first_changes_nothing_where_there_are_dates_and_says_so(write, ohlcv):
    panel = read(write(ohlcv), newest_first=True)
    assert panel.target.tolist() == CLOSES
    assert any("newest_first has no effect" in note for note in panel.notes)


def test_a_file_without_a_header_is_refused_until_its_columns_are_named(write, days):
    path = write("\n".join(f"{day},{i + 1}" for i, day in enumerate(days)))
    with pytest.raises(DataError, match=r"no header") as caught:
        read(path)
    assert "--columns date,close" in caught.value.hint
    for given in ("date,close", ["date", "close"]):
        assert read(path, columns=given).target.tolist() == [float(i + 1) for i in range(12)]
    with pytest.raises(DataError, match=r"2 columns, but 3 names"):
        read(path, columns="date,close,volume")


def test_ambiguous_dates_are_refused_with_the_option_that_settles_them(write):
    path = write("Date,Close\n" + "\n".join(f"03/{i:02d}/2017,{i}" for i in range(1, 13)))
    with pytest.raises(DataError, match=r"'03/01/2017' could be") as caught:
        read(path)
    assert "--date-format %d/%m/%Y" in caught.value.hint
    assert (
        str(read(path, date_format="%d/%m/%Y").labels(read(path, date_format="%d/%m/%Y").times)[1])[:10] == "2017-02-03"
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("3.5", "abc", r"'prices.csv', row 4, column 'Close': 'abc' is not a number"),
        ("3.5", "inf", r"row 4, column 'Close': 'inf' is infinite"),
        ("2017-01-05", "2017-02-30", r"row 4, column 'Date': '2017-02-30' is no date"),
        ("2017-01-05", "", r"row 4: the date in column 'Date' is blank"),
        ("2017-01-05", "2017-01-04", r"second row for the same series and date: 'prices' on 2017-01-04"),
        ("3.5,20", "3.5,20,x", r"row 4: 7 cells where the header has 6; 'x'"),
        ("2017-01-05,3", '2017-01-05,"3', "cannot be read as a table"),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_value(write, ohlcv, old, new, said):
    with pytest.raises(DataError, match=said):
        read(write(ohlcv.replace(old, new, 1)))


def test_rows_are_counted_as_an_editor_counts_lines(write, ohlcv):
    with pytest.raises(DataError, match=r"row 8, column 'Close': 'abc'"):
        read(
            write("a title\n\n# a comment\n" + ohlcv.replace("\n2017-01-05", "\n\n2017-01-05").replace("3.5", "abc", 1))
        )


@pytest.mark.parametrize("target", ["5", "", "NA", "."])
def test_a_constant_or_blank_target_is_refused(write, dated, target):
    with pytest.raises(DataError, match=r"the target 'Close' is (constant|blank)"):
        read(write(dated([target] * 12)), target="Close")


def test_blanks_of_all_spellings_are_not_observed(write, dated):
    spellings = ["", ".", "NA", "N/A", "null", "NaN", "nan", "-", "None", "# N/A"]
    panel = read(write(dated([*spellings, "1", "2"])))
    assert np.isnan(panel.target).tolist() == [True] * 10 + [False, False]


def test_the_calendar_can_be_chosen(write, ohlcv):
    assert read(write(ohlcv)).calendars[0].name == "daily"
    assert read(write(ohlcv), calendar="hourly").calendars[0].name == "hourly"
    with pytest.raises(CalendarError, match=r"XNYZ"):
        read(write(ohlcv), calendar="XNYZ")
    with pytest.raises(CalendarError):
        read(write(ohlcv), calendar="business days")


def test_sessions_count_a_gap(write, ohlcv):
    lines = ohlcv.split("\n")
    panel = read(write("\n".join(lines[:4] + lines[5:])))
    assert np.diff(panel.sessions).tolist() == [1, 1, 2, 1, 1, 1, 1, 1, 1, 1]


def test_a_joined_file_becomes_inputs_and_may_be_late(write, ohlcv, dated):
    fx = write(dated([f"{1000 + i},{i}" for i in range(12)], "date,usd_krw,eur_usd"), "fx.csv")
    panel = read(write(ohlcv), join=fx, lag={"usd_krw": 1, "volume": 2})
    known = {column.name: column.lag for column in panel.columns}
    assert known["fx.usd_krw"] == 1
    assert known["Volume"] == 2
    column = panel.values[:, names(panel).index("fx.usd_krw")]
    assert np.isnan(column[0])
    assert column[1:3].tolist() == [1000, 1001]
    assert read(write(ohlcv), join=[pl.read_csv(fx)]).values.shape == (12, 7)
    with pytest.raises(DataError, match=r"nope"):
        read(write(ohlcv), lag={"nope": 1})


@dataclass
class Arrow:
    """Stand for an Arrow table of another library."""

    frame: pl.DataFrame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


def test_a_table_reads_as_its_file_does(write, ohlcv, tmp_path):
    path = write(ohlcv)
    frame = pl.read_csv(path, try_parse_dates=True)
    frame.write_parquet(tmp_path / "p.parquet")
    frame.write_ipc(tmp_path / "p.arrow")
    expected = read(path)
    for source in (frame, frame.lazy(), Arrow(frame), tmp_path / "p.parquet", tmp_path / "p.arrow"):
        panel = read(source)
        assert np.array_equal(panel.values, expected.values)
        assert np.array_equal(panel.times, expected.times)


@pytest.mark.parametrize("wrong", [{"duplicates": "both"}, {"decimal": "x"}, {"separator": "ab"}, {"encoding": "nope"}])
def test_an_unknown_option_value_is_refused(write, ohlcv, wrong):
    with pytest.raises(SettingsError):
        read(write(ohlcv), **wrong)


def test_nothing_or_something_odd_to_read_is_refused():
    with pytest.raises(SettingsError, match=r"nothing to read"):
        read()
    with pytest.raises(SettingsError, match=r"cannot read a"):
        read(42)
