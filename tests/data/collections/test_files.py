import gzip

import pytest

from longshort.data.collections.files import beside, find, read_bytes
from longshort.errors import DataError


def test_the_first_of_the_usual_names_is_found_and_a_file_is_itself(tmp_path):
    for name in ("b.tsv", "a.txt"):
        (tmp_path / name).write_text("x")
    assert find(tmp_path, ("c.*", "b.*", "a.*"), "texts").name == "b.tsv"
    assert find(tmp_path / "a.txt", ("b.*",), "texts").name == "a.txt"
    assert beside(tmp_path / "a.txt") == beside(tmp_path) == tmp_path


def test_a_folder_without_them_says_what_was_looked_for_and_what_lies_there(tmp_path):
    (tmp_path / "other.csv").write_text("x")
    with pytest.raises(DataError, match=r"no reviews: looked for 'imdb\*\.tsv'; it has 'other\.csv'"):
        find(tmp_path, ("imdb*.tsv",), "reviews")
    with pytest.raises(DataError, match=r"there is no folder or file .*nowhere"):
        find(tmp_path / "nowhere", ("imdb*.tsv",), "reviews")
    (tmp_path / "other.csv").unlink()
    with pytest.raises(DataError, match="it is empty"):
        find(tmp_path, ("imdb*.tsv",), "reviews")


def test_a_folder_of_the_right_name_is_no_file(tmp_path):
    (tmp_path / "imdb.tsv").mkdir()
    with pytest.raises(DataError, match=r"it has 'imdb\.tsv/'"):
        find(tmp_path, ("imdb*.tsv",), "reviews")


def test_gzipped_and_plain_read_alike(tmp_path):
    content = bytes(range(256)) * 10
    (tmp_path / "plain").write_bytes(content)
    (tmp_path / "zipped").write_bytes(gzip.compress(content))
    assert read_bytes(tmp_path / "plain") == read_bytes(tmp_path / "zipped") == content


def test_a_cut_or_spoilt_gzip_file_is_called_damaged(tmp_path):
    whole = gzip.compress(bytes(range(256)) * 100)
    (tmp_path / "cut.gz").write_bytes(whole[:-20])
    (tmp_path / "spoilt.gz").write_bytes(whole[:10] + b"\xff" * 30 + whole[40:])
    for name in ("cut.gz", "spoilt.gz"):
        with pytest.raises(DataError, match=f"'{name}' is a damaged gzip file"):
            read_bytes(tmp_path / name)


def test_a_small_file_that_unzips_to_something_huge_is_refused(tmp_path):
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(bytes(1_000_000)))
    assert len(read_bytes(tmp_path / "bomb.gz", limit=1_000_000)) == 1_000_000
    with pytest.raises(DataError, match="holds more than 999,999 bytes"):
        read_bytes(tmp_path / "bomb.gz", limit=999_999)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(DataError, match="cannot be read: no such file"):
        read_bytes(tmp_path / "nothing")
