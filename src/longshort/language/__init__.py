"""What users read, in their language: one catalogue of sentences, and numbers written as the language writes them."""

from longshort.language.catalogue import LANGUAGES, entries, from_environment, refuse_unknown
from longshort.language.lists import cases, listed, quoted
from longshort.language.message import Message, message, restored, say, text
from longshort.language.models import model_name
from longshort.language.units import ahead, coming, counted

__all__ = [
    "LANGUAGES",
    "Message",
    "ahead",
    "cases",
    "coming",
    "counted",
    "entries",
    "from_environment",
    "listed",
    "message",
    "model_name",
    "quoted",
    "refuse_unknown",
    "restored",
    "say",
    "text",
]
