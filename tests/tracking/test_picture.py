import cv2
import numpy as np
import pytest

from app.tracking.picture import Picture
from tests.support.painted import texture


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(320, 240, (240, 320)), (640, 360, (360, 640)), (1280, 720, (360, 640)), (900, 7, (5, 640))],
)
def test_grey_is_at_most_640_pixels_wide_and_keeps_the_shape(width, height, expected):
    picture = Picture(np.zeros((height, width, 3), np.uint8))
    assert picture.gray.shape == expected
    assert picture.scale == pytest.approx(expected[1] / width)
    assert (picture.width, picture.height) == (width, height)


def test_grey_from_the_decoder_is_used_and_the_colours_are_not_touched():
    def convert():
        raise AssertionError("nobody asked for colours")

    luma = texture(1, width=1280, height=720)[:, :, 0]
    picture = Picture(convert, luma=luma)
    assert (picture.width, picture.height) == (1280, 720)
    assert picture.gray.shape == (360, 640)
    assert picture.scale == 0.5


def test_colours_are_converted_once_when_they_are_asked_for():
    image_bgr = texture(1, width=32, height=24)
    calls = []
    picture = Picture(lambda: calls.append(1) or image_bgr, luma=image_bgr[:, :, 0])
    assert calls == []
    assert picture.image_bgr is picture.image_bgr is image_bgr
    assert calls == [1]


@pytest.mark.parametrize("width", [320, 900, 1280])
def test_grey_from_colours_looks_like_grey_from_the_decoder(width):
    image_bgr = texture(2, width=width, height=width // 2)
    from_colours = Picture(image_bgr).gray
    from_luma = Picture(image_bgr, luma=cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY)).gray
    assert np.abs(from_colours.astype(int) - from_luma).max() <= 2
