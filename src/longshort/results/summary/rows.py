"""The rows of the summary's tables, each field with what it means; docs/json.md is made from them."""

from typing import Annotated, Any

from msgspec import Meta, Struct

Number = float | None


def doc(description: str) -> Meta:
    """Say what a field means."""
    return Meta(description=description)


OneSeries = Annotated[str | None, doc("the series; null for all together")]
Step = Annotated[int | None, doc("steps ahead, 1 is the next; null for all steps together")]
Model = Annotated[str, doc("the model's name in every table")]
Low = Annotated[Number, doc("lower end of the 95 % interval")]
High = Annotated[Number, doc("upper end")]
Count = Annotated[int, doc("outcomes behind the value")]


class Score(Struct, frozen=True):
    """A score of one model."""

    model: Model
    unique_id: OneSeries
    step: Step
    metric: Annotated[
        str,
        doc(
            "`mae`, `rmse`, `width_80`, `crps`, `pinball` in the target's unit; `mape` in percent of the actual; "
            "`mase` in units of the naive error before the test; `coverage_50`, `coverage_80`, `coverage_95`, "
            "`accuracy`, `base_rate` as shares; `brier`; `relative_crps`; of recipes also `balanced_accuracy`, "
            "`macro_recall`, `exact_match`, `cross_entropy` in nats. Over several series only what is free of scale "
            "is given"
        ),
    ]
    value: Annotated[Number, doc("in the unit of the metric")]
    n: Count


class SkillRow(Struct, frozen=True):
    """The skill of a model over one baseline."""

    model: Model
    baseline: Annotated[str, doc("against which it is judged")]
    unique_id: OneSeries
    step: Annotated[
        int | None, doc("as in `scores`; for null, each step is divided by the baseline's mean there, then averaged")
    ]
    metric: Annotated[
        str,
        doc(
            "`rmse` judges the point forecast, `crps` the distribution, `brier` probabilities of two classes; of "
            "recipes also `mae`, `error_rate`, `cross_entropy`"
        ),
    ]
    value: Annotated[Number, doc("1 - score / baseline's score: positive is better than the baseline")]
    low: Low
    high: High
    p_value: Annotated[
        Number, doc("one-sided, of being no better: Diebold-Mariano with the Harvey-Leybourne-Newbold correction")
    ]
    n: Annotated[int | None, doc("moments (forecast dates) behind it")]
    covers: Annotated[Number, doc("share of the model's outcomes that the baseline forecasts too")]


class Seed(Struct, frozen=True):
    """A score of one member of an ensemble, judged alone."""

    model: Model
    seed: Annotated[int, doc("the seed of the member")]
    unique_id: OneSeries
    step: Step
    metric: Annotated[str, doc("as in `scores`; `rmse_skill` and `crps_skill` against the toughest baseline")]
    value: Number


class CoverageRow(Struct, frozen=True):
    """What an interval held."""

    model: Model
    step: Step
    nominal: Annotated[float, doc("share of outcomes that the interval should hold")]
    empirical: Annotated[Number, doc("share that it held")]
    low: Low
    high: High
    n: Count
    independent: Annotated[Number, doc("independent cases that these are worth")]


class Reliability(Struct, frozen=True):
    """What probabilities came true."""

    model: Model
    low: Annotated[float, doc("forecasts whose probability of a rise lies from here")]
    high: Annotated[float, doc("to here")]
    p: Annotated[Number, doc("their mean probability")]
    observed: Annotated[Number, doc("share that rose")]
    n: Count


class Lag(Struct, frozen=True):
    """How near the one-step forecast lies to the actual at its own date and before."""

    model: Model
    lag: Annotated[int, doc("steps by which the actual is moved: 0 is the forecast's own date")]
    rmse: Annotated[Number, doc("distance of the forecast from the actual so moved")]


class Curve(Struct, frozen=True):
    """One epoch of one member's training."""

    fold: int
    seed: int
    epoch: Annotated[int, doc("counted from 1")]
    train_loss: Annotated[Number, doc("mean over the epoch")]
    validation_loss: Annotated[Number, doc("null where nothing was held back")]
    gradient_norm: Annotated[Number, doc("mean length before clipping")]


class Confidence(Struct, frozen=True):
    """The model confidence set at 90 %: which models may be the best."""

    model: Model
    metric: Annotated[str, doc("`rmse` or `crps`")]
    p_value: Annotated[Number, doc("null where the sample is too short to say")]
    inside: Annotated[bool | None, doc("whether it may be the best")]


class Effective(Struct, frozen=True):
    """How many independent forecasts there are."""

    model: Model
    step: Step
    n: Count
    cutoffs: Annotated[int, doc("moments at which the model forecast")]
    independent: Annotated[Number, doc("forecasts without anything in common that these are worth")]


class Calibration(Struct, frozen=True):
    """What a distribution's score is made of."""

    model: Model
    step: Step
    metric: Annotated[str, doc("`crps_reliability`, `crps_resolution`, `crps_uncertainty`, `width_80`, `crossed`, ...")]
    value: Number
    n: Count


class Pit(Struct, frozen=True):
    """Where in its own distribution the outcome fell."""

    model: Model
    low: Annotated[float, doc("from this share of the distribution")]
    high: Annotated[float, doc("to this")]
    share: Annotated[Number, doc("of outcomes in it: `high` - `low` where the distribution is right")]
    n: Count


class CopyRow(Struct, frozen=True):
    """What the one-step forecast follows."""

    model: Model
    metric: Annotated[
        str,
        doc("`share_of_yesterday`, `best_lag`, `share_of_best`, `weight_yesterday`, `weight_today`, `worth`, `return`"),
    ]
    value: Number
    low: Low
    high: High
    p_value: Annotated[Number, doc("two-sided")]


class DirectionRow(Struct, frozen=True):
    """How often the direction, or the class, was right."""

    model: Model
    step: Step
    metric: Annotated[
        str,
        doc(
            "`accuracy`, `majority`, `gain`, `balanced_accuracy`, `matthews`, `pesaran_timmermann`, `brier` and its "
            "parts, `ties`"
        ),
    ]
    value: Number
    low: Low
    high: High
    p_value: Annotated[Number, doc("one-sided")]
    n: Count


class DirectionGain(Struct, frozen=True):
    """How much more often the judged model is right than a baseline's calls."""

    baseline: str
    accuracy: Annotated[Number, doc("the baseline's, on what both call")]
    value: Annotated[Number, doc("the model's share of right calls less the baseline's")]
    low: Low
    high: High
    p_value: Annotated[Number, doc("one-sided, of being right no more often")]
    covers: Annotated[Number, doc("share of the model's calls that the baseline makes too")]


class CoverageTest(Struct, frozen=True):
    """Whether an interval at a step holds what it says."""

    model: Model
    step: Annotated[int, doc("steps ahead")]
    nominal: float
    empirical: Number
    n: Count
    independent: Number
    p_value: Annotated[Number, doc("two-sided, uncorrected")]


class MoneyRow(Struct, frozen=True):
    """What trading on the forecasts would have earned."""

    model: Model
    metric: Annotated[
        str,
        doc(
            "`over_holding`, `net_return`, `gross_return`, `turnover`, `sharpe`, `drawdown`, `buy_and_hold`, "
            "`shuffled`, `shifted`, `breakeven_bps`, `fee_bps`"
        ),
    ]
    value: Annotated[Number, doc("returns per year")]
    low: Low
    high: High
    p_value: Annotated[Number, doc("one-sided")]
    n: Annotated[int, doc("moments at which was traded")]


class PowerRow(Struct, frozen=True):
    """What a test of so many cutoffs finds, as planned before it."""

    question: Annotated[str, doc("`skill`, `direction` or `coverage`")]
    step: Step
    sessions: Annotated[int | None, doc("cutoffs of the test")]
    independent: Annotated[Number, doc("forecasts without anything in common that these are worth")]
    smallest: Annotated[Number, doc("the effect that is found in 80 % of cases; null: none is")]
    edge: Annotated[Number, doc("an effect, as a share")]
    sessions_needed: Annotated[int | None, doc("cutoffs that find it in 80 % of cases; null: never")]


class FoldScore(Struct, frozen=True):
    """A score of one fold."""

    fold: Annotated[int, doc("counted from 0")]
    model: Model
    metric: Annotated[
        str, doc("`rmse` of one series, `mase` of several; `crps`, `relative_crps`; `accuracy` of classes")
    ]
    value: Number
    n: Count


class Cumulative(Struct, frozen=True):
    """What the model has gained on the toughest baseline up to a forecast date, in units of its mean loss."""

    ds: Annotated[Any, doc("the forecast date")]
    metric: Annotated[str, doc("`rmse` (of squared errors) or `crps`")]
    value: Number


class Equity(Struct, frozen=True):
    """Wealth from one unit after costs: positions from the forecasts beside holding, and the fall from the peak."""

    ds: Annotated[Any, doc("the date at which a position ends")]
    net: Number
    holding: Number
    drawdown: Annotated[Number, doc("share lost since the highest wealth")]


class Residual(Struct, frozen=True):
    """The autocorrelation of one-step errors; what is left in them could be forecast."""

    lag: int
    value: Number
    bound: Annotated[Number, doc("beyond plus or minus this, chance explains it in 5 % of cases only")]


class EdgeRow(Struct, frozen=True):
    """How many labels are right, of a recipe."""

    model: Model
    metric: Annotated[str, doc("`accuracy`, `exact_match`")]
    value: Number
    low: Low
    high: High
    p_value: Annotated[Number, doc("one-sided: that the accuracy is no more than the most frequent class's share")]
    n: Count


class ClassRow(Struct, frozen=True):
    """How often a class was found, of a recipe; the 40 most frequent classes."""

    label: str
    n: Annotated[int, doc("examples of it")]
    predicted: Annotated[int, doc("how often it was said")]
    recall: Annotated[Number, doc("share of its examples that were found")]
    low: Low
    high: High
    precision: Annotated[Number, doc("share right among those that were said")]
    f1: Number


class MatrixRow(Struct, frozen=True):
    """How often one class was taken for another."""

    true: str
    predicted: str
    n: int
