import numpy as np
import pytest

from longshort.data.collections.ts import read_archive, read_ts
from longshort.errors import DataError

ONE = """#A comment
@problemName Tiny
@timeStamps false
@missing false
@univariate true
@equalLength true
@seriesLength 3
@classLabel true up down
@data
1,2,3:up
3.5,2,1e-3:down
"""
MANY = """@problemName Wide
@timeStamps false
@univariate false
@dimensions 2
@equalLength false
@classLabel true a b
@data
1,2,3:4,5,6:a

7:8:b
"""


def written(folder, text, name="X_TRAIN.ts"):
    (folder / name).write_text(text)
    return folder / name


def test_one_dimension_is_read_with_labels_as_they_stand(tmp_path):
    series, labels = read_ts(written(tmp_path, ONE))
    assert labels.tolist() == ["up", "down"]
    np.testing.assert_allclose(series.padded()[0][:, :, 0], [[1, 2, 3], [3.5, 2, 0.001]])


def test_dimensions_become_features_and_lengths_may_differ(tmp_path):
    series, labels = read_ts(written(tmp_path, MANY))
    assert [one.tolist() for one in series] == [[[1, 4], [2, 5], [3, 6]], [[7, 8]]]
    assert labels.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("@problemName Tiny", "@problmName Tiny", r"line 2: '@problmName' is unknown.\n.*'@problemName'"),
        ("@data\n", "", r"line 9: '1,2,3:up' stands in the header"),
        ("@timeStamps false", "@timeStamps true", "time stamps"),
        ("@timeStamps false", "@timeStamps perhaps", "@timestamps is 'perhaps'"),
        ("@seriesLength 3", "@seriesLength three", "@serieslength is 'three'"),
        ("@seriesLength 3", "@seriesLength 4", r"line 10: 3 values where the header says @seriesLength 4"),
        ("@classLabel true up down", "@classLabel false", "no labels"),
        ("@classLabel true up down", "@classLabel true up", r"line 11: label 'down' is none of 'up'"),
        ("1,2,3:up", "1,?,3:up", r"line 10: a value is missing, place 2"),
        ("1,2,3:up", "1,2,:up", r"line 10: a value is missing, place 3"),
        ("1,2,3:up", "1,2,x:up", r"line 10: 'x' is no number, place 3"),
        ("1,2,3:up", "1,2,nan:up", r"line 10: 'nan' is not finite, place 3"),
        ("1,2,3:up", "1,2,3:4,5,6:up", r"line 10: 2 dimensions where the header says 1"),
        (":down", "", r"line 11: the line ends without a label"),
        ("1,2,3:up\n3.5,2,1e-3:down\n", "", "no cases"),
    ],
)
def test_each_fault_is_named_with_its_line(tmp_path, old, new, said):
    assert old in ONE
    with pytest.raises(DataError, match=said):
        read_ts(written(tmp_path, ONE.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("@dimensions 2", "@dimensions 0", "@dimensions is '0'"),
        ("1,2,3:4,5,6:a", "1,2,3:4,5:a", r"line 8: dimensions of different lengths, 2 and 3"),
        ("7:8:b", "7:b", r"line 10: 1 dimensions where the header says 2"),
    ],
)
def test_faults_of_many_dimensions_are_named(tmp_path, old, new, said):
    with pytest.raises(DataError, match=said):
        read_ts(written(tmp_path, MANY.replace(old, new)))


def test_a_header_cut_short_is_said(tmp_path):
    with pytest.raises(DataError, match="no line '@data'"):
        read_ts(written(tmp_path, ONE[:60]))


def test_both_parts_are_found_by_folder_name_and_file(tmp_path):
    folder = tmp_path / "Tiny"
    folder.mkdir()
    written(folder, ONE, "Tiny_TRAIN.ts")
    written(folder, ONE.replace("1,2,3:up", "9,9,9:up"), "Tiny_TEST.ts")
    for place, name in [(tmp_path, "Tiny"), (folder, "Tiny"), (folder, ""), (folder / "Tiny_TRAIN.ts", "")]:
        (train, _), (test, _) = read_archive(place, name)
        assert (train.values[0, 0], test.values[0, 0]) == (1, 9)


def test_parts_of_different_problems_are_refused(tmp_path):
    written(tmp_path, ONE)
    with pytest.raises(DataError, match=r"looked for '\*_TEST\.ts'"):
        read_archive(tmp_path)
    written(tmp_path, MANY, "X_TEST.ts")
    with pytest.raises(DataError, match="training part has 1 dimensions and the test part 2"):
        read_archive(tmp_path)


@pytest.mark.parametrize(
    ("name", "cases", "features", "lengths", "classes"),
    [
        ("GunPoint", (50, 150), 1, (150, 150), 2),
        ("ItalyPowerDemand", (67, 1029), 1, (24, 24), 2),
        ("JapaneseVowels", (270, 370), 12, (7, 29), 9),
    ],
)
def test_the_archives_problems_have_their_published_sizes(shared_data, name, cases, features, lengths, classes):
    parts = read_archive(shared_data / "ucr", name)
    assert tuple(len(series) for series, _ in parts) == cases
    assert {series.features for series, _ in parts} == {features}
    assert (min(s.lengths.min() for s, _ in parts), max(s.lengths.max() for s, _ in parts)) == lengths
    assert all(len(set(labels)) == classes for _, labels in parts)
