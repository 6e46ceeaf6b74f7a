"""What following the one-step forecasts would have earned, with its uncertainty. A measurement, never advice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longshort.errors import SettingsError
from longshort.evaluation.arrays import Grid, grid_of
from longshort.evaluation.comparison import critical, mean_tests, one_sided
from longshort.evaluation.outcomes import Outcomes
from longshort.results.forecast import Forecast
from longshort.seeding import generator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SHUFFLES = (99, 999)  # fewest and most; between them as many as WORK positions allow
WORK = 30_000_000
YEAR = 365.25 * 86_400e6  # microseconds
TRADING_DAYS = 252.0  # stand for a year where nothing is dated
FEE_BPS = 5.0  # of a trade, unless the user says
FEWEST = 20  # moments, below which nothing is said
SCHEMA = {
    "model": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
    "n": pl.Int64,
}
Row = tuple[str, float, float, float, float]
NONE = float("nan")


def money_table(forecasts: Sequence[Forecast], fee_bps: float = FEE_BPS, grid: Grid | None = None) -> pl.DataFrame:
    """Measure what positions taken from each model's one-step forecasts would have earned; prices only.

    The position is +1, -1 or 0: the probability of a rise above or below one half, or without one the centre above or
    below the last value. It is entered at the cutoff's own value, the first moment at which the forecast can be known,
    and held to the next session: that asks for a trade at the very price the forecast rests on. `shifted` is what
    remains where the same positions are entered one cutoff later, the least that is certain to be possible where only
    one price a session is known. Each change of position costs `fee_bps` basis points (fees and slippage) of the value
    traded. Several series weigh the same at each cutoff time. Returns are simple, added up, not compounded, per year:

    `over_holding` (the net return less that of holding), `net_return` and `gross_return`, `turnover` (value traded in
    multiples of the capital), `sharpe` (of the net return, without a riskless rate; its interval is that of Lo (2002),
    The statistics of Sharpe ratios, eq. 9-14: heteroskedasticity- and autocorrelation-robust), `drawdown` (largest loss
    from a peak, compounded, not per year), `buy_and_hold`, `shuffled` (mean and 95 % range of the gross return of the
    positions in random order, the same order for series of equal length; p-value: the share of orders at least as good
    as the true one, of which what the average position earns is part), `shifted` (gross), `breakeven_bps` (cost at
    which nothing remains; null where nothing is earned) and `fee_bps`. All p-values are one-sided: of no more than
    zero, and of no more than the shuffled positions earn.

    Left out are values at or below zero, models that make no calls, and what has fewer than 20 cutoff times. Raises
    SettingsError where the cost is negative or not a number.
    """
    if not 0 <= fee_bps < 10_000:
        raise SettingsError(f"a cost of {fee_bps} basis points cannot be.", hint="Pass a cost such as fee_bps=5.")
    rows = []
    for forecast in forecasts:
        trades = _trades(forecast, (grid_of([forecast]) if grid is None else grid).moments(forecast))
        if trades is not None:
            rows += [(forecast.model, *row, len(trades.earned)) for row in _rows(trades, fee_bps / 1e4)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").fill_nan(None)


@dataclass(frozen=True, eq=False)
class Trades:
    """Hold positions and what a unit of each earned, `[pair]`, by series and then by cutoff.

    `moment` numbers the cutoff times, `follows` says that a pair's cutoff is where the one before it ended, `first`
    and `length` are where a pair's series begins and how many pairs it has; `per_year` counts moments in a year. `ends`
    is when each moment's positions end, `[moment]`.
    """

    position: Floats
    earned: Floats
    moment: Ints
    follows: NDArray[np.bool_]
    first: Ints
    length: Ints
    per_year: float
    ends: Ints


def _trades(forecast: Forecast, moment: Ints) -> Trades | None:
    call, y, last = Outcomes("change").called(forecast)[:, 0], forecast.y[:, 0], forecast.last
    with np.errstate(invalid="ignore"):
        enters = np.flatnonzero((y > 0) & (last > 0))
    enters = enters[np.lexsort((forecast.cutoffs[enters], forecast.series[enters]))]
    times, moment = np.unique(moment[enters], return_inverse=True)
    if len(times) < FEWEST or np.isnan(call[enters]).all():
        return None
    series, cutoffs, ends = forecast.series[enters], forecast.cutoffs[enters], forecast.ds[enters, 0]
    follows = np.append(False, (series[1:] == series[:-1]) & (ends[:-1] == cutoffs[1:]))
    _, first, which, length = np.unique(series, return_index=True, return_inverse=True, return_counts=True)
    span = float(ends.max() - cutoffs.min())
    latest = np.zeros(len(times), dtype=np.int64)
    np.maximum.at(latest, moment, ends)
    return Trades(
        position=np.nan_to_num(2 * call[enters] - 1),
        earned=y[enters] / last[enters] - 1,
        moment=moment,
        follows=follows,
        first=first[which],
        length=length[which],
        per_year=len(times) * YEAR / span if forecast.dated else TRADING_DAYS,
        ends=latest,
    )


def equity_table(forecast: Forecast, fee_bps: float, grid: Grid, most: int) -> pl.DataFrame:
    """Give wealth from one unit after costs at at most so many times: `ds net holding drawdown`, compounded."""
    trades = _trades(forecast, grid.moments(forecast))
    if trades is None:
        return pl.DataFrame()
    _, _, net, hold = _results(trades, fee_bps / 1e4)
    wealth, holding = (np.cumprod(np.maximum(1 + result, 0.0)) for result in (net, hold))
    highest = np.maximum.accumulate(np.append(1.0, wealth))[1:]
    shown = np.arange(len(wealth))[::-1][:: -(-len(wealth) // most)][::-1]
    ends = pl.Series("ds", trades.ends[shown], dtype=pl.Int64).cast(pl.Datetime("us") if forecast.dated else pl.Int64)
    return pl.DataFrame(
        {"ds": ends, "net": wealth[shown], "holding": holding[shown], "drawdown": (1 - wealth / highest)[shown]}
    )


def _results(trades: Trades, fee: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Give for each moment what was earned before costs, traded, earned after costs, and earned by holding."""
    gross = _by_moment(trades.position * trades.earned, trades.moment)
    traded = _by_moment(_traded(trades.position, trades.follows), trades.moment)
    held = np.ones(len(trades.position))
    hold = _by_moment(trades.earned - fee * _traded(held, trades.follows), trades.moment)
    return gross, traded, gross - fee * traded, hold


def _rows(trades: Trades, fee: float) -> Iterator[Row]:
    year, position = trades.per_year, trades.position
    gross, traded, net, hold = _results(trades, fee)
    yield "over_holding", *_mean(net - hold, year)
    yield "net_return", *_mean(net, year)
    yield "gross_return", *_mean(gross, year)
    yield "turnover", year * float(traded.mean()), NONE, NONE, NONE
    yield "sharpe", *sharpe(net, year)
    wealth = np.append(1.0, np.cumprod(np.maximum(1 + net, 0.0)))
    yield "drawdown", float((1 - wealth / np.maximum.accumulate(wealth)).max()), NONE, NONE, NONE
    yield "buy_and_hold", *_mean(hold, year)
    yield "shuffled", *_shuffled(trades, float(gross.mean()))
    late = np.where(trades.follows, np.roll(position, 1), 0.0)
    yield "shifted", *_mean(_by_moment(late * trades.earned, trades.moment), year)
    breakeven = 1e4 * gross.mean() / traded.mean() if gross.mean() > 0 else NONE
    yield "breakeven_bps", float(breakeven), NONE, NONE, NONE
    yield "fee_bps", 1e4 * fee, NONE, NONE, NONE


def _by_moment(values: Floats, moment: Ints) -> Floats:
    """Average over series at each cutoff time."""
    return np.asarray(np.bincount(moment, values) / np.bincount(moment))


def _traded(position: Floats, follows: NDArray[np.bool_]) -> Floats:
    """Give the value traded for each position: from the one held to it, and out of it where nothing follows."""
    held = np.where(follows, np.roll(position, 1), 0.0)
    left = ~np.append(follows[1:], False)
    return np.abs(position - held) + np.where(left, np.abs(position), 0.0)


def _mean(values: Floats, year: float) -> tuple[float, float, float, float]:
    """Give a mean per year with its robust 95 % interval and the one-sided p-value that it is not above zero."""
    none = np.zeros(1, dtype=np.int64)
    mean, error, p_value, n = mean_tests(values, np.zeros(len(values), dtype=np.int64), none)
    reach = float(error[0] * critical(n)[0])
    centre = float(mean[0])
    return year * centre, year * (centre - reach), year * (centre + reach), one_sided(centre, float(p_value[0]))


def sharpe(net: Floats, year: float) -> tuple[float, float, float, float]:
    """Give the Sharpe ratio per year with its 95 % interval and the one-sided p-value that it is not above zero.

    The error is that of the ratio's influence function, robust to heteroskedasticity and autocorrelation (Lo 2002).
    """
    spread = float(net.std())
    if spread < 1e-15:
        return NONE, NONE, NONE, NONE
    ratio, z = float(net.mean()) / spread, (net - net.mean()) / spread
    root = np.sqrt(year)
    value, low, high, p_value = _mean(ratio + z - ratio / 2 * (z**2 - 1), root)
    return value, low, high, p_value


def _shuffled(trades: Trades, gross: float) -> tuple[float, float, float, float]:
    """Earn with the same positions in random orders: mean, 95 % range, and the share of orders at least as good."""
    random = generator(0, "money")
    place = np.arange(len(trades.position)) - trades.first
    lengths = np.unique(trades.length)
    table_start = np.append(0, np.cumsum(lengths))[np.searchsorted(lengths, trades.length)]
    weighted = trades.earned / np.bincount(trades.moment)[trades.moment] / (trades.moment.max() + 1)
    count = int(np.clip(WORK // len(place), *SHUFFLES))
    earned = np.empty(count)
    for i in range(count):
        order = random.permutation(lengths[-1])
        table = np.concatenate([order[order < length] for length in lengths])
        earned[i] = trades.position[trades.first + table[table_start + place]] @ weighted
    low, high = np.quantile(earned, [0.025, 0.975]) * trades.per_year
    p_value = (1 + int((earned >= gross - 1e-15).sum())) / (1 + count)
    return float(earned.mean()) * trades.per_year, float(low), float(high), p_value
