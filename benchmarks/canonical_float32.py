"""Print the row: canonical, float32, through `Recipe.fit`, against PyTorch's best float32 at the same threads."""

from row import ratio, row

if __name__ == "__main__":
    row("canonical, float32", "PyTorch `nn.LSTM`, best", lambda found: ratio(found, "fp32"), job="canonical")
