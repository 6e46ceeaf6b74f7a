"""The verdict of an audit: that of the claims, and what a leak test or a confusion matrix adds."""

from collections.abc import Mapping, Sequence
from typing import Any

from longshort.claims import Claims, Telling, verdict
from longshort.finding import Finding
from longshort.language import Message, message


def verdict_of(
    claims: Claims,
    telling: Telling,
    findings: Sequence[Finding],
    leak: Mapping[str, Any] | None,
    confusion: Mapping[str, Any] | None,
    scored: bool,
) -> Message:
    """Write the verdict; `scored` says whether there are forecasts (or classes) to speak of, beside a leak test."""
    defect = next((finding for finding in findings if finding.severity == "defect"), None)
    sentences = []
    if scored:
        sentences.append(verdict(claims, telling, findings))
    elif defect is not None:
        sentences.append(message("verdict.untrusted", finding=defect.text))
    if leak is not None and not leak.get("columns") and not leak.get("found"):
        sentences.append(_no_leak(leak))
    if confusion is not None:
        chance = 1 / len(confusion["matrix"])
        sentences.append(message("verdict.recall", recall=confusion["macro_recall"], chance=chance))
    return message("verdict.all", sentences=sentences)


def _no_leak(leak: Mapping[str, Any]) -> Message:
    runs = leak.get("runs") or []
    cutoffs = max((run.get("cutoffs") or 0 for run in runs), default=0)
    return message(
        "verdict.no_leak.noise" if leak.get("noise") else "verdict.no_leak", changes=len(runs), cutoffs=cutoffs
    )
