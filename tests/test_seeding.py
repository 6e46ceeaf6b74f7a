from hypothesis import given
from hypothesis import strategies as st

from longshort.seeding import generator

KEYS = st.lists(st.integers() | st.text(st.characters(codec="ascii", categories=["L", "N"])), min_size=1, max_size=4)


@given(KEYS)
def test_the_same_key_gives_the_same_numbers_whatever_was_drawn_before(key):
    first = generator(*key).random(3).tolist()
    generator("something", "else").random(5)
    assert generator(*key).random(3).tolist() == first


@given(KEYS, KEYS)
def test_different_keys_give_different_numbers(one, other):
    if list(map(str, one)) != list(map(str, other)):
        assert generator(*one).random() != generator(*other).random()


def test_parts_of_a_key_do_not_run_together():
    assert generator(1, 23).random() != generator(12, 3).random()
    assert generator("a", "b").random() != generator("ab").random()


def test_the_numbers_are_the_same_on_every_machine_and_in_every_release():
    assert generator(0, "chunks", 7).bit_generator.random_raw(2).tolist() == [6251121255720731316, 2424068549916201768]
