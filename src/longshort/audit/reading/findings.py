"""What was noticed while forecasts were read, each as one sentence with its number."""

from longshort.finding import Finding
from longshort.language import Message, message, quoted

SHOWN = 3


def dated_before_cutoff(count: int, total: int, example: Message) -> Finding:
    """Say that forecasts were made at or after the date that they forecast."""
    text = message("reading.dated_before_cutoff", n=count, total=total, example=example)
    return Finding("dated_before_cutoff", "defect", text, float(count))


def off_calendar(count: int, total: int, example: Message) -> Finding:
    """Say that dates are not on the actuals' calendar."""
    text = message("reading.off_calendar", n=count, total=total, example=example)
    return Finding("off_calendar", "warning", text, float(count))


def unmatched_cutoffs(count: int, total: int, example: Message) -> Finding:
    """Say that nothing is known at some of the cutoffs."""
    text = message("reading.unmatched_cutoffs", n=count, total=total, example=example)
    return Finding("unmatched_cutoffs", "info", text, float(count))


def unmatched_series(count: int, total: int, first: list[str]) -> Finding:
    """Say that there are no actuals of some series, of which the `first` ones are named."""
    text = message("reading.unmatched_series", n=count, total=total, names=quoted(first, SHOWN, count))
    return Finding("unmatched_series", "warning", text, float(count))


def steps_disagree(count: int, total: int, example: Message) -> Finding:
    """Say that the column of steps does not count what lies between cutoff and date."""
    text = message("reading.steps_disagree", n=count, total=total, example=example)
    return Finding("steps_disagree", "warning", text, float(count))


def nan_forecasts(count: int, total: int, model: str) -> Finding:
    """Say that a model's forecasts are blank in places."""
    text = message("reading.nan_forecasts", n=count, total=total, model=repr(model))
    return Finding("nan_forecasts", "warning", text, float(count))


def misaligned(count: int, total: int, rows: int) -> Finding:
    """Say that outcomes in the table stand at the wrong dates."""
    text = message("reading.misaligned.next" if rows > 0 else "reading.misaligned.previous", n=count, total=total)
    return Finding("misaligned", "defect", text, float(rows))


def actuals_differ(count: int, total: int, example: Message) -> Finding:
    """Say that outcomes in the table are not the actuals."""
    text = message("reading.actuals_differ", n=count, total=total, example=example)
    return Finding("actuals_differ", "warning", text, float(count))
