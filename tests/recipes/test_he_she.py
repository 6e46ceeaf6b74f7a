import polars as pl

from longshort.recipes.he_she import Settings, verdict
from longshort.recipes.running import run


def test_made_up_passages_are_read_by_each_cell_at_each_distance():
    found = run("he-she", synthetic=True)
    table = found.details["memory"]
    assert table.select("N", "cell").rows() == [(5, "rnn"), (5, "lstm"), (10, "rnn"), (10, "lstm")]
    assert table.filter(pl.col("cell") == "lstm")["accuracy"].min() >= 0.99
    own = found.scores.filter((pl.col("model") == "lstm") & (pl.col("unique_id") == "N = 10"))
    assert own["metric"].to_list() == ["accuracy"]
    assert found.synthetic
    assert found.training_shape == (400, 11)


def test_the_verdict_names_the_longest_distance_that_each_cell_bridges():
    table = pl.DataFrame({"N": [10, 10, 50, 50], "cell": ["rnn", "lstm"] * 2, "accuracy": [0.98, 1.0, 0.5, 0.99]})
    said = verdict(table, Settings(fillers=(10, 50)))
    assert said.endswith("rnn not even after 10 words, lstm after 50 words.")
