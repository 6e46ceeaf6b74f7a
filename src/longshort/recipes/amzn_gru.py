"""The second half of the lecture's notebook (L0): GRU layers, stochastic gradient descent with momentum.

The data, the scaling and the fault are those of `amzn-lecture`; four GRU(50) layers replace the LSTM, SGD with a rate
of 0.01 and a momentum of 0.9 replaces RMSprop, and a batch holds 150 windows.
"""

from longshort.recipes import amzn_lecture
from longshort.recipes.named import Named
from longshort.settings import change

RECIPE = Named(
    name="amzn-gru",
    lecture="L0",
    task="forecast",
    time="4 min",
    expect="an error of 59, 4.7 times that of repeating yesterday (12.612)",
    source="the notebook that the lecture links to",
    needs=amzn_lecture.RECIPE.needs,
    quick=amzn_lecture.RECIPE.quick,
    settings=change(
        amzn_lecture.SETTINGS,
        {
            "model.cell": "gru",
            "training.optimizer": "sgd",
            "training.learning_rate": 0.01,
            "training.momentum": 0.9,
            "training.batch_size": 150,
        },
    ),
    validate=amzn_lecture.RECIPE.validate,
    run=amzn_lecture.run,
)
