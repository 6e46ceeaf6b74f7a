"""What is wrong with a panel: `check` looks at its dates and at its values, and changes nothing."""

from longshort.data.checks.check import SCHEMA, Check, calendars_in_words, check, dates

__all__ = ["SCHEMA", "Check", "calendars_in_words", "check", "dates"]
