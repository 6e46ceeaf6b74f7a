"""Choose the chunks of each step: a function of the seed and the step's number alone."""

import math

import numpy as np
from numpy.typing import NDArray

from longshort.seeding import generator
from longshort.training.examples import Learnable
from longshort.training.settings import Training


def steps_per_epoch(settings: Training, examples: Learnable) -> int:
    """Count an epoch's steps: as set, or as many as take every chunk once."""
    return settings.steps_per_epoch or math.ceil(len(examples.train) / settings.batch_size)


def choose(settings: Training, examples: Learnable, seed: int, first: int, steps: int) -> list[NDArray[np.int64]]:
    """Choose the chunks of `steps` steps from `first` on: at random, or the next of each epoch's shuffled order."""
    if settings.steps_per_epoch is not None:
        return [at_random(settings, examples, seed, first + k) for k in range(steps)]
    per_epoch, chosen, order = steps_per_epoch(settings, examples), [], {}
    for step in range(first, first + steps):
        epoch, position = divmod(step, per_epoch)
        if epoch not in order:
            order[epoch] = examples.train[generator(seed, "order", epoch).permutation(len(examples.train))]
        chosen.append(order[epoch][position * settings.batch_size :][: settings.batch_size])
    return chosen


def at_random(settings: Training, examples: Learnable, seed: int, step: int) -> NDArray[np.int64]:
    """Draw one step's chunks, none of them twice."""
    count = len(examples.train)
    chosen = generator(seed, "chunks", step).choice(count, min(settings.batch_size, count), replace=False)
    return examples.train[chosen]
