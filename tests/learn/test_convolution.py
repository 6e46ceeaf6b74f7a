import numpy as np
import pytest
import torch
from scipy.signal import convolve2d
from torch.nn import functional

from longshort.learn.convolution import convolve, cross_correlate, map_size, max_pool
from longshort.learn.pages import p05_convolution as page
from longshort.seeding import generator


def test_the_first_picture_gives_the_checked_map() -> None:
    assert cross_correlate(page.FIRST, page.FIRST_KERNEL).tolist() == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


def test_the_second_picture_gives_the_checked_map() -> None:
    found = cross_correlate(page.SECOND, page.SECOND_KERNEL, stride=2, padding=1)
    assert found.tolist() == [[1, 5, 6], [7, 8, 3], [3, 10, 4]]


def test_the_slides_answer_is_the_corner_of_the_map_of_stride_one() -> None:
    whole = cross_correlate(page.SECOND, page.SECOND_KERNEL, stride=1, padding=1)
    assert whole[:3, :3].tolist() == page.PRINTED.tolist() == [[1, 6, 5], [7, 10, 9], [7, 10, 8]]


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_by_hand_is_pytorchs_convolution(stride: int, padding: int) -> None:
    rng = generator(0, "image")
    image, kernel = rng.normal(size=(9, 7)), rng.normal(size=(3, 3))
    ours = cross_correlate(image, kernel, stride, padding)
    tensors = (torch.from_numpy(each)[None, None] for each in (image, kernel))
    theirs = functional.conv2d(*tensors, stride=stride, padding=padding)[0, 0].numpy()
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    assert ours.shape == (map_size(9, 3, stride, padding), map_size(7, 3, stride, padding))


def test_true_convolution_turns_the_kernel() -> None:
    theirs = convolve2d(page.SECOND, page.SECOND_KERNEL, mode="valid")
    assert convolve(page.SECOND, page.SECOND_KERNEL).tolist() == theirs.tolist()
    assert (
        convolve(page.SECOND, page.SECOND_KERNEL).tolist() != cross_correlate(page.SECOND, page.SECOND_KERNEL).tolist()
    )


@pytest.mark.parametrize("size", [1, 3, 5])
def test_padding_by_half_the_kernel_keeps_the_size(size: int) -> None:
    assert cross_correlate(np.ones((8, 6)), np.ones((size, size)), padding=(size - 1) // 2).shape == (8, 6)


def test_max_pool_keeps_the_largest_of_each_block() -> None:
    image = generator(0, "pool").normal(size=(7, 8))
    theirs = functional.max_pool2d(torch.from_numpy(image)[None, None], 2)[0, 0].numpy()
    assert max_pool(image).tolist() == theirs.tolist()


def test_the_area_that_both_functions_share_is_the_integral() -> None:
    shifts, area = page.shared_area()
    # the box reaches from -0.5 to 0.5, the ramp 1 - s / 1.5 from 0 to 1.5: what they share at 0 and 0.5 by hand
    assert np.interp(0.0, shifts, area) == pytest.approx(0.5 - 0.125 / 1.5, abs=1e-4)
    assert np.interp(0.5, shifts, area) == pytest.approx(1.0 - 0.5 / 1.5, abs=1e-4)
    assert np.interp(2.5, shifts, area) == pytest.approx(0.0, abs=1e-4)
