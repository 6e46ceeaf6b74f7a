"""Local times of a zone whose clocks change, turned to UTC: the hour that comes twice is kept apart."""

import numpy as np
import polars as pl

from longshort.data.readers.moments import Times
from longshort.data.tables.raw import Raw
from longshort.errors import DataError, SettingsError, nearest


def to_utc(raw: Raw, times: Times, zone: str, series: str | None) -> Times:
    """Turn local times into UTC. Of a time that comes twice in a series the first is summer time, the second is not.

    `series` is the column that names the series. Raise SettingsError for an unknown zone, DataError for a time that the
    clocks leave out.
    """
    from zoneinfo import available_timezones

    if zone not in available_timezones():
        raise SettingsError(f"there is no time zone {zone!r}.", hint=nearest(zone, sorted(available_timezones())))
    keys = raw.frame[series].cast(pl.String) if series is not None else pl.Series(raw.origin)
    frame = pl.DataFrame({"series": keys, "local": pl.Series(times.astype("datetime64[us]"))})
    again = frame.select(pl.int_range(pl.len()).over("series", "local") % 2).to_series()
    which = again.replace_strict({0: "earliest", 1: "latest"}, return_dtype=pl.String)
    found = frame["local"].to_frame().with_columns(which=which)
    local = pl.col("local").dt.replace_time_zone(zone, ambiguous=pl.col("which"), non_existent="null")
    utc = found.select(local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)).to_series()
    if utc.null_count():
        row = int(utc.is_null().arg_max() or 0)
        moment = str(frame["local"][row])
        raise DataError(
            f"{raw.where(row)}: there was no {moment} in {zone}, as clocks were put forward.",
            hint="Name the zone of the data with --timezone, or leave it out.",
        )
    return np.asarray(utc.to_physical().to_numpy())
