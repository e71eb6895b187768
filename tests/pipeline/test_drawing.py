"""What is written onto the frames of an annotated video."""

import dataclasses

import cv2
import numpy as np
import pytest

from app.capture.source import Frame
from app.counting.geometries import CountingBand, CountingLine, Scene
from app.counting.totals import Totals
from app.pipeline.drawing import Drawing
from app.pipeline.session import FrameResult
from app.pipeline.settings import CountSettings
from app.project.colors import class_color
from app.tracking.tracks import Tracks

SCENE = Scene((CountingBand("Band", (0, 0.4), (1, 0.5)),))


@pytest.fixture
def written(monkeypatch):
    """Collect the texts that are drawn."""
    texts = []
    draw = cv2.putText

    def put(image, text, *rest):
        texts.append(text)
        return draw(image, text, *rest)

    monkeypatch.setattr(cv2, "putText", put)
    return texts


def draw(*, tracker="auto", scene=SCENE, state="tracking"):
    frame = Frame(0, 0.0, np.full((480, 640, 3), 90, np.uint8))
    tracks = dataclasses.replace(
        Tracks.empty(),
        track_ids=np.array([7], np.int64),
        boxes_xyxy=np.array([[100, 100, 200, 300]], np.float32),
        class_ids=np.array([2], np.int32),
        is_visible=np.array([True]),
    )
    settings = CountSettings("x.mp4", tracker=tracker, scene=scene)
    result = FrameResult(frame, tracks, [], state)
    drawing = Drawing(width=640, height=480, class_names={2: "Car"})
    image = drawing.draw(result, settings=settings, totals=Totals(scene))
    assert (frame.image_bgr == 90).all()
    return image


def test_boxes_have_the_colour_of_their_class_everywhere(written):
    blue, green, red = draw()[200, 150].tolist()  # the dot in the middle of the box
    assert f"#{red:02x}{green:02x}{blue:02x}" == class_color(2)
    assert "7 Car" in written


def test_totals_and_state_are_written(written):
    draw(state="detecting")
    assert "Band: down 0  up 0" in written
    assert "Detecting" in written


@pytest.mark.parametrize("state", ["detecting", "tracking", "waiting"])
def test_classic_speaks_the_words_of_the_course(written, state):
    draw(tracker="classic", state=state)
    assert "Band: Bajando 0  Subiendo 0" in written
    assert f"Estado: {state.capitalize()}" in written


def test_texts_stay_inside_the_picture_and_change_nothing_else(written):
    small = Drawing(width=64, height=48, class_names={})
    image = np.zeros((48, 64, 3), np.uint8)
    small._text(image, "a text longer than the picture", (60, 0))
    assert image.max() > 200


def test_names_that_the_person_gave_go_first(written):
    line = CountingLine("Gate", (0, 0.5), (1, 0.5), {"up": "In", "down": "Out"})
    draw(tracker="classic", scene=dataclasses.replace(SCENE, geometries=(line,)))
    assert "Gate: Out 0  In 0" in written
