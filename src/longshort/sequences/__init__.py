"""Networks that read sequences: classify, measure, label, go on, translate. scikit-learn's face, our training."""

from longshort.sequences.classify import SequenceClassifier
from longshort.sequences.estimator import NotFittedError
from longshort.sequences.label import SequenceLabeller
from longshort.sequences.model import SequenceModel
from longshort.sequences.regress import SequenceRegressor
from longshort.sequences.translate import SequenceTranslator

__all__ = [
    "NotFittedError",
    "SequenceClassifier",
    "SequenceLabeller",
    "SequenceModel",
    "SequenceRegressor",
    "SequenceTranslator",
]
