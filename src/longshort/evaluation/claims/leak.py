"""The claim about leaks: whether forecasts know what came after them."""

from collections.abc import Sequence

from longshort.claims.structs import Leak
from longshort.finding import Finding

SHOWN = ("leak", "misaligned", "overlap", "dated_before_cutoff")
SUSPECTED = ("leak_suspected",)


def leak_claim(findings: Sequence[Finding], tested: bool) -> Leak:
    """Say "yes" where a finding shows it, "not_shown" where one makes it suspected, "no" where a test found none.

    Without a leak test (`tested`), that nothing was noticed proves nothing.
    """
    shown = tuple(dict.fromkeys(finding.code for finding in findings if finding.code in SHOWN))
    suspected = tuple(dict.fromkeys(finding.code for finding in findings if finding.code in SUSPECTED))
    if shown:
        return Leak(answer="yes", findings=shown)
    if suspected:
        return Leak(answer="not_shown", findings=suspected)
    return Leak(answer="no") if tested else Leak(reason="no_leak_test")
