"""What comes next, twice (L4): the seventeen numbers of `next-number` → 12, 13, both steps at once."""

from longshort.recipes import next_number
from longshort.recipes.named import Named
from longshort.settings import change

RECIPE = Named(
    name="next-two",
    lecture="L4",
    task="regress",
    time="2 s",
    expect="12 and 13, within 0.1",
    source="From the perceptron to the LSTM (2019)",
    quick=next_number.RECIPE.quick,
    settings=change(next_number.SETTINGS, {"horizon": 2, "answer": [12, 13]}),
    validate=next_number.refuse,
    run=next_number.run,
)
