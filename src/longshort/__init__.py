"""Recurrent forecasting that tells you the truth.

The public door. Each name loads the room that it lives in when it is first used, so that `import longshort` takes
milliseconds and neither torch nor pandas is loaded before there is work for them.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from longshort.audit import Audit as Audit
    from longshort.audit import audit as audit
    from longshort.audit import audit_command as audit_command
    from longshort.audit import audit_confusion as audit_confusion
    from longshort.audit import audit_leakage as audit_leakage
    from longshort.backtest.run import backtest as backtest
    from longshort.data.checks import check as check
    from longshort.data.panel import Panel as Panel
    from longshort.data.readers import read as read
    from longshort.errors import LongshortError as LongshortError
    from longshort.evaluation.power import power as power
    from longshort.forecasting.coming import forecast as forecast
    from longshort.forecasting.forecaster import Forecaster as Forecaster
    from longshort.forecasting.recipe import Recipe as Recipe
    from longshort.loading import load as load
    from longshort.results.folder import load_run as load_run
    from longshort.results.forecast import Forecast as Forecast
    from longshort.results.run import Run as Run
    from longshort.sequences import SequenceClassifier as SequenceClassifier
    from longshort.sequences import SequenceLabeller as SequenceLabeller
    from longshort.sequences import SequenceModel as SequenceModel
    from longshort.sequences import SequenceRegressor as SequenceRegressor
    from longshort.sequences import SequenceTranslator as SequenceTranslator

__version__ = "0.5.0.dev0"

_ROOMS = {
    "Audit": "longshort.audit",
    "Forecast": "longshort.results.forecast",
    "Forecaster": "longshort.forecasting.forecaster",
    "LongshortError": "longshort.errors",
    "Panel": "longshort.data.panel",
    "Recipe": "longshort.forecasting.recipe",
    "Run": "longshort.results.run",
    "SequenceClassifier": "longshort.sequences",
    "SequenceLabeller": "longshort.sequences",
    "SequenceModel": "longshort.sequences",
    "SequenceRegressor": "longshort.sequences",
    "SequenceTranslator": "longshort.sequences",
    "audit": "longshort.audit",
    "audit_command": "longshort.audit",
    "audit_confusion": "longshort.audit",
    "audit_leakage": "longshort.audit",
    "backtest": "longshort.backtest.run",
    "check": "longshort.data.checks",
    "forecast": "longshort.forecasting.coming",
    "load": "longshort.loading",
    "load_run": "longshort.results.folder",
    "power": "longshort.evaluation.power",
    "read": "longshort.data.readers",
}

__all__ = [*_ROOMS, "__version__"]


class _Door(ModuleType):
    """Keep public names public: `ls.backtest` is the function, also after the room `longshort.backtest` was imported.

    Importing a sub-package binds it as an attribute of its parent; where that attribute is a public name, the binding
    is left out. `from longshort.backtest import folds` finds the room all the same.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _ROOMS and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'longshort' has no attribute {name!r}; it has {', '.join(sorted(__all__))}")
    value = getattr(import_module(_ROOMS[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


sys.modules[__name__].__class__ = _Door
