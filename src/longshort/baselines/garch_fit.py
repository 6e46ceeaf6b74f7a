"""Fitting GJR-GARCH(1,1,1) with Student-t innovations to one series, through the `arch` package."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ENOUGH = 100  # changes; below, seven parameters would follow the noise
CHANGES_SCALE = 100.0  # log returns in percent, the scale that the optimiser is made for


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


def changes_of(values: NDArray[np.float64], logs: bool) -> NDArray[np.float64]:
    """Give the log returns or differences from each value to the next."""
    return np.diff(np.log(values) if logs else values)


def ewma(values: NDArray[np.float64], logs: bool) -> Volatility:
    """Give RiskMetrics' exponentially weighted variance (0.94 a session), as a GARCH whose parameters nobody fits.

    It starts from the first change of `values`, of which there must be one, and is near enough normal (200 degrees of
    freedom). Source: J. P. Morgan (1996), RiskMetrics technical document.
    """
    changes = changes_of(values, logs) * CHANGES_SCALE
    start = float(changes[0] ** 2)  # a mean over more of them would reach beyond the earliest cutoffs
    return Volatility(0.0, 0.0, 0.06, 0.0, 0.94, 200.0, start, CHANGES_SCALE, logs)


def fit_volatility(values: NDArray[np.float64]) -> tuple[Volatility | None, str]:
    """Fit to the known values of one series; where that fails, give None and say why (else an empty text)."""
    logs = bool((values > 0).all())
    changes = changes_of(values, logs)
    if len(changes) < ENOUGH:
        return None, f"{len(changes)} changes are fewer than {ENOUGH}"
    spread = float(np.std(changes))
    if not spread > 0:
        return None, "its values never change"
    scale = CHANGES_SCALE if logs else 1 / spread
    try:
        fitted = _maximise(changes * scale, scale, logs)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
        return None, f"the fit stopped ({error})"
    return (fitted, "") if fitted else (None, "the fit did not converge")


def _maximise(changes: NDArray[np.float64], scale: float, logs: bool) -> Volatility | None:
    """Maximise the likelihood; None where the optimiser does not converge on finite parameters."""
    from arch import arch_model

    model = arch_model(changes, mean="Constant", vol="GARCH", p=1, o=1, q=1, dist="t", rescale=False)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what the optimiser says on its way is not the user's business
        result = model.fit(disp="off", show_warning=False)
    numbers = [float(number) for number in result.params.to_numpy()]
    start = float(np.asarray(result.conditional_volatility)[0]) ** 2
    if result.convergence_flag != 0 or not np.isfinite([*numbers, start]).all():
        return None
    mean, omega, alpha, gamma, beta, degrees = numbers
    return Volatility(mean, omega, alpha, gamma, beta, degrees, start, scale, logs)
