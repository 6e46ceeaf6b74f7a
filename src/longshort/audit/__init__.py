"""The audit: a verdict on anybody's forecasts. Nothing here reaches PyTorch."""

from longshort.audit.audit import Audit
from longshort.audit.doors import audit, audit_command, audit_confusion, audit_leakage

__all__ = ["Audit", "audit", "audit_command", "audit_confusion", "audit_leakage"]
