"""Print the rows: the whole `fit` of the same LSTM on the same series, against neuralforecast's and darts' own."""

from row import peers_python, ratio, row

if __name__ == "__main__":
    python = peers_python(__doc__)
    for peer in ("neuralforecast", "darts"):
        row(
            "whole `fit` of the same LSTM",
            f"{peer}'s own",
            lambda found: ratio(found, "best"),
            against=peer,
            python=python,
        )
