import gzip

import pytest

from longshort.data.collections.reviews import read_imdb, read_nsmc, read_reviews
from longshort.errors import DataError

NSMC = 'id\tdocument\tlabel\n1\t"아 더빙.. 진짜 짜증나네요\t0\n2\t\t1\n3\t재미있다""\u2028 ㅋ\t1\n'
IMDB = 'split\tlabel\tid\trating\ttext\ntrain\t0\t7\t2\tBad.\ntest\t1\t8\t9\tGood, "so" good.\ntrain\t1\t9\t8\tFine.\n'


@pytest.fixture
def nsmc(tmp_path):
    (tmp_path / "ratings_train.txt").write_text(NSMC, encoding="utf-8")
    (tmp_path / "ratings_test_rebuilt.txt.gz").write_bytes(gzip.compress(NSMC.encode()))
    return tmp_path


def test_quotes_are_characters_and_an_empty_document_is_kept_and_counted(nsmc):
    train, test = read_nsmc(nsmc)
    assert train.texts == ('"아 더빙.. 진짜 짜증나네요', "", '재미있다""\u2028 ㅋ') == test.texts
    assert train.labels.tolist() == [0, 1, 1]
    assert (len(train), train.empty) == (3, 1)


def test_the_split_of_the_one_table_is_kept_apart(tmp_path):
    (tmp_path / "imdb.tsv").write_text(IMDB)
    train, test = read_imdb(tmp_path)
    assert (train.texts, train.labels.tolist()) == (("Bad.", "Fine."), [0, 1])
    assert (test.texts, test.labels.tolist()) == (('Good, "so" good.',), [1])


def test_whichever_lies_there_is_read_from_folder_or_file(nsmc, tmp_path_factory):
    other = tmp_path_factory.mktemp("imdb")
    (other / "imdb_50k.tsv.gz").write_bytes(gzip.compress(IMDB.encode()))
    assert read_reviews(nsmc)[0] == read_reviews(nsmc / "ratings_train.txt")[0] == "nsmc"
    assert read_reviews(other)[0] == read_reviews(other / "imdb_50k.tsv.gz")[0] == "imdb"
    assert [len(part) for part in read_reviews(other)[1:]] == [2, 1]


def test_one_file_is_never_both_training_and_test(nsmc):
    (nsmc / "ratings_test_rebuilt.txt.gz").unlink()
    with pytest.raises(DataError, match=r"no test reviews: looked for 'ratings_test\*\.txt'"):
        read_nsmc(nsmc / "ratings_train.txt")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\t1\n3", "\n3", r"'ratings_train\.txt', line 3: 2 cells where the header has 3"),
        ("2\t\t1", "2\t\tgood", "line 3: label 'good' is neither 0 nor 1"),
        ("document", "review", r"no column 'document'"),
        (NSMC[NSMC.index("\n") + 1 :], "", "has a header and no reviews"),
    ],
)
def test_a_line_that_is_none_is_named(nsmc, old, new, said):
    assert old in NSMC
    (nsmc / "ratings_train.txt").write_text(NSMC.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=said):
        read_nsmc(nsmc)


def test_labels_without_text_are_refused(nsmc):
    (nsmc / "ratings_train.txt").write_text("id\tlabel\n1\t0\n")
    with pytest.raises(DataError, match="no column 'document'"):
        read_nsmc(nsmc)


def test_a_split_that_is_unknown_or_missing_is_said(tmp_path):
    (tmp_path / "imdb.tsv").write_text(IMDB.replace("test\t1", "valid\t1"))
    with pytest.raises(DataError, match="line 3: split 'valid' is neither"):
        read_imdb(tmp_path)
    (tmp_path / "imdb.tsv").write_text(IMDB.replace("test\t1", "train\t1"))
    with pytest.raises(DataError, match="no reviews for one part"):
        read_imdb(tmp_path)


def test_a_folder_with_neither_names_both(tmp_path):
    with pytest.raises(DataError, match=r"'imdb\*\.tsv', 'imdb\*\.tsv\.gz', 'ratings_test\*\.txt'"):
        read_reviews(tmp_path)


def test_the_korean_test_has_its_official_size_and_three_empty_documents(shared_data):
    train, test = read_nsmc(shared_data / "nsmc")
    assert (len(train), len(test), train.empty, test.empty) == (150_000, 50_000, 0, 3)
    assert int(test.labels.sum()) == 25_173
