import gzip

import pytest

from longshort.data.collections.text import checked, read_text
from longshort.errors import DataError


@pytest.mark.parametrize(
    "data",
    ["가나\n다".encode(), "\ufeff가나\r\n다".encode(), gzip.compress("가나\r다".encode(), mtime=0)],
    ids=["plain", "marked", "zipped"],
)
def test_text_is_read_whatever_its_line_ends_mark_and_packing(tmp_path, data):
    (tmp_path / "a.txt").write_bytes(data)
    assert read_text(tmp_path / "a.txt") == "가나\n다"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        ("날짜\n종가".encode("cp949"), r"not UTF-8: line 1 holds the byte 0xb3, at 0"),
        (b"one\ntwo\xff", r"line 2 holds the byte 0xff, at 7"),
        (b"one\n\xed\xa0\x80", r"not UTF-8: line 2"),
        (b"one\nt\0wo", r"'a\.txt' holds a NUL \(U\+0000\) in line 2, character 2"),
    ],
)
def test_what_is_no_text_is_refused_by_line_and_place(tmp_path, data, said):
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(DataError, match=said):
        read_text(tmp_path / "a.txt")


def test_a_folder_is_no_text(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        read_text(tmp_path)


def test_a_lone_surrogate_is_refused_and_a_pair_of_planes_is_text():
    assert checked("a😀\nb") == "a😀\nb"
    with pytest.raises(DataError, match=r"review 7 holds a lone surrogate \(U\+D83D\) in line 2, character 3"):
        checked("one\nab\ud83d", "review 7")


def test_the_plays_have_their_published_length(shared_data):
    text = read_text(shared_data / "text" / "tinyshakespeare_input.txt")
    assert (len(text), len(set(text))) == (1_115_394, 65)
