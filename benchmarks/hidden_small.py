"""Print the rows: hidden 8 and 16, batch 32, against PyTorch."""

from row import ratio, row

if __name__ == "__main__":
    for hidden in (8, 16):
        row(f"hidden {hidden}, batch 32", "PyTorch", lambda found: ratio(found, "fp32"), job="canonical", hidden=hidden)
