import numpy as np

from longshort.learn.pages import p06_recurrent as page


def test_a_step_by_hand_equals_the_kernel() -> None:
    assert page.furthest_apart() < 1e-12
    assert np.abs(page.by_kernel()).max() > 0.5


def test_a_recurrent_network_reads_any_length_with_the_same_weights() -> None:
    assert {page.parameters(days)[0] for days in (5, 60, 250)} == {50 * 1 + 50 * 50 + 50 + 51}
    assert page.parameters(250)[1] == 250 * 50 + 50 + 51


def test_the_patterns_shapes_are_the_librarys() -> None:
    assert page.shapes_of("many_to_one") == ("(32, 10, 6)", "(32, 2)")
    assert page.shapes_of("aligned") == ("(32, 6, 5)", "(32, 6, 5)")
