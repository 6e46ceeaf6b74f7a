"""The leak test: does a pipeline see what comes after its cutoffs? Answered by running it."""

from longshort.audit.leak.command import audit_command
from longshort.audit.leak.pipeline import audit_leakage
from longshort.audit.leak.result import Leak

__all__ = ["Leak", "audit_command", "audit_leakage"]
