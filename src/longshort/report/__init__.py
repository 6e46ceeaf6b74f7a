"""One offline page, Markdown and JSON from a plain dictionary."""
