import pytest

from longshort.errors import SettingsError
from longshort.recipes.patterns import Settings, patterns
from longshort.recipes.running import run


def test_all_five_patterns_run_show_their_shapes_and_refuse_another_by_name():
    found = run("patterns", changes={"sequences": 60, "tested": 20, "training.epochs": 6})
    assert found.details["patterns"].select("pattern", "X", "y", "answers").rows() == [
        ("one to one", "(60, 1, 1)", "(60,)", "(20,)"),
        ("one to many", "(160,)", "", "(8, 7)"),
        ("many to one", "(60, 6, 1)", "(60,)", "(20,)"),
        ("aligned", "(60, 6, 1)", "(60, 6)", "(20, 6)"),
        ("many to many", "(60, 6)", "(60, 12)", "(20, 12)"),
    ]
    refused = dict(line.split(": ", 1) for line in found.samples[2]["lines"])
    assert "The axes of time and samples seem exchanged. Pass X.transpose(1, 0, 2)" in refused["SequenceRegressor"]
    assert refused["SequenceModel"].startswith("the text has 1 tokens")
    assert refused["SequenceClassifier"].startswith("X has 60 sequences and y 1 targets")
    assert refused["SequenceLabeller"].startswith("sequence 0 has 6 time steps and 5 labels.")
    assert refused["SequenceTranslator"].startswith("X has 60 texts and y 59 targets.")


def test_what_each_pattern_asks_has_the_answer_that_it_names():
    made = {pattern.name: pattern for pattern in patterns(Settings(sequences=50, tested=10))}
    asked, truth = made["many to one"].asked[:, :, 0], made["many to one"].truth
    assert [int(row[-1] > row[0]) for row in asked] == truth
    asked, truth = made["aligned"].asked[:, :, 0], made["aligned"].truth
    assert [[int(a < b) for a, b in zip([-1, *row], row, strict=False)] for row in asked.tolist()] == truth
    digits, missing = made["one to one"].asked[:, 0, 0], made["one to one"].truth
    assert (digits + missing == 9).all()
    assert made["one to many"].truth[:2] == ["bcdefgh", "cdefgha"]
    for text, answer in zip(made["many to many"].X, made["many to many"].y, strict=True):
        assert answer[::2] == answer[1::2] == text


def test_impossible_settings_are_refused_before_anything_is_learnt():
    with pytest.raises(SettingsError, match="steps=1 leaves nothing to compare"):
        run("patterns", changes={"steps": 1})
