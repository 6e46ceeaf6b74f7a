"""Print the row: canonical, our best precision against PyTorch's best of float32 and bf16 at any number of threads."""

from row import ratio, row

if __name__ == "__main__":
    row("canonical, best", "PyTorch, best of float32 and bf16", lambda found: ratio(found, "best"), job="canonical")
