"""One file a page, in the order of their names; each has a `HEAD` and a `show()` that gives its blocks."""
