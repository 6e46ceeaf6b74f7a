"""Print the row: canonical, float32, against what its operations take at this machine's own measured peak."""

from row import over_floor, row

if __name__ == "__main__":
    row("canonical, float32", "this machine's floor", over_floor, job="canonical")
