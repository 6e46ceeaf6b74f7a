"""The one interior form of data: flat, immutable arrays of many series."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from longshort.finding import Finding

if TYPE_CHECKING:
    from longshort.data.calendars import Calendar
    from longshort.report.inline import Picture

Kind = Literal["open", "high", "low", "close", "adj_close", "volume", "other"]
PRICES = ("open", "high", "low", "close", "adj_close")
Known = Literal["past_only", "known_future", "static"]
UNNAMED = "series"  # the name of a series that no file or column names


@dataclass(frozen=True)
class Column:
    """Describe one column: its name as the user wrote it, what it means in a price file, and when it is known.

    `lag` counts the sessions after its own at which a value is published; the values in a Panel are already moved by
    it, so nothing downstream needs to know.
    """

    name: str
    kind: Kind = "other"
    known: Known = "past_only"
    lag: int = 0


@dataclass(frozen=True, eq=False)
class Panel:
    """Hold many series as flat arrays, each series a contiguous stretch of rows in time order.

    `values` is float64 `[rows, columns]`, NaN where a cell is blank; **column 0 is the target**. `times` are
    microseconds since 1970 in the file's own clock (or row numbers where `dated` is False); `sessions` are the
    session numbers in the series' own calendar, strictly increasing within a series: two rows one session apart are
    neighbours even over a holiday, and a missing session shows as a jump of two. Series `i` owns the rows
    `offsets[i]:offsets[i + 1]`. No row is ever invented. Rows at the end whose target is blank are the future of
    columns that are known in advance. `named` says that the data name the series in a column, not a file's name.
    """

    values: NDArray[np.float64]
    times: NDArray[np.int64]
    sessions: NDArray[np.int64]
    offsets: NDArray[np.int64]
    ids: tuple[str, ...]
    columns: tuple[Column, ...]
    calendars: tuple["Calendar", ...]
    dated: bool = True
    named: bool = False
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for array in (self.values, self.times, self.sessions, self.offsets):
            array.setflags(write=False)

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        target = self.columns[0].name if self.columns else ""
        return f"Panel({len(self)} series, {len(self.times):,} rows, target {target!r}, {len(self.columns) - 1} inputs)"

    def __len__(self) -> int:
        """Count the series."""
        return len(self.ids)

    @property
    def target(self) -> NDArray[np.float64]:
        """Give the target's values, NaN where blank, one for each row."""
        return self.values[:, 0]

    @property
    def series(self) -> NDArray[np.int64]:
        """Give the index of the series to which each row belongs."""
        return np.repeat(np.arange(len(self.ids)), np.diff(self.offsets))

    def rows(self, series: int) -> slice:
        """Give the rows of one series."""
        return slice(int(self.offsets[series]), int(self.offsets[series + 1]))

    def until(self, time: int) -> "Panel":
        """Cut away every row later than a time; series that begin later become empty."""
        return self._keep(self.times <= time)

    def since(self, time: int) -> "Panel":
        """Cut away every row earlier than a time."""
        return self._keep(self.times >= time)

    def _keep(self, keep: NDArray[np.bool_]) -> "Panel":
        kept = np.concatenate([[0], np.cumsum(keep)])
        return replace(
            self,
            values=self.values[keep],
            times=self.times[keep],
            sessions=self.sessions[keep],
            offsets=kept[self.offsets],
        )

    def only(self, series: NDArray[np.int64]) -> "Panel":
        """Keep some of the series, by index, in the order given."""
        rows = np.concatenate([np.arange(self.offsets[i], self.offsets[i + 1]) for i in series])
        return replace(
            self,
            values=self.values[rows],
            times=self.times[rows],
            sessions=self.sessions[rows],
            offsets=np.concatenate([[0], np.cumsum(np.diff(self.offsets)[series])]),
            ids=tuple(self.ids[i] for i in series),
            calendars=tuple(self.calendars[i] for i in series),
        )

    def with_values(self, values: NDArray[np.float64]) -> "Panel":
        """Put other values into the same rows and columns."""
        if values.shape != self.values.shape:
            raise ValueError(f"values have shape {values.shape}, the panel's are {self.values.shape}")
        return replace(self, values=values)

    def fingerprint(self) -> str:
        """Give a short digest of all values, times and names, equal exactly when the data are."""
        digest = sha256()
        for array in (self.values, self.times, self.sessions, self.offsets):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update(repr((self.ids, self.columns)).encode())
        return digest.hexdigest()[:16]

    def labels(self, times: NDArray[np.int64]) -> NDArray[Any]:
        """Turn times into `datetime64[us]` labels, or leave them numbers where the panel has no dates."""
        return times.astype("datetime64[us]") if self.dated else times

    def summary(self) -> dict[str, Any]:
        """Describe the panel as a plain dictionary: series, rows, span, calendar, columns, what was assumed."""
        from longshort.data.show import summarise

        return summarise(self)

    def plot(self, unique_id: str | None = None) -> "Picture":
        """Draw the target of one series, the first unless named; DataError where there is no such series."""
        from longshort.data.show import draw

        return draw(self, unique_id)

    def _repr_html_(self) -> str:
        from longshort.data.show import as_html

        return as_html(self)
