"""Measure longshort beside others on the same machine, in the same minutes, on equal work."""
