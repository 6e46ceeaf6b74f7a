"""One offline page and Markdown from a plain dictionary: data, then a dictionary, then a template.

The room knows nothing of ours but the summary dictionary (`docs/json.md`); each of its parts may be empty or null.
"""

from longshort.report.markdown import markdown
from longshort.report.render import render

__all__ = ["markdown", "render"]
