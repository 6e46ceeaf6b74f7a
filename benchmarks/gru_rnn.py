"""Print the rows: GRU and RNN canonical, against PyTorch's own."""

from row import ratio, row

if __name__ == "__main__":
    for cell in ("gru", "rnn"):
        row(
            f"{cell.upper()}, canonical",
            "PyTorch's own",
            lambda found: ratio(found, "fp32"),
            job="canonical",
            cell=cell,
        )
