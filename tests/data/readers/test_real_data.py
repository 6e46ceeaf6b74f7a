"""Real files, with their real oddities, read as they are."""

import numpy as np
import pytest

from longshort.data.readers import read
from longshort.errors import DataError


@pytest.mark.parametrize(
    ("name", "options", "rows", "first", "last", "calendar"),
    [
        ("djia30/AMZN_2006-01-01_to_2018-01-01.csv", {}, 3019, "2006-01-03", "2017-12-29", "XNYS"),
        ("btc/btcusd_bitstamp_daily_clean.csv", {}, 3953, "2014-11-28", "2025-09-23", "daily"),
        ("btc/btc_222josey.csv", {}, 3954, "2014-11-28", "2025-09-24", "daily"),
        ("vix", {}, 9235, "1990-01-02", "2026-07-23", "XNYS"),
        ("fx", {"target": "usd_krw"}, 6983, "1999-01-04", "2026-04-13", None),
        ("realised_vol", {"target": "rv5"}, 5093, "2000-01-03", "2020-03-31", "XNYS"),
        ("sp500_minute", {"target": "SP500"}, 41_266, "2017-04-03T13:30", "2017-08-31T20:00", "XNYS 1min"),
        ("ett/ETTh1.csv", {"target": "OT"}, 17_420, "2016-07-01", "2018-06-26T19:00", "hourly"),
        ("ett/ETTm1.csv.gz", {"target": "OT"}, 69_680, "2016-07-01", "2018-06-26T19:45", "15min"),
        ("classic/AirPassengers.csv", {}, 144, "1949-01-01", "1960-12-01", "monthly"),
        ("classic/monthly-sunspots.csv", {}, 2820, "1749-01-01", "1983-12-01", "monthly"),
        ("classic/ausbeer.csv", {}, 211, "1956-01-01", "2008-07-01", "quarterly"),
        ("classic/Lynx.csv", {}, 114, "1821-01-01", "1934-01-01", "yearly"),
        ("classic/ILINet.csv", {"target": "ILITOTAL"}, 1301, "1997-10-12", "2022-10-09", "weekly"),
        ("classic/us_gasoline.csv", {}, 1578, "1991-02-08", "2021-04-30", "weekly"),
        ("classic/temps.csv", {}, 3650, "1981-01-01", "1990-12-31", "daily"),
        ("classic/taxi_new_york_passengers.csv", {}, 10_320, "2014-07-01", "2015-01-31T23:30", "30min"),
    ],
)
def test_a_dated_file_reads_with_its_rows_span_and_calendar(shared_data, name, options, rows, first, last, calendar):
    panel = read(shared_data / name, **options)
    assert len(panel.times) == rows
    assert panel.labels(panel.times)[[0, -1]].tolist() == np.array([first, last], dtype="datetime64[us]").tolist()
    assert calendar is None or panel.calendars[0].name == calendar
    assert (np.diff(panel.sessions) > 0).all()


def test_a_folder_of_tickers_is_one_panel_named_by_the_name_column(shared_data):
    panel = read(shared_data / "djia30")
    assert len(panel) == 16
    assert panel.ids[:2] == ("AAPL", "AMZN")
    assert set(np.diff(panel.offsets)) == {3019, 3020}
    assert len(set(panel.calendars)) == 1
    day = panel.times == np.datetime64("2017-07-31", "us").astype(np.int64)
    assert np.isnan(panel.values[day][:, 1]).any()


def test_the_lecture_file_without_dates_is_turned_round(shared_data):
    path = shared_data / "goog_lab" / "data-02-stock_daily.csv"
    with pytest.raises(DataError, match=r"no dates"):
        read(path)
    panel = read(path, no_dates=True, newest_first=True)
    assert [column.kind for column in panel.columns] == ["close", "open", "high", "low", "volume"]
    assert len(panel.times) == 732
    assert panel.target[-1] == 831.659973


def test_minutes_without_a_header_need_names(shared_data):
    with pytest.raises(DataError, match=r"no header"):
        read(shared_data / "crypto_minute" / "BTC-USD.csv.gz")
    panel = read(shared_data / "crypto_minute", columns="time,low,high,open,close,volume")
    assert panel.ids == ("BCHABC-USD", "BTC-USD", "ETH-USD", "LTC-USD")
    assert panel.offsets.tolist() == [0, 54_420, 108_840, 163_260, 217_680]
    assert int(np.diff(panel.times[panel.rows(1)]).max()) == 21_660_000_000


def test_a_column_or_a_row_per_series_is_read(shared_data):
    rates = read(shared_data / "exchange_rate", no_dates=True, wide=True)
    assert len(rates) == 8
    assert len(rates.times) == 8 * 7588
    hourly = read(shared_data / "m4_train" / "Hourly-train.csv.gz", no_dates=True)
    assert (len(hourly), hourly.ids[0], hourly.ids[-1]) == (414, "H1", "H414")
    assert hourly.target[:3].tolist() == [605, 586, 586]
    assert len(read(shared_data / "m4_train" / "Weekly-train.csv.gz", no_dates=True)) == 359
    assert len(read(shared_data / "classic" / "taylor.csv", no_dates=True).times) == 4032
    assert len(read(shared_data / "sp500_minute", wide=True)) == 6
