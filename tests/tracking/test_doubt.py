import numpy as np
import pytest

from app.tracking.doubt import MotionDoubt
from app.tracking.motion_model import MotionModel

FPS = 25.0
SIDE = 60.0
ROW = np.array([0])
UNSEEN = (np.nan, np.nan)


class Walker:
    """One object of 60 by 60 pixels, whose doubts a tracker would keep."""

    def __init__(self) -> None:
        self.motion = MotionModel()
        self.motion.add(self.box_at(0))
        self.doubt = MotionDoubt(fps=FPS)
        self.doubt.add(1)

    @staticmethod
    def box_at(x_px):
        return np.array([[x_px, 0, x_px + SIDE, SIDE]], np.float32)

    @property
    def x_px(self) -> float:
        return float(self.motion.centers[0, 0] - SIDE / 2)

    def see(self, motion_px) -> bool:
        """Let the follower see a motion; return whether it is doubted."""
        motions = np.array([motion_px], np.float32)
        is_doubted = self.doubt.judge(motions, self.motion)
        motions[is_doubted] = np.nan
        self.motion.advance(motions)
        self.doubt.learn(self.motion, ~np.isnan(motions[:, 0]))
        return bool(is_doubted[0])

    def detect(self, x_px, *, gap_frames=5) -> bool:
        """Detect the object; return whether the pixels had led it astray."""
        box, gap = self.box_at(x_px), np.array([gap_frames])
        is_astray = self.doubt.settle(ROW, box, self.motion, gap_frames=gap)
        self.motion.loosen(ROW[is_astray])
        self.motion.correct(ROW, box, detection_std=np.array([0.07]), size_gain=np.array([0.5]))
        return bool(is_astray[0])


@pytest.fixture
def walker():
    """Somebody who has walked 3 pixels a frame for 20 frames."""
    walker = Walker()
    doubts = [walker.see((3, 0)) for _ in range(20)]
    assert not any(doubts)
    return walker


def test_pixels_that_stop_dead_are_doubted_and_the_object_goes_on(walker):
    start = walker.x_px
    assert all(walker.see((0, 0)) for _ in range(10))
    assert walker.x_px == pytest.approx(start + 30, abs=2)


def test_pixels_that_go_off_with_something_faster_are_doubted(walker):
    start = walker.x_px
    assert all(walker.see((9, 1)) for _ in range(8))
    assert walker.x_px == pytest.approx(start + 24, abs=2)


def test_a_detection_where_the_object_would_have_walked_ends_the_doubt(walker):
    start = walker.x_px
    for _ in range(8):
        walker.see((0, 0))
    walker.detect(start + 24)
    assert walker.x_px == pytest.approx(start + 24, abs=2)
    # In front of the pole now, it is followed as before.
    assert not any(walker.see((3, 0)) for _ in range(5))


def test_a_detection_where_the_pixels_led_believes_that_it_stopped(walker):
    start = walker.x_px
    for _ in range(8):
        walker.see((0, 0))
    walker.detect(start)
    for _ in range(5):
        assert not walker.see((0, 0))
    walker.detect(start)
    for _ in range(5):
        assert not walker.see((0, 0))
    assert walker.x_px == pytest.approx(start, abs=6)
    assert abs(walker.motion.velocities[0, 0]) < 0.3


def test_pixels_that_go_on_as_before_need_no_detection(walker):
    assert walker.see((0, 0))
    assert not walker.see((3, 0))


def test_a_doubt_lasts_while_nothing_is_seen(walker):
    assert walker.see((0, 0))
    assert walker.see(UNSEEN)
    assert walker.see((0, 0))


def test_who_comes_nearer_and_so_grows_faster_is_not_doubted():
    # Perspective: 2 per cent faster in each frame, 1 to 19 pixels a frame in six seconds.
    walker = Walker()
    doubts = [walker.see((1.02**index, 0.3 * 1.02**index)) for index in range(150)]
    assert not any(doubts)


def test_a_car_that_brakes_gently_is_not_doubted():
    walker = Walker()
    speeds = [*[6.0] * 20, *np.linspace(6, 0, 50), *[0.0] * 10]
    assert not any(walker.see((speed, 0)) for speed in speeds)


def test_the_sway_of_a_walk_is_not_doubted():
    walker = Walker()
    stride = np.arange(100) / 3
    steps = np.stack([2.5 + 0.6 * np.sin(stride), 0.4 * np.cos(2 * stride)], axis=1)
    assert not any(walker.see(step) for step in steps)


def test_a_newborn_is_not_doubted_since_nothing_is_steady_yet():
    walker = Walker()
    assert not any(walker.see((step, 0)) for step in (0, 4, 0, 4))


@pytest.mark.parametrize("fps_share", [0.4, 1.0, 2.4])
def test_doubts_are_alike_at_any_frame_rate(fps_share):
    motion = MotionModel()
    motion.add(Walker.box_at(0))
    doubt = MotionDoubt(fps=FPS * fps_share)
    doubt.add(1)
    for _ in range(round(25 * fps_share)):
        motions = np.array([[3 / fps_share, 0]], np.float32)
        assert not doubt.judge(motions, motion).any()
        motion.advance(motions)
        doubt.learn(motion, np.array([True]))
    assert doubt.judge(np.zeros((1, 2), np.float32), motion).all()


def test_two_detections_off_the_same_way_show_that_the_pixels_led_astray():
    # It was born on a pole: the pixels stand, the object walks on and is detected farther on.
    walker = Walker()
    for _ in range(5):
        walker.see((0, 0))
    assert not walker.detect(12)
    for _ in range(5):
        walker.see((0, 0))
    assert walker.detect(27)
    assert walker.x_px == pytest.approx(27, abs=5)
    assert walker.motion.velocities[0, 0] == pytest.approx(3, abs=0.5)


def test_detections_off_this_way_and_that_are_flicker():
    walker = Walker()
    for offset in (9, -9, 9, -9, 9):
        for _ in range(5):
            walker.see((0, 0))
        assert not walker.detect(offset)
    assert abs(walker.x_px) < 9


def test_dropped_objects_take_their_doubts_with_them():
    motion = MotionModel()
    motion.add(np.repeat(Walker.box_at(0), 2, axis=0))
    doubt = MotionDoubt(fps=FPS)
    doubt.add(2)
    for motions in [np.array([[3, 0], [3, 0]], np.float32)] * 20:
        doubt.judge(motions, motion)
        motion.advance(motions)
        doubt.learn(motion, np.ones(2, np.bool_))
    is_doubted = doubt.judge(np.array([[0, 0], [3, 0]], np.float32), motion)
    assert is_doubted.tolist() == [True, False]
    motion.keep(is_doubted)
    doubt.keep(is_doubted)
    assert doubt.judge(np.full((1, 2), np.nan, np.float32), motion).tolist() == [True]
