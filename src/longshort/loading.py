"""Read whatever was fitted and saved: a forecaster or a sequence estimator."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from longshort.forecasting.forecaster import Forecaster
    from longshort.sequences.estimator import Estimator


def load(path: str | Path) -> "Forecaster | Estimator":
    """Read a fitted model back from the folder that it was saved in, or from a run folder.

    Raises RunFolderError naming the file that is missing, damaged, foreign, or written by a newer longshort.
    """
    from longshort.forecasting import forecaster
    from longshort.sequences import storage

    folder = Path(path)
    folder = folder / "model" if (folder / "model" / storage.DESCRIPTION).exists() else folder
    try:
        kind = json.loads((folder / storage.DESCRIPTION).read_bytes()).get("kind")
    except (OSError, ValueError, AttributeError):
        kind = None  # the forecaster's reader says what is wrong
    return storage.load(folder) if kind == storage.KIND else forecaster.load(path)
