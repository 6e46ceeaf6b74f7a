"""Whether a simpler rule does as well as a model that beats repeating the last value."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from longshort.audit.verdict import MEAN
from longshort.data.panel import Panel
from longshort.evaluation.lagged import cutoff_rows
from longshort.evaluation.skill import CENTRE, Edge, edge, skill_table
from longshort.evaluation.tables import Tables
from longshort.evaluation.words import p_text, percent
from longshort.finding import Finding
from longshort.results.forecast import Forecast


def baseline_as_good(model: Forecast, panel: Panel, tables: Tables, centre: Edge | None) -> tuple[str, Finding] | None:
    """Name the best of the rules against which a model that claims skill in its centre shows none, and the finding.

    The rules are its baselines and the mean of everything known up to each cutoff: a constant beats the last value of
    any series that returns to its mean, such as returns.
    """
    if centre is None or not centre.claimed:
        return None
    mean = so_far(model, panel)
    against_mean = edge(skill_table([model, mean], [model.model], tables.grid), model.model, (MEAN, CENTRE[1]))
    names = tables.skill["baseline"].unique(maintain_order=True)
    found = {name: edge(tables.skill, model.model, (name, CENTRE[1])) for name in names} | {MEAN: against_mean}
    equals = {name: one for name, one in found.items() if one and one.p_value is not None and not one.claimed}
    if not equals:
        return None
    name = min(equals, key=lambda each: equals[each].value)
    rule = "the mean of all that was known" if name == MEAN else f"the baseline {name}"
    size = percent(equals[name].value, 2)
    text = (
        f"Against {rule} no skill is shown ({size}, {p_text(equals[name].p_value)}): what beats repeating the last "
        "value may take no model."
    )
    return name, Finding("baseline_as_good", "warning", text, equals[name].value)


def so_far(model: Forecast, panel: Panel) -> Forecast:
    """Forecast the mean of the target's known values up to each cutoff of a model, at every step."""
    rows, known = cutoff_rows(model, panel), ~np.isnan(panel.target)
    total, count = (_sums(values) for values in (np.where(known, panel.target, 0.0), known.astype(float)))
    first = panel.offsets[panel.series[rows]]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (total[rows + 1] - total[first]) / (count[rows + 1] - count[first])
    blank = np.full(model.mean.shape, np.nan)
    return replace(
        model,
        model=MEAN,
        mean=np.where(rows[:, None] >= 0, mean[:, None], blank),
        quantile_levels=(),
        quantiles=blank[:, :, None][:, :, :0],
        p_up=blank,
        seed_mean=blank[None][:0],
        seed_quantiles=blank[None, :, :, None][:0, :, :, :0],
    )


def _sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(values)])
