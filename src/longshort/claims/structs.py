"""What is claimed of forecasts: one struct for each question, the same for a backtest, an audit and a recipe.

Every claim has an `answer`: "yes", "not_shown", "no" or "not_judged", and for the last the code of its `reason`. Shares
and gains are fractions (0.05 is 5 %); p-values are one-sided unless said otherwise; None is what was not measured.
"""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Answer = Literal["yes", "not_shown", "no", "not_judged"]


class Claim(Struct, frozen=True, kw_only=True):
    """Hold the answer to a question, and why it was not judged where it was not."""

    answer: Answer = "not_judged"
    reason: str = ""


class LeftOut(Struct, frozen=True):
    """Name a baseline that was left out, and the code of why: "history", "no_season", "no_fit", "not_asked"."""

    baseline: str
    reason: str


class Skill(Claim, frozen=True, kw_only=True):
    """Hold whether a model beats every simple forecast that applies (an intersection-union test, Berger 1982).

    `baseline` is the toughest: the one with the largest p-value of the model being no better (of several that are equal
    to 0.001, the one with the lowest loss); where a gain is too small, the one with the lowest loss; where the answer
    is "no", the one that certainly beats the model. `value` is the share of its loss that the model saves (negative:
    adds), with a 95 % interval `low` to `high` and the one-sided `p_value` of saving nothing; for "no" that of losing
    nothing, after Holm's correction over the baselines.
    `smallest_gain` is the gain over the baseline with the lowest loss. `too_small` says that a gain is certain and does
    not matter. `detectable` is the smallest gain that the test finds in 80 % of cases.
    """

    model: str = ""
    metric: str = ""
    baseline: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    smallest_gain: float | None = None
    too_small: bool = False
    detectable: float | None = None
    forecasts: int = 0
    trials: int = 1
    baselines: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    series_won: int | None = None
    series: int | None = None
    mechanical: bool = False

    @property
    def useful(self) -> bool:
        """Say whether the gain is shown and large enough to act on."""
        return self.answer == "yes" and not self.too_small


class PointSkill(Skill, frozen=True, kw_only=True):
    """Say whether the point forecast is better than every simple one: by its root mean squared error."""


class DistributionSkill(Skill, frozen=True, kw_only=True):
    """Say whether the predictive distribution is better than every simple one: by its CRPS (classes: Brier score)."""


class Direction(Claim, frozen=True, kw_only=True):
    """Say whether the direction, or the class, is right more often than by every simple rule.

    `kind` says what an outcome is: "change" (above the last value), "sign" (above zero), "class". `accuracy` is the
    share of right calls with its 95 % interval; `baseline` the toughest rule, "majority" (always the most frequent one)
    or a baseline's own calls, right in `baseline_accuracy`; `gain` the difference with its interval.
    """

    model: str = ""
    kind: str = ""
    accuracy: float | None = None
    low: float | None = None
    high: float | None = None
    baseline: str = ""
    baseline_accuracy: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    p_value: float | None = None
    too_small: bool = False
    detectable: float | None = None
    forecasts: int = 0
    brier: float | None = None
    mechanical: bool = False


class Coverage(Claim, frozen=True, kw_only=True):
    """Say whether the interval nearest to 80 % holds what it promises, over all steps.

    `fault` is "too_narrow" or "too_wide" where the answer is "no". `independent` is how many independent cases the
    outcomes are worth; `p_value` is two-sided, after Holm's correction over all intervals and steps.
    """

    model: str = ""
    nominal: float | None = None
    empirical: float | None = None
    low: float | None = None
    high: float | None = None
    outcomes: int = 0
    independent: float | None = None
    p_value: float | None = None
    fault: str = ""
    detectable: float | None = None


class Copy(Claim, frozen=True, kw_only=True):
    """Say whether the one-step forecast copies the past: "yes", "not_shown" (cannot be told from it), "no".

    `share` of the forecast's movement is that of the value `lag` steps before its date; `worth` is the slope of the
    change on the change forecast (1 for an honest forecast, 0 for a copy) with its 95 % interval.
    """

    model: str = ""
    share: float | None = None
    lag: int | None = None
    worth: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None


class Money(Claim, frozen=True, kw_only=True):
    """Say whether trading on the one-step forecasts would have been worth it: more than nothing, holding and luck.

    Results are per year and after costs of `fee_bps` basis points a trade. `over_holding` is the result less that of
    holding, with its 95 % interval; `against` is the toughest of "zero", "holding" and "shuffled" (the same positions
    in random order), with the one-sided `p_value` of being no better; for "no" the one that the result is worse than,
    with Holm's correction.
    """

    model: str = ""
    over_holding: float | None = None
    low: float | None = None
    high: float | None = None
    net: float | None = None
    net_low: float | None = None
    net_high: float | None = None
    holding: float | None = None
    shuffled: float | None = None
    against: str = ""
    p_value: float | None = None
    fee_bps: float | None = None
    sharpe: float | None = None
    drawdown: float | None = None
    moments: int = 0
    mechanical: bool = False


class Leak(Claim, frozen=True, kw_only=True):
    """Say whether forecasts know what came after them: "yes" (shown), "not_shown" (suspected), "no" (tested: none).

    `findings` are the codes of what speaks for it.
    """

    findings: tuple[str, ...] = ()


class Effect(Struct, frozen=True):
    """Hold the smallest effect that a test finds in 80 % of cases: as planned before it, and as its intervals say."""

    question: str
    planned: float | None
    realised: float | None


class Power(Claim, frozen=True, kw_only=True):
    """Say whether the test could find a gain of 5 %: the smallest `effects` of skill, direction and coverage it finds.

    `cutoffs` counts the forecast dates, `independent` how many independent forecasts they are worth.
    """

    effects: tuple[Effect, ...] = ()
    cutoffs: int | None = None
    independent: float | None = None


class Claims(Struct, frozen=True, kw_only=True):
    """Hold all that is claimed of one model's forecasts."""

    point: PointSkill = PointSkill()
    distribution: DistributionSkill = DistributionSkill()
    direction: Direction = Direction()
    coverage: Coverage = Coverage()
    copy: Copy = Copy()
    money: Money = Money()
    leak: Leak = Leak()
    power: Power = Power()

    def each(self) -> Iterator[tuple[str, Claim]]:
        """Give every claim with the name of its question."""
        for name in self.__struct_fields__:
            yield name, getattr(self, name)

    @property
    def useful(self) -> bool:
        """Say whether anything is shown that is large enough to act on: point, distribution or direction."""
        direction = self.direction.answer == "yes" and not self.direction.too_small
        return self.point.useful or self.distribution.useful or direction
