"""Print the row: one window of 60 steps, against PyTorch's best."""

from row import ratio, row

if __name__ == "__main__":
    row("one window of 60 steps", "PyTorch", lambda found: ratio(found, "best"), job="inference", batch=1)
