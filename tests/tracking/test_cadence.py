import numpy as np
import pytest

from app.tracking.cadence import AutoCadence, FixedCadence
from app.tracking.picture import Picture
from app.tracking.tracks import Tracks
from tests.support.painted import Thing, moved, painted

FPS = 25.0
BOX = (100.0, 80.0, 150.0, 140.0)


def tracks_at(box_xyxy, motion_px):
    return Tracks(
        np.array([1], np.int64),
        np.array([box_xyxy], np.float32),
        np.array([0.8], np.float32),
        np.array([1], np.int32),
        np.array([True]),
        np.array([True]),
        np.array([motion_px], np.float32),
    )


def runs(cadence, pictures, tracks=None):
    """Return on which of the pictures the detector runs."""
    tracks = tracks or [Tracks.empty()] * len(pictures)
    return [
        index
        for index, (picture, known) in enumerate(zip(pictures, tracks, strict=True))
        if cadence.is_due(picture, known)
    ]


@pytest.mark.parametrize(("every", "expected"), [(1, [0, 1, 2, 3, 4, 5, 6]), (3, [0, 3, 6])])
def test_a_fixed_cadence_detects_on_every_nth_frame_from_the_first(every, expected):
    assert runs(FixedCadence(every), [painted()] * 7) == expected


@pytest.mark.parametrize("make", [lambda: FixedCadence(10), lambda: AutoCadence(fps=FPS)])
def test_after_a_reset_the_next_frame_is_detected(make):
    cadence, picture = make(), painted()
    assert runs(cadence, [picture] * 5) == [0]
    cadence.reset()
    assert runs(cadence, [picture] * 5) == [0]


def test_an_idle_picture_with_sensor_noise_is_detected_every_two_seconds():
    rng = np.random.default_rng(1)
    ground = painted(width=640, height=360).image_bgr.astype(np.float32)
    pictures = [
        Picture(np.clip(ground + rng.normal(0, 6, ground.shape), 0, 255).astype(np.uint8))
        for _ in range(151)
    ]
    assert runs(AutoCadence(fps=FPS), pictures) == [0, 50, 100, 150]


def test_something_new_that_moves_in_is_detected_at_once():
    entered = 12
    pictures = [painted()] * entered + [
        painted(Thing(1, (-45.0 + 8 * index, 90.0, 5.0 + 8 * index, 150.0))) for index in range(6)
    ]
    found = runs(AutoCadence(fps=FPS), pictures)
    assert found[0] == 0
    assert entered <= found[1] <= entered + 2


def test_what_a_track_explains_asks_for_no_detection_of_its_own():
    boxes = [moved(BOX, 1.5 * index) for index in range(22)]
    pictures = [painted(Thing(1, box)) for box in boxes]
    tracks = [tracks_at(box, (1.5, 0.0)) for box in boxes]
    explained = runs(AutoCadence(fps=FPS), pictures, tracks)
    assert explained == [0, 8, 16]  # a slow object is looked at three times a second
    assert runs(AutoCadence(fps=FPS), pictures)[1] < explained[1]


def walker(index, *, top):
    return Thing(3, (20.0 + 6 * index, top, 60.0 + 6 * index, top + 50))


def test_what_the_detector_has_just_seen_and_not_known_is_asked_about_less_often():
    # Nothing here becomes a track: it is nothing the detector knows, or its answer is under way.
    pictures = [painted()] * 10 + [painted(walker(index, top=60.0)) for index in range(25)]
    first, second, third = runs(AutoCadence(fps=FPS), pictures)[:3]
    assert (first, second) == (0, 10)
    assert third > 15  # when it has moved by its own length


def test_something_else_that_moves_meanwhile_is_asked_about_soon():
    pictures = [painted()] * 10 + [
        painted(walker(index, top=60.0), *([walker(index - 4, top=170.0)] if index >= 4 else []))
        for index in range(12)
    ]
    assert runs(AutoCadence(fps=FPS), pictures)[:3] == [0, 10, 15]


def test_the_faster_objects_are_the_more_often_they_are_detected():
    boxes = {speed: [moved(BOX, speed * index) for index in range(20)] for speed in (0.2, 2, 8)}
    count = {
        speed: len(
            runs(
                AutoCadence(fps=FPS),
                [painted(Thing(1, box)) for box in places],
                [tracks_at(box, (speed, 0.0)) for box in places],
            )
        )
        for speed, places in boxes.items()
    }
    assert count[0.2] < count[2] < count[8] <= 10  # at most on every other frame


def test_an_object_that_no_pixels_follow_is_looked_for_soon():
    picture = painted(Thing(1, BOX))
    lost = runs(AutoCadence(fps=FPS), [picture] * 30, [tracks_at(BOX, (np.nan, np.nan))] * 30)
    standing = runs(AutoCadence(fps=FPS), [picture] * 30, [tracks_at(BOX, (0, 0))] * 30)
    assert lost[1] < standing[1]
    assert standing == [0, 25]


LEAVES = (200.0, 20.0, 300.0, 120.0)


def flickering(index):
    return Thing(index * 7919 % 20, LEAVES)


def swaying(index):
    return Thing(1, moved(LEAVES, 8 * np.sin(index / 5), 3 * np.sin(index / 7)))


@pytest.mark.parametrize("leaves", [flickering, swaying])
def test_what_moves_for_ever_and_never_becomes_an_object_is_learnt(leaves):
    pictures = [painted(leaves(index)) for index in range(300)]
    found = np.array(runs(AutoCadence(fps=FPS), pictures))
    assert (found < 50).sum() > 2  # it could have been something
    assert (found >= 200).sum() <= 5  # about once a second


def test_water_that_ripples_for_ever_is_learnt():
    ground = painted().image_bgr.astype(np.float32)
    rows = np.arange(100)[:, None, None]
    pictures = []
    for index in range(300):
        image = ground.copy()
        image[20:120, 200:300] *= 1 + 0.3 * np.sin(rows / 6 + 0.8 * index)
        pictures.append(Picture(np.clip(image, 0, 255).astype(np.uint8)))
    found = np.array(runs(AutoCadence(fps=FPS), pictures))
    assert 0 < found[1] < 10  # it could have been something
    assert (found >= 200).sum() <= 5


def test_something_new_beside_flickering_leaves_is_still_detected_at_once():
    entered = 205
    pictures = [painted(flickering(index)) for index in range(entered)] + [
        painted(flickering(index), Thing(99, (-45.0 + 8 * index, 150.0, 5.0 + 8 * index, 210.0)))
        for index in range(6)
    ]
    found = runs(AutoCadence(fps=FPS), pictures)
    assert any(entered <= index <= entered + 2 for index in found)


def test_pictures_of_another_size_are_new():
    cadence = AutoCadence(fps=FPS)
    pictures = [painted()] * 5 + [painted(width=200, height=200)] * 5
    assert runs(cadence, pictures) == [0, 5]


def test_the_same_pictures_ask_for_the_same_detections():
    pictures = [painted(Thing(1, moved(BOX, 3.0 * index))) for index in range(20)]
    first, again = (runs(AutoCadence(fps=FPS), pictures) for _ in range(2))
    assert first == again
