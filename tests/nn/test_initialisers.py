import numpy as np
import pytest

from longshort.errors import SettingsError
from longshort.nn.initialisers import INITIALISERS, draw
from longshort.seeding import generator


def drawn(name, scale=1.0, shape=(300, 500), fans=None):
    return draw(name, scale, generator(1, "weights"), shape, *(fans or (shape[1], shape[0])))


def test_each_initialiser_has_the_deviation_that_it_promises():
    cut = 0.8796  # of a normal that is cut at two deviations
    fan = np.sqrt(2 / 800)
    promised = {"normal": 0.3, "truncated_normal": 0.3 * cut, "xavier": 0.3 * fan, "variance_scaling": 0.3 * fan}
    for name, deviation in promised.items():
        values = drawn(name, 0.3)
        assert values.shape == (300, 500)
        assert values.std() == pytest.approx(deviation, rel=0.01)
        assert abs(values.mean()) < 0.01 * deviation + 1e-3


def test_the_limits_are_those_of_the_definitions():
    assert np.abs(drawn("truncated_normal", 0.3)).max() == pytest.approx(0.6, rel=1e-3)
    assert np.abs(drawn("normal", 0.3)).max() > 0.9
    assert np.abs(drawn("xavier")).max() == pytest.approx(np.sqrt(6 / 800), rel=1e-3)
    assert np.abs(drawn("variance_scaling")).max() == pytest.approx(2 * np.sqrt(2 / 800) / 0.8796, rel=1e-3)
    assert set(drawn("constant", 0.3).ravel()) == {0.3}


@pytest.mark.parametrize(
    ("shape", "fans", "blocks"),
    [((5, 8), (8, 5), 1), ((8, 5), (5, 8), 1), ((24, 6), (6, 6), 4), ((7, 2, 3, 3), (18, 63), 1)],
)
def test_orthogonal_blocks_are_orthonormal_along_their_shorter_side(shape, fans, blocks):
    for block in np.split(drawn("orthogonal", 2.0, shape, fans).reshape(shape[0], -1), blocks):
        rows, columns = block.shape
        product = block @ block.T if rows <= columns else block.T @ block
        np.testing.assert_allclose(product, 4.0 * np.eye(min(rows, columns)), atol=1e-12)


def test_every_initialiser_is_the_generators_alone():
    for name in INITIALISERS:
        np.testing.assert_array_equal(drawn(name), drawn(name))


def test_an_unknown_initialiser_is_refused_with_the_nearest():
    with pytest.raises(SettingsError, match="'xaver'") as caught:
        drawn("xaver")
    assert "'xavier'" in caught.value.hint
