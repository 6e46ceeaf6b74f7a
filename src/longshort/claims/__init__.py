"""What can be claimed of forecasts: one struct a question, and each in words. `evaluation.claims` decides them."""

from longshort.claims.answers import Answered, answers
from longshort.claims.structs import (
    Answer,
    Claim,
    Claims,
    Copy,
    Coverage,
    Direction,
    DistributionSkill,
    Effect,
    Leak,
    LeftOut,
    Money,
    PointSkill,
    Power,
    Skill,
)
from longshort.claims.verdict import Telling, reason, telling_of, verdict

__all__ = [
    "Answer",
    "Answered",
    "Claim",
    "Claims",
    "Copy",
    "Coverage",
    "Direction",
    "DistributionSkill",
    "Effect",
    "Leak",
    "LeftOut",
    "Money",
    "PointSkill",
    "Power",
    "Skill",
    "Telling",
    "answers",
    "reason",
    "telling_of",
    "verdict",
]
