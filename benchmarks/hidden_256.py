"""Print the row: hidden 256, batch 32, best of ours against PyTorch's best."""

from row import ratio, row

if __name__ == "__main__":
    row("hidden 256, batch 32, best", "PyTorch", lambda found: ratio(found, "best"), job="large", hidden=256)
