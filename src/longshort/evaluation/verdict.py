"""The verdict: one sentence for a person who is no statistician, centre and spread judged apart."""

from dataclasses import dataclass

from longshort.evaluation.skill import Edge
from longshort.evaluation.words import Words, p_text, percent


@dataclass(frozen=True)
class Wins:
    """Hold in how many of several series the network wins, after Holm's correction."""

    won: int
    series: int

    def text(self) -> str:
        """Put the count in words."""
        return f"in {self.won} of {self.series} series after Holm's correction"


@dataclass(frozen=True)
class Evidence:
    """Hold what the verdict rests on.

    `forecasts` counts pairs of series and cutoff with a known outcome; `coverage` is the share that the 80 % interval
    held; an edge is None where its baseline is missing, the wins are None for a single series.
    """

    forecasts: int
    centre: Edge | None
    spread: Edge | None
    coverage: float | None
    centre_wins: Wins | None
    spread_wins: Wins | None
    mechanical: str | None


def verdict(evidence: Evidence, words: Words) -> str:
    """Write the verdict.

    It begins with "Skill" where the centre beats repeating the last value, with "No skill" where it does not, and then
    judges the spread; what was not compared is said to be not judged.
    """
    if not evidence.forecasts:
        return "No verdict: nothing that was forecast has come to pass yet."
    parts = [_centre(evidence, words), *_mechanical(evidence), _spread(evidence)]
    return "; ".join(parts) + "."


def _evidence(found: Edge, wins: Wins | None) -> str:
    """Write what stands in brackets behind a size: interval where skill is claimed, test, series won."""
    parts = []
    if found.claimed and found.low is not None and found.high is not None:
        parts.append(f"95 % interval {percent(found.low).removesuffix(' %')} to {percent(found.high)}")
    parts.append(p_text(found.p_value))
    if wins is not None:
        parts.append(wins.text())
    return f"({', '.join(parts)})"


def _centre(evidence: Evidence, words: Words) -> str:
    found = evidence.centre
    if found is None:
        return "No verdict on the network's centre, as there is no naive forecast to compare with"
    error = f"over {evidence.forecasts:,} forecasts the network's error {words.ahead} is {_size(found.value)}"
    opening = "Skill" if found.claimed else "No skill"
    return f"{opening}: {error} {words.repeating} {_evidence(found, evidence.centre_wins)}"


def _size(skill: float) -> str:
    """Write how an error compares with another, to be followed by that other."""
    if skill < -1:
        return f"{1 - skill:,.1f} times that of"
    return f"{_share(skill)} {'below' if skill > 0 else 'above'}" if _share(skill) else "the same as that of"


def _share(skill: float) -> str:
    """Write the size of a difference, with a second digit where it is tiny; nothing where it is none."""
    size = abs(skill)
    return percent(size, 1 if size >= 0.001 else 2) if size >= 0.00005 else ""


def _mechanical(evidence: Evidence) -> list[str]:
    if evidence.mechanical is None or evidence.centre is None or not evidence.centre.claimed:
        return []
    return [f"the gain is mechanical, not foresight: {evidence.mechanical.rstrip('.')}"]


def _holds(share: float | None) -> str:
    return "" if share is None else f"its 80 % interval holds {percent(share, 0)} of what happened"


def _spread(evidence: Evidence) -> str:
    found, holds = evidence.spread, _holds(evidence.coverage)
    if found is None:
        return "its spread was not judged, as there is no volatility cone" + (f"; {holds}" if holds else "")
    test = _evidence(found, evidence.spread_wins)
    ending = f" and {holds}" if holds else ""
    centre = evidence.centre
    if found.claimed:
        advice = "use its interval, not its centre: " if centre is not None and not centre.claimed else ""
        return f"{advice}its spread is {_share(found.value) or '0 %'} sharper than the history's {test}{ending}"
    size = f"{_share(found.value)} {'better' if found.value > 0 else 'worse'}" if _share(found.value) else "the same"
    return f"its spread is no better than the history's ({size}, {test[1:]}{ending}"
