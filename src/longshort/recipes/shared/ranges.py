"""The ranges of recipes' own settings: what lies outside is refused by name before any data are read."""

from typing import Annotated

from msgspec import Meta

Count = Annotated[int, Meta(ge=1)]
Share = Annotated[float, Meta(gt=0.0, lt=1.0)]
Counts = Annotated[tuple[Count, ...], Meta(min_length=1)]
Names = Annotated[tuple[str, ...], Meta(min_length=1)]
Triples = Annotated[tuple[tuple[float, float, float], ...], Meta(min_length=1)]
