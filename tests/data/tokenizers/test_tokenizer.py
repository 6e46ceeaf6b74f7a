"""Tokenizers: texts come back, order and size of vocabularies, what is refused."""

import json
from unicodedata import normalize

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longshort.data.tokenizers import KINDS, PADDING, UNKNOWN, fit, from_dict
from longshort.errors import DataError, RunFolderError, SettingsError

KOREAN = ["곰 세마리가 한 집에 있어", "아빠곰 엄마곰 애기곰", "", "아빠곰은 뚱뚱해 ㅋㅋ", "한 집에 있어!"]
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0▁")
TEXTS = st.lists(st.text(st.one_of(st.sampled_from("가곰각ㅋa bB.\n "), LETTERS), max_size=12), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def tokenizers():
    return {kind: fit(KOREAN, kind, 400 if kind == "subwords" else None) for kind in KINDS}


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_pieces_give_back_any_text_also_of_characters_never_seen(texts):
    tokenizer = fit(KOREAN, "subwords", 300)
    for text, tokens in zip(texts, tokenizer.encode(texts), strict=True):
        if text:
            assert tokenizer.decode(tokens) == text


@settings(max_examples=60, deadline=None)
@given(TEXTS.filter(lambda texts: any(texts)))
def test_characters_and_jamo_give_back_the_texts_that_they_were_learned_from(texts):
    for kind, form in (("characters", str), ("jamo", lambda text: normalize("NFC", text))):
        tokenizer = fit(texts, kind)
        held = tokenizer.encode(texts)
        assert len(held) == len(texts)
        for text, tokens in zip(texts, held, strict=True):
            if text:
                assert tokenizer.decode(tokens) == form(text)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_words_that_were_decoded_encode_to_the_same_tokens(texts):
    tokenizer = fit(KOREAN, "words")
    for tokens in tokenizer.encode(texts):
        if UNKNOWN not in tokens:
            assert tokenizer.encode([tokenizer.decode(tokens)])[0].tolist() == tokens.tolist()


@pytest.mark.parametrize("kind", ["characters", "subwords"])
def test_spaces_stay_where_they_were(tokenizers, kind):
    for text in ("  한  집 ", " ", "한 ", " 집"):
        assert tokenizers[kind].decode(tokenizers[kind].encode([text])[0]) == text


@pytest.mark.parametrize("kind", KINDS)
def test_the_unknown_token_shows_as_unicodes_replacement(tokenizers, kind):
    assert tokenizers[kind].decode([UNKNOWN]) == "�"


def test_words_are_cut_at_spaces_and_signs_and_capitals_do_not_count():
    tokenizer = fit(["The bear, the BEAR."], "words")
    assert tokenizer.vocabulary[2:] == ("bear", "the", ",", ".")
    assert tokenizer.decode(tokenizer.encode(["the Bear ran"])[0]) == "the bear �"


def test_jamo_share_letters_that_syllables_do_not(tokenizers):
    assert tokenizers["characters"].encode(["감"])[0].tolist() == [UNKNOWN]
    pulled = tokenizers["jamo"].encode(["감"])[0]
    assert len(pulled) == 3
    assert UNKNOWN not in pulled
    assert tokenizers["jamo"].decode(pulled) == "감"


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_document_stays_as_one_unknown_token(tokenizers, kind):
    held = tokenizers[kind].encode(["", "한 집에", ""])
    assert len(held) == 3
    assert [held[0].tolist(), held[2].tolist()] == [[UNKNOWN]] * 2
    assert tokenizers[kind].decode(held[1]) == "한 집에"


@pytest.mark.parametrize("kind", KINDS)
def test_padding_says_nothing(tokenizers, kind):
    batch, _ = tokenizers[kind].encode(["한 집에", "있어 곰 세마리가 아빠곰"]).padded()
    assert batch[0, -1] == PADDING
    assert tokenizers[kind].decode(batch[0]) == "한 집에"
    assert tokenizers[kind].decode([PADDING]) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_down_reads_back_equal(tokenizers, kind):
    tokenizer = tokenizers[kind]
    again = from_dict(json.loads(json.dumps(tokenizer.to_dict())))
    assert again == tokenizer
    np.testing.assert_array_equal(again.encode(KOREAN).values, tokenizer.encode(KOREAN).values)


def test_the_same_texts_give_the_same_pieces_and_others_give_others(tokenizers):
    assert fit(KOREAN, "subwords", 400) == tokenizers["subwords"]
    assert fit(KOREAN[:2], "subwords", 300) != fit(KOREAN, "subwords", 300)


def test_the_vocabulary_holds_the_most_frequent_and_ties_stand_in_order():
    tokenizer = fit(["c b a b"], "words", 4)
    assert tokenizer.vocabulary == ("", "�", "b", "a")
    assert tokenizer.size == 4
    assert tokenizer.encode(["a b c"])[0].tolist() == [3, 2, UNKNOWN]


def test_a_short_text_has_fewer_pieces_than_are_allowed():
    assert 256 < fit(KOREAN, "subwords").size < 400


def test_a_long_document_counts_like_a_short_one():
    long = fit(["가나다 " * 5000], "subwords", 300)
    assert "▁가나다" in long.vocabulary


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ("text", "one text was given"),
        ([], "there are no texts"),
        (["a", None], "a text is of type NoneType"),
        (["a", "b\nc\0"], r"text 1 holds a NUL \(U\+0000\) in line 2, character 2"),
        (["\ud800"], r"text 0 holds a lone surrogate"),
    ],
)
def test_what_are_no_texts_is_refused_when_learning_and_when_encoding(tokenizers, kind, texts, said):
    for use in (lambda: fit(texts, kind), lambda: tokenizers[kind].encode(texts)):
        with pytest.raises(DataError, match=said):
            use()


@pytest.mark.parametrize("kind", KINDS)
def test_texts_in_which_nothing_stands_have_no_vocabulary(kind):
    with pytest.raises(DataError, match=r"texts hold no|texts are empty"):
        fit(["", ""], kind)


def test_an_unknown_kind_a_size_too_small_and_a_token_out_of_range_are_said(tokenizers):
    with pytest.raises(SettingsError, match="Did you mean 'words'"):
        fit(KOREAN, "word")
    with pytest.raises(SettingsError, match="a vocabulary of 2 holds nothing"):
        fit(KOREAN, "words", 2)
    with pytest.raises(SettingsError, match=r"a vocabulary of 100 pieces.*\n.*Make it 2\d\d or more"):
        fit(KOREAN, "subwords", 100)
    for token in (-1, 10_000):
        with pytest.raises(DataError, match=f"there is no token {token}"):
            tokenizers["words"].decode([0, token])


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {"kind": "words"},
        {"kind": "word", "vocabulary": ["", "�", "a"]},
        {"kind": "words", "vocabulary": ["a", "b", "c"]},
        {"kind": "words", "vocabulary": ["", "�", "a", "a"]},
        {"kind": "words", "vocabulary": ["", "�", 3]},
        {"kind": "characters", "vocabulary": ["", "�", "ab"]},
        {"kind": "subwords", "model": "????"},
        {"kind": "subwords", "model": "YWJj"},
        {"kind": "subwords", "model": ""},
    ],
)
def test_a_damaged_tokenizer_is_refused(said):
    with pytest.raises(RunFolderError, match="the tokenizer is damaged"):
        from_dict(said)
