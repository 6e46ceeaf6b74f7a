"""What people call a calendar, in their language; `--calendar` and `--json` know it by its name alone."""

import re
from functools import lru_cache

from longshort.data.calendars.listed import exchanges
from longshort.data.calendars.protocol import Calendar
from longshort.data.calendars.weeks import WEEKS
from longshort.language import message

WORDS = ("numbered", "irregular", "hourly", "daily", "business days", "weekly", "monthly", "quarterly", "half-yearly",
         "yearly")  # fmt: skip
EVERY = re.compile(r"(?:every )?(\d+) ?(s|min|h|days|weeks|months)")


def title(calendar: Calendar) -> str:
    """Give a calendar's name; where it is made of words, as a message, so that it can be said in another language.

    >>> from longshort.data.calendars import named
    >>> from longshort.language import say
    >>> title(named("XNYS 30min")), say(title(named("XNYS 30min")), "ko"), say(title(named("monthly")), "ko")
    ('XNYS 30min', 'XNYS 30분 간격', '월별')
    """
    name = calendar.name
    code, _, step = name.partition(" ")
    if step and (code in WEEKS or code in exchanges()):
        return message("calendars.of_exchange", code=code, step=_worded(step))
    return _worded(name)


@lru_cache(maxsize=64)
def _worded(name: str) -> str:
    if name in WORDS:
        return message(f"calendars.{name.replace(' ', '_').replace('-', '_')}")
    if every := EVERY.fullmatch(name):
        return message(f"calendars.every.{every[2]}", n=int(every[1]))
    return name
