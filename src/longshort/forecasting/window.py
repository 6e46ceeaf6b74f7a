"""The recipe's [window]."""

from typing import Annotated, Literal

import msgspec

from longshort.errors import SettingsError
from longshort.settings import Bounds, refuse_beyond

ROWS = "no table has more rows"


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Choose what one training example is.

    A network sees `context_length` sessions. With `forking` every position of such a stretch forecasts its own
    horizon, after `burn_in` positions that only warm the state up (Wen et al. 2017, "A Multi-Horizon Quantile
    Recurrent Forecaster", section 3.3); with `single` only the last one does. `direct` gives all steps at once;
    `recursive` forecasts one session and feeds it back, a free run. Series with fewer sessions than `min_history` are
    left out; without it, a series that is too short is an error. `history` is the number of newest sessions that a
    fit learns from (rolling); none means all (expanding).
    """

    method: Literal["forking", "single"] = "forking"
    steps: Literal["direct", "recursive"] = "direct"
    context_length: Annotated[int, Bounds(1, 100_000, "a network reads so many rows one after the other")] = 60
    burn_in: Annotated[int, Bounds(0, 100_000, "it is a part of window.context_length")] = 20
    min_history: Annotated[int, Bounds(0, 10**9, ROWS)] | None = None
    history: Annotated[int, Bounds(1, 10**9, ROWS)] | None = None


def validate(window: Window, horizon: int) -> None:
    """Raise SettingsError where a setting is out of its range or contradicts another."""
    refuse_beyond(window, "window")
    if window.history is not None and window.history < window.context_length + horizon:
        raise SettingsError(
            f"window.history={window.history} is shorter than context_length={window.context_length} with "
            f"horizon={horizon}.",
            hint=f"Choose --set window.history={window.context_length + horizon} or more.",
        )
    if window.method == "forking" and not 0 <= window.burn_in < window.context_length:
        raise SettingsError(
            f"window.burn_in={window.burn_in} leaves nothing of window.context_length={window.context_length}.",
            hint=f"Choose --set window.burn_in={window.context_length // 3} or less.",
        )
