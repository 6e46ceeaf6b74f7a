import gzip

import numpy as np
import pytest

from longshort.data.collections.idx import read_digits, read_idx
from longshort.errors import DataError


def idx(array, kind=0x08):
    head = bytes([0, 0, kind, array.ndim]) + b"".join(size.to_bytes(4) for size in array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


IMAGES = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
LABELS = np.array([3, 1, 2, 9], dtype=np.uint8)


@pytest.fixture
def digits(tmp_path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(IMAGES))
    (tmp_path / "train-labels.idx1-ubyte.gz").write_bytes(gzip.compress(idx(LABELS)))
    return tmp_path


def test_images_and_labels_come_back_as_they_were(digits):
    for place in (digits, digits / "train-images-idx3-ubyte", str(digits)):
        images, labels = read_digits(place)
        np.testing.assert_array_equal(images, IMAGES)
        assert (labels.tolist(), labels.dtype) == ([3, 1, 2, 9], np.int64)


@pytest.mark.parametrize(
    ("kind", "type_"), [(0x08, "u1"), (0x09, "i1"), (0x0B, "i2"), (0x0C, "i4"), (0x0D, "f4"), (0x0E, "f8")]
)
def test_every_type_of_the_format_is_read_from_big_endian(tmp_path, kind, type_):
    array = np.array([[1, -2, 3]]).astype(type_)
    (tmp_path / "x").write_bytes(idx(array, kind))
    read = read_idx(tmp_path / "x")
    np.testing.assert_array_equal(read, array)
    assert read.dtype.isnative


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "begins with nothing"),
        (b"\x89PNG....", "begins with 89 50 4e 47"),
        (b"\0\0\x07\x01" + bytes(8), "00 00 07 01"),
        (b"\0\0\x08\x00" + bytes(8), "00 00 08 00"),
        (b"\0\0\x08\x03" + bytes(8), "ends within its header"),
        (idx(IMAGES)[:-1], "is truncated: its header says 4 × 2 × 3, 24 bytes, and 23 follow"),
        (idx(IMAGES) + b"x", "is too long"),
        (b"\0\0\x0e\x04" + b"\xff" * 16, "is truncated"),
    ],
)
def test_what_is_no_idx_file_or_not_a_whole_one_is_refused(tmp_path, data, said):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(DataError, match=said):
        read_idx(tmp_path / "x")


def test_labels_without_images_and_images_without_labels_are_said(digits):
    (digits / "train-images-idx3-ubyte").rename(digits / "elsewhere")
    with pytest.raises(DataError, match="holds no train images"):
        read_digits(digits)
    (digits / "elsewhere").rename(digits / "train-images-idx3-ubyte")
    (digits / "train-labels.idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match="holds no train labels"):
        read_digits(digits)
    with pytest.raises(DataError, match=r"holds no test images.*t10k-images-idx3-ubyte"):
        read_digits(digits, "test")


def test_images_and_labels_of_different_numbers_or_exchanged_are_refused(digits):
    (digits / "train-labels-idx1-ubyte").write_bytes(idx(LABELS[:3]))
    with pytest.raises(DataError, match="4 train images and 3 labels"):
        read_digits(digits)
    (digits / "train-labels-idx1-ubyte").write_bytes(idx(IMAGES))
    with pytest.raises(DataError, match="labels are uint8 of 1") as caught:
        read_digits(digits)
    assert "exchanged" in caught.value.hint


def test_images_of_floats_are_not_rounded_silently(digits):
    (digits / "train-images-idx3-ubyte").write_bytes(idx(IMAGES.astype(np.float32), 0x0D))
    with pytest.raises(DataError, match="holds float32 of 3 dimensions"):
        read_digits(digits)


def test_mnist_is_the_collection_that_everybody_knows(shared_data):
    images, labels = read_digits(shared_data / "mnist", "test")
    assert images.shape == (10_000, 28, 28)
    assert labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
