"""What was noticed while forecasts were read, each as one sentence with its number."""

from longshort.finding import Finding


def counted(count: int, one: str, many: str = "") -> str:
    """Count things in words.

    >>> counted(1, "row"), counted(1200, "row"), counted(2, "series", "series")
    ('1 row', '1,200 rows', '2 series')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def dated_before_cutoff(count: int, total: int, example: str) -> Finding:
    """Say that forecasts were made in or after the session that they forecast."""
    text = (
        f"{counted(count, 'forecast')} of {total:,} are dated at or before their own cutoff ({example}): what happened "
        "may have been known when they were made. They are left out."
    )
    return Finding("dated_before_cutoff", "defect", text, float(count))


def off_calendar(count: int, total: int, example: str) -> Finding:
    """Say that dates are no sessions of the actuals' calendar."""
    text = (
        f"{counted(count, 'forecast')} of {total:,} are for dates that are no sessions of the actuals ({example}); "
        "they are left out."
    )
    return Finding("off_calendar", "warning", text, float(count))


def unmatched_cutoffs(count: int, total: int, example: str) -> Finding:
    """Say that nothing is known at some of the cutoffs."""
    text = (
        f"At {count:,} of {counted(total, 'cutoff')} the history has no value ({example}); forecasts from there are "
        "left out."
    )
    return Finding("unmatched_cutoffs", "info", text, float(count))


def unmatched_series(count: int, total: int, example: str) -> Finding:
    """Say that there are no actuals of some series."""
    text = f"There are no actuals for {count:,} of {total:,} series ({example}); their forecasts are left out."
    return Finding("unmatched_series", "warning", text, float(count))


def steps_disagree(count: int, total: int, example: str) -> Finding:
    """Say that the column of steps does not count the sessions between cutoff and date."""
    text = (
        f"The steps of {counted(count, 'forecast')} of {total:,} are not the sessions between cutoff and date "
        f"({example}); the sessions are used."
    )
    return Finding("steps_disagree", "warning", text, float(count))


def nan_forecasts(count: int, total: int, model: str) -> Finding:
    """Say that a model's forecasts are blank in places."""
    text = f"{counted(count, 'forecast')} of {total:,} of {model!r} are blank or no finite number."
    return Finding("nan_forecasts", "warning", text, float(count))


def misaligned(count: int, total: int, rows: int) -> Finding:
    """Say that outcomes in the table stand at the wrong dates."""
    text = (
        f"The outcomes in the table are those of the {'next' if rows > 0 else 'previous'} session: {count:,} of "
        f"{total:,} equal the actuals one row {'later' if rows > 0 else 'earlier'}, not those of their own date."
    )
    return Finding("misaligned", "defect", text, float(rows))


def actuals_differ(count: int, total: int, example: str) -> Finding:
    """Say that outcomes in the table are not the actuals."""
    text = (
        f"{counted(count, 'outcome')} of {total:,} in the table differ from the actuals ({example}); the actuals are "
        "used."
    )
    return Finding("actuals_differ", "warning", text, float(count))
