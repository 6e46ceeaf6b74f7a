"""The recipes on letters, words, notes, plays and reviews: each does what its page promises, on small budgets."""

import polars as pl
import pytest

from longshort.data.collections.notes import parse_tune
from longshort.errors import DataError, SettingsError
from longshort.language import say
from longshort.recipes.next_note import TUNE, most
from longshort.recipes.running import run
from longshort.recipes.sentence import SENTENCE, entropy
from longshort.recipes.sentiment import shortened
from longshort.recipes.shared.spelling import one_hot_windows


def score(found, model, metric):
    return found.scores.filter((pl.col("model") == model) & (pl.col("metric") == metric))["value"].item()


def test_hihello_has_one_window_of_six_letters_of_five_numbers_and_all_six_are_right():
    found = run("hihello")
    assert found.training_shape == (1, 6, 5)
    assert score(found, "rnn", "accuracy") == 1
    assert found.samples[0]["lines"][-1] == "step 10: hihell → ihello"
    assert found.verdict.startswith("'hihell' reads as 'ihello' from step ")
    assert found.verdict.endswith("6 of 6 letters right; too few to speak of skill.")
    assert say(found.verdict, "ko").endswith("글자 6개 중 6개가 맞습니다. 예측력을 말하기에는 너무 적습니다.")


def test_the_sentence_has_180_letters_170_windows_and_leaves_0_2115_nats_open():
    windows, truth = one_hot_windows(SENTENCE, 10)
    assert (len(SENTENCE), windows.shape[:2], truth.shape) == (180, (170, 10), (170, 10))
    assert entropy(truth, windows) == pytest.approx(0.2115, abs=1e-4)


def test_a_short_sentence_is_read_back_and_one_shorter_than_its_window_is_refused():
    changes = {"sentence": "a quick brown fox", "length": 4, "model.num_layers": 1, "training.epochs": 60}
    assert run("sentence", changes=changes).verdict.startswith("It reads back whole")
    with pytest.raises(DataError, match="the sentence has 4 letters"):
        run("sentence", changes={"sentence": "four", "length": 4})


def test_each_line_goes_on_as_it_was_learnt():
    found = run("next-word", changes={"seeds": 1})
    assert [sample["predicted"] for sample in found.samples] == ["애기곰", "불황", "미", "레 레 레"]
    assert score(found, "lstm", "accuracy") == 1


def test_a_line_that_asks_for_nothing_is_refused_before_anything_is_learnt():
    for line in ("one two", "one | ", "| two"):
        with pytest.raises(SettingsError, match="asks for nothing"):
            run("next-word", changes={"lines": [line]})


def test_the_tune_has_54_notes_50_windows_and_46_that_a_window_can_know():
    notes = parse_tune(TUNE)
    assert (len(notes), len(notes) - 4, most(notes, 4)) == (54, 50, 46)


def test_the_state_carried_through_the_tune_knows_what_windows_cannot():
    found = run("next-note")
    assert score(found, "carried", "accuracy") == 1
    assert score(found, "reset", "accuracy") <= 0.92
    assert found.samples[0]["predicted"] == found.samples[0]["truth"]
    with pytest.raises(SettingsError, match="window=54 leaves no note"):
        run("next-note", changes={"window": 54})


def test_the_character_model_learns_made_up_lines_and_writes():
    found = run("shakespeare", synthetic=True, quick=True)
    assert found.synthetic
    assert score(found, "lstm", "cross_entropy") < 0.8 * score(found, "unigram", "cross_entropy")
    assert [len(sample["text"]) for sample in found.samples] == [100] * 3


def test_a_text_too_short_to_test_on_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("short")
    with pytest.raises(DataError, match="the text has 5 characters"):
        run("shakespeare", data=[tmp_path / "a.txt"])


def test_made_up_reviews_in_two_languages_are_told_apart():
    found = run("sentiment", synthetic=True, quick=True)
    assert score(found, "gru", "accuracy") > 0.9
    assert score(found, "majority", "accuracy") < 0.6


def test_an_empty_review_is_kept_and_counted(tmp_path):
    rows = "id\tdocument\tlabel\n" + "".join(
        f"{i}\t{'최고 재미' if i % 2 else '최악 실망'}\t{i % 2}\n" for i in range(60)
    )
    (tmp_path / "ratings_train.txt").write_text(rows, encoding="utf-8")
    (tmp_path / "ratings_test.txt").write_text(rows + "60\t\t1\n", encoding="utf-8")
    changes = {"model.hidden_size": 4, "model.vocabulary": 300, "training.epochs": 1}
    found = run("sentiment", data=[tmp_path], changes=changes)
    assert found.info["notes"] == ["1 review holds no text; nothing was left out."]
    assert len(found.predictions) == 61


def test_a_long_review_keeps_its_beginning_and_its_end():
    assert shortened("a b c d e f g", 5) == "a b c f g"
    assert shortened("a b c", 5) == "a b c"
