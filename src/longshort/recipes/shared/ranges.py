"""The ranges of recipes' own settings: what lies outside is refused by name before any data are read."""

from typing import Annotated

from msgspec import Meta

from longshort.settings import Bounds, Seed

__all__ = ["Count", "Counts", "Few", "Lead", "Names", "Rate", "Rates", "Seed", "Share", "Triples", "Value", "Values"]

HELD = "so many are held in memory at once"
MANY = Bounds(1, 1_000, "each is trained for, or asked about, by itself")
Count = Annotated[int, Bounds(1, 1_000_000, HELD)]
Few = Annotated[int, Bounds(1, 1_000, "each is trained for by itself")]
Lead = Annotated[int, Bounds(0, 1_000_000, HELD)]
Share = Annotated[float, Meta(gt=0.0, lt=1.0)]
Rate = Annotated[float, Bounds(0, 10_000, "nothing is left of what it is taken from")]
Value = Annotated[float, Bounds(-1e30, 1e30, "networks compute in 32 bits")]
Counts = Annotated[tuple[Count, ...], MANY]
Names = Annotated[tuple[str, ...], MANY]
Rates = Annotated[tuple[Annotated[float, Bounds(1e-6, 1_000, "nothing is learnt or drawn at such a rate")], ...], MANY]
Values = Annotated[tuple[Value, ...], Bounds(1, 1_000_000, HELD)]
Triples = Annotated[tuple[tuple[Value, Value, Value], ...], MANY]
