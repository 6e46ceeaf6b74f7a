"""Names of models in sentences."""

from longshort.language.catalogue import entries
from longshort.language.message import Message, message


def model_name(model: str) -> Message | str:
    """Give a baseline's name as prose writes it; any other model is called as it is.

    >>> model_name("garch"), model_name("lstm")
    ('GARCH', 'lstm')
    """
    msgid = f"models.{model}"
    return message(msgid) if msgid in entries() else model
