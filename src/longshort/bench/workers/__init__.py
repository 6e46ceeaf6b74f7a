"""One process for each engine: told to time one repeat, it does so and waits, so that engines take turns.

A worker may run in another environment, where longshort is not installed: apart from `ours` they import its bench room
alone, which needs numpy.
"""
