"""Read whatever was fitted and saved: a forecaster or a sequence estimator."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from longshort.results.model import Stored, belonging, model_folder, read_model

if TYPE_CHECKING:
    from longshort.forecasting.forecaster import Forecaster
    from longshort.sequences.estimator import Estimator


def load(path: str | Path) -> "Forecaster | Estimator":
    """Read a fitted model back from the folder that it was saved in, or from a run folder.

    Raises RunFolderError naming the file that is missing, damaged, foreign, or written by a newer longshort.
    """
    from longshort.forecasting import storage as forecasters
    from longshort.sequences import storage as estimators

    readers: dict[str, Callable[[Stored], Forecaster | Estimator]] = {
        forecasters.KIND: forecasters.assemble,
        estimators.KIND: estimators.assemble,
    }
    folder = model_folder(Path(path))
    stored = read_model(folder, readers)
    with belonging(folder):
        return readers[stored.description["kind"]](stored)
