"""The class of a picture from its folder or name."""

import pytest

from app.assist.picture_class import class_of_picture

CLASSES = {1: "d1", 2: "d2", 7: "Thumb"}


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("hallway/c2_e13.jpg", "d2"),
        ("c7_e1.png", "Thumb"),
        ("c3_e1.png", None),  # the project has no class 3
        ("c2_e1 copy.png", None),
        ("trip/THUMB/x.jpg", "Thumb"),
        ("d1/d2/x.jpg", "d2"),
        ("d1/c2_e1.jpg", "d2"),
        ("d1.jpg", None),
    ],
)
def test_the_name_of_a_captured_picture_or_its_folder_tells_the_class(image, told):
    assert class_of_picture(image, CLASSES) == told
