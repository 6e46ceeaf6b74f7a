"""Print the row: inference over 4,096 windows of 60 steps, float32 against float32 and best against best."""

from row import ratio, row

if __name__ == "__main__":
    row(
        "inference, batch 4,096 x 60; best",
        "PyTorch",
        lambda found: f"{ratio(found, 'fp32')}; {ratio(found, 'best')}",
        job="inference",
        batch=4096,
    )
