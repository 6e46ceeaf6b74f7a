"""Claims about what is no forecast over time: labels, numbers, tokens, and what one more column is worth."""

from msgspec.structs import replace

from longshort.claims import Claims, Direction, DistributionSkill, PointSkill, Telling
from longshort.evaluation.binomial import clopper_pearson, lower_tail, tail
from longshort.evaluation.claims.compose import unjudged
from longshort.evaluation.claims.direction import MAJORITY_RULE
from longshort.evaluation.claims.skill import NOTICED
from longshort.evaluation.claims.thresholds import MATTERS_POINTS, ONE_SIDED

TELLING = Telling("step", 1)  # nothing lies ahead: the unit is never read out


def task_claims(
    *,
    point: PointSkill | None = None,
    distribution: DistributionSkill | None = None,
    direction: Direction | None = None,
) -> Claims:
    """Make the claims of a task that is no forecast: the one that is judged, all others not judged."""
    given = {"point": point, "distribution": distribution, "direction": direction}
    return replace(unjudged("task"), **{name: claim for name, claim in given.items() if claim is not None})


def class_claim(
    right: float,
    cases: float,
    majority: float,
    *,
    perfect: float,
    labels: int,
    model: str = "",
    brier: float | None = None,
) -> Direction:
    """Judge how many of `labels` were named right, beside always naming the most frequent one, right in `majority`.

    The labels are worth `cases` independent ones, of which `right` are right; if all were right they would be worth
    `perfect`. The p-value is the one-sided exact binomial one of being no better than the share of the most frequent
    class, taken as it came: the test against the "no information rate" of Kuhn (2008), Building predictive models in R
    using the caret package, JSS 28(5). `detectable` is None where not even all right could be told from luck.

    >>> class_claim(90, 100, 0.5, perfect=100, labels=100).answer, class_claim(6, 6, 0.7, perfect=6, labels=6).answer
    ('yes', 'not_shown')
    """
    accuracy = right / cases
    low, high = clopper_pearson(right, cases)
    p_value, worse = tail(right, cases, majority), lower_tail(right, cases, majority)
    gain = accuracy - majority
    answer = "yes" if p_value < ONE_SIDED else "no" if worse < ONE_SIDED else "not_shown"
    return Direction(
        answer=answer,  # type: ignore[arg-type]  # one of these words
        model=model,
        kind="class",
        accuracy=accuracy,
        low=low,
        high=high,
        baseline=MAJORITY_RULE,
        baseline_accuracy=majority,
        gain=gain,
        gain_low=low - majority,
        gain_high=high - majority,
        p_value=worse if answer == "no" else p_value,
        too_small=answer == "yes" and gain < MATTERS_POINTS,
        detectable=NOTICED * (high - low) if majority**perfect < ONE_SIDED else None,
        forecasts=labels,
        brier=brier,
    )


def confirmed(claim: PointSkill, low: float, high: float) -> PointSkill:
    """Keep a claim only where a second interval of the same gain, over folds and seeds, lies on the same side of 0."""
    stands = low > 0 if claim.answer == "yes" else high < 0 if claim.answer == "no" else True
    return claim if stands else replace(claim, answer="not_shown", too_small=False)
