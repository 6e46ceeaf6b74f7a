"""Print the row: the demo's 8 folds x 5 seeds, against one fit of 5 seeds on the last fold."""

from row import row, times

if __name__ == "__main__":
    row(
        "8 folds x 5 seeds, demo",
        "one fit of 5 seeds",
        lambda found: times(found["own"][0]["times"], "its time"),
        job="folds",
    )
