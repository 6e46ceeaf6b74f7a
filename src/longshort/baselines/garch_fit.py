"""Fitting GJR-GARCH(1,1,1) with Student-t innovations: to one series, or one set of parameters to many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longshort.baselines.garch_likelihood import LOWEST, Parameters, Stack, backcast, likelihood, stack
from longshort.baselines.minimise import minimise
from longshort.language import Message, message

Floats = NDArray[np.float64]
ENOUGH = 100  # changes; below, six parameters would follow the noise
MOSTLY = 0.5  # of the changes; where more are zero, no variance describes them
MANY, NEWEST = 60, 750  # series and changes of each that decide on shared parameters
HIGHEST = 500.0  # degrees of freedom, as good as normal
LOW = np.array([-np.inf, -20.0, -20.0, -20.0, -20.0, -5.0])  # of the numbers that the fit moves
HIGH = np.array([np.inf, 20.0, 20.0, 20.0, 20.0, np.log(HIGHEST)])


@dataclass(frozen=True)
class Volatility:
    """Hold the parameters of a variance that moves: GJR-GARCH(1,1,1) with standardised Student-t innovations.

    A change is `mean + e`, and the variance of the next one `omega + (alpha + gamma [e < 0]) e^2 + beta variance`.
    `start` is the variance of the first change; `degrees` the t distribution's. `logs` says whether changes are log
    returns or differences; `scale` multiplies them. Source: Glosten, Jagannathan and Runkle (1993), Journal of
    Finance 48; Bollerslev (1987) for the t.
    """

    mean: float
    omega: float
    alpha: float
    gamma: float
    beta: float
    degrees: float
    start: float
    scale: float
    logs: bool


class CannotBeFitted(Exception):  # noqa: N818 - reads as a sentence
    """Say in a clause why a series has no variance of this kind; `hopeless` where no other stands for it either."""

    def __init__(self, why: Message, hopeless: bool = False) -> None:
        super().__init__(why)
        self.why, self.hopeless = why, hopeless


def changes_of(values: Floats, logs: bool) -> Floats:
    """Give the log returns or differences from each value to the next."""
    return np.diff(np.log(values) if logs else values)


def ewma(values: Floats, logs: bool) -> Volatility:
    """Give RiskMetrics' exponentially weighted variance (0.94 a step), as a GARCH whose parameters nobody fits.

    It starts from the first change of `values`, of which there must be one, and is near enough normal (200 degrees of
    freedom). Source: J. P. Morgan (1996), RiskMetrics technical document.
    """
    changes = changes_of(values, logs)
    scale = 100.0 if logs else 1.0
    start = float((changes[0] * scale) ** 2)  # a mean over more of them would reach beyond the earliest cutoffs
    return Volatility(0.0, 0.0, 0.06, 0.0, 0.94, 200.0, start, scale, logs)


def standardised(values: Floats) -> tuple[Floats, float, bool]:
    """Give the changes of a series with a variance of one, by what they were multiplied, and whether they are logs.

    Raises CannotBeFitted where they are too few, never change or are mostly zero.
    """
    logs = bool((values > 0).all())
    changes = changes_of(values, logs)
    if len(changes) and float((changes == 0).mean()) > MOSTLY and (changes != 0).any():
        share = float((changes == 0).mean())
        raise CannotBeFitted(message("findings.garch.why.mostly", share=share), hopeless=True)
    if len(changes) < ENOUGH:
        raise CannotBeFitted(message("findings.garch.why.few", n=len(changes), enough=ENOUGH))
    spread = float(np.std(changes))
    if not 0 < spread < np.inf:
        raise CannotBeFitted(message(f"findings.garch.why.{'still' if spread == 0 else 'large'}"))
    return changes / spread, 1 / spread, logs


def fit_volatility(values: Floats) -> Volatility:
    """Fit to the known values of one series by maximum likelihood; CannotBeFitted says why where that fails."""
    changes, scale, logs = standardised(values)
    found = maximise(stack([changes]))
    return volatility_of(found, changes, scale, logs)


def volatility_of(found: Parameters, changes: Floats, scale: float, logs: bool) -> Volatility:
    """Give a series its volatility under parameters of standardised changes."""
    before = backcast(changes - changes.mean())
    start = found.omega + (found.alpha + found.gamma / 2 + found.beta) * before
    return Volatility(*found, start=float(start), scale=scale, logs=logs)


def fit_shared(series: Sequence[Floats]) -> list[Volatility | CannotBeFitted]:
    """Fit one set of parameters to the known values of many series, and give each its volatility, or why it has none.

    Series are standardised by their own mean and variance; an even choice of `MANY` of them, of each its newest
    `NEWEST` changes, decides on the parameters. CannotBeFitted is raised where none is long enough to decide.
    """
    ready: list[tuple[Floats, float, bool] | CannotBeFitted] = []
    for values in series:
        try:
            ready.append(standardised(values))
        except CannotBeFitted as error:
            ready.append(error)
    usable = [one[0] for one in ready if not isinstance(one, CannotBeFitted)]
    if not usable:
        raise CannotBeFitted(message("findings.garch.why.none_long", enough=ENOUGH))
    chosen = [usable[place] for place in np.linspace(0, len(usable) - 1, min(MANY, len(usable))).round().astype(int)]
    found = maximise(stack([(each - each.mean())[-NEWEST:] for each in chosen]))
    return [
        one
        if isinstance(one, CannotBeFitted)
        else volatility_of(found._replace(mean=found.mean + float(one[0].mean())), *one)
        for one in ready
    ]


def maximise(seen: Stack) -> Parameters:
    """Maximise the likelihood from the best of a few starts; CannotBeFitted where it does not converge.

    The optimiser moves numbers that may take any value: shares of one for alpha / 2, (alpha + gamma) / 2, beta and the
    rest, and logarithms of the variance and of the degrees of freedom. So no variance is ever negative and every fit
    returns to a finite variance.
    """

    def downhill(free: Floats) -> tuple[float, Floats]:
        with np.errstate(all="ignore"):
            value, slope = likelihood(natural(free), seen)
            gradient = by_free(free, slope)
        return (-value, -gradient) if np.isfinite(value) and np.isfinite(gradient).all() else (1e10, np.zeros(6))

    start = min(starts(seen), key=lambda free: downhill(free)[0])
    place, value = minimise(downhill, start, LOW, HIGH)
    found = natural(place)
    if value >= 1e10 or not np.isfinite(found).all():
        raise CannotBeFitted(message("findings.garch.why.diverged"))
    return found


def starts(seen: Stack) -> Iterator[Floats]:
    """Give points to start from: calm and lively reactions, short and long memories."""
    mean = float(seen.changes[seen.known].mean())
    for memory in (0.7, 0.9, 0.98):
        for news in (0.03, 0.1, 0.2):
            shares = np.array([news / 4, news * 3 / 4, memory - news, 1 - memory])
            yield np.array([mean, 0.0, *np.log(shares[:3] / shares[3]), np.log(6.0)])


def natural(free: Floats) -> Parameters:
    """Turn the optimiser's numbers into parameters."""
    a, b, beta, rest = shares(free)
    return Parameters(
        mean=float(free[0]),
        omega=float(np.exp(free[1]) * rest),
        alpha=2 * a,
        gamma=2 * (b - a),
        beta=beta,
        degrees=LOWEST + float(np.exp(free[5])),
    )


def shares(free: Floats) -> tuple[float, float, float, float]:
    """Give alpha / 2, (alpha + gamma) / 2, beta and what is left of one."""
    raised = np.exp(np.append(free[2:5], 0.0) - max(free[2:5].max(), 0.0))
    a, b, beta, rest = (raised / raised.sum()).tolist()
    return a, b, beta, rest


def by_free(free: Floats, slope: Parameters) -> Floats:
    """Turn derivatives by the parameters into those by the optimiser's numbers."""
    share, variance = np.array(shares(free)), float(np.exp(free[1]))
    by_share = np.array([2 * (slope.alpha - slope.gamma), 2 * slope.gamma, slope.beta, variance * slope.omega])
    moved = share * (by_share - (share * by_share).sum())
    return np.array([slope.mean, slope.omega * variance * share[3], *moved[:3], slope.degrees * np.exp(free[5])])
