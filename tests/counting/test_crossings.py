"""Single paths at a line or band, each with what a person watching would count."""

from __future__ import annotations

import numpy as np
import pytest

from app.counting.geometries import CountingBand, CountingLine
from app.counting.rules import CrossingRules
from tests.counting.driving import counter_of, drive

# In pictures of 1000 x 1000 pixels; boxes are 40 x 40, so the margin is 6 and the travel 16.
LEVEL = CountingLine("level", (0.2, 0.5), (0.8, 0.5))
UPRIGHT = CountingLine("upright", (0.5, 0.2), (0.5, 0.8))
BAND = CountingBand("band", (0.2, 0.49), (0.8, 0.51))  # 20 pixels deep


def directions(geometry, path, **options) -> list[str]:
    return [event.direction for event in drive(counter_of(geometry), path, **options)]


def down(*heights: float, x: float = 500) -> list[tuple[float, float]]:
    return [(x, y) for y in heights]


AT_A_LINE = [
    pytest.param(LEVEL, down(450, 480, 510, 540), ["down"], id="down through"),
    pytest.param(LEVEL, down(540, 510, 480, 450), ["up"], id="up through"),
    pytest.param(LEVEL, down(460, 490, 520, 490, 460), ["down", "up"], id="there and back"),
    # It stopped on the line and turned round without ever being beyond it.
    pytest.param(LEVEL, down(450, 490, 504, 490, 450), [], id="touches and turns"),
    # Supervision's line counts 19 times here (+-3 px about the line).
    pytest.param(LEVEL, down(*[497, 503] * 10), [], id="jitter on the line"),
    pytest.param(LEVEL, down(480, *[497, 503] * 10, 520), ["down"], id="jitter in passing"),
    # A, A, B, A: one box of a standing object is off by a quarter of its height.
    pytest.param(LEVEL, down(492, 492, 502, 492), [], id="one flicker"),
    pytest.param(LEVEL, down(490, 490, 508, 490), ["down", "up"], id="a step forth and back"),
    # Beyond the margin on both sides, but less than 40 % of the box apart: not yet.
    pytest.param(LEVEL, down(493, 507, 493, 507), [], id="less than the travel"),
    # As slow as can be: the last point with a known side is only 6 px off.
    pytest.param(LEVEL, down(*np.arange(480, 520, 0.5)), ["down"], id="half a pixel a frame"),
    # Seen for two frames beyond the line, then gone (a threshold of 3 frames misses it).
    pytest.param(LEVEL, down(440, 470, 520, 550), ["down"], id="two frames beyond"),
    pytest.param(LEVEL, down(470, 520), ["down"], id="one frame beyond"),
    pytest.param(LEVEL, down(500, 530, 560), [], id="born on the line"),
    pytest.param(LEVEL, down(500, 530, 470), ["up"], id="born on the line, comes back"),
    # Through the segment while in the margin, over several frames.
    pytest.param(LEVEL, down(480, 496, 499, 500, 501, 504, 520), ["down"], id="points on it"),
    pytest.param(LEVEL, down(100, 900), ["down"], id="a jump from far to far"),
    pytest.param(LEVEL, [(900, 450), (900, 550), (500, 550)], [], id="past the end, beyond it"),
    pytest.param(LEVEL, [(700, 450), (850, 450), (850, 550), (700, 550)], [], id="round the end"),
    # ... and back through the line: that one is a passage.
    pytest.param(
        LEVEL,
        [(700, 450), (850, 450), (850, 550), (700, 550), (700, 450)],
        ["up"],
        id="round the end and back through",
    ),
    pytest.param(LEVEL, [(795, 450), (795, 550)], ["down"], id="near the end"),
    pytest.param(LEVEL, [(805, 450), (795, 550)], ["down"], id="through the end itself"),
    # Its corners miss the line's end, its centre does not.
    pytest.param(LEVEL, [(790, 450), (790, 550)], ["down"], id="half the box past the end"),
    # OpenDataCam's angle is NaN for both of these.
    pytest.param(UPRIGHT, [(450, 500), (550, 500)], ["right"], id="upright line, right"),
    pytest.param(UPRIGHT, [(550, 500), (450, 500)], ["left"], id="upright line, left"),
    pytest.param(UPRIGHT, [(500, 300), (500, 700)], [], id="along the upright line"),
    pytest.param(LEVEL, [(450, 470), (460, 530)], ["down"], id="slanting through"),
]


@pytest.mark.parametrize(("geometry", "path", "expected"), AT_A_LINE)
def test_at_a_line(geometry, path, expected):
    assert directions(geometry, path) == expected


AT_A_BAND = [
    pytest.param(down(450, 480, 500, 520, 550), ["down"], id="in above, out below"),
    pytest.param(down(550, 520, 500, 480, 450), ["up"], id="in below, out above"),
    pytest.param(down(450, 500, 450), [], id="out by the edge it came in"),
    pytest.param(down(450, 550), ["down"], id="over it in one frame"),
    pytest.param(down(500, 550), [], id="born inside"),
    pytest.param(down(500, 550, 500, 450), ["up"], id="born inside, comes back"),
    pytest.param(down(450, *[488, 512] * 10, 550), ["down"], id="dawdles in it"),
    pytest.param(down(*[488, 512] * 10), [], id="jitter over all of it"),
    # In by the long side, out by the short one: it has not crossed ...
    pytest.param([(700, 450), (790, 500), (900, 500)], [], id="out by the short side"),
    # ... nor has it when it then goes on beyond the other edge, which it never met.
    pytest.param([(700, 450), (790, 500), (900, 500), (900, 600)], [], id="and on beyond"),
    # In by the short side and out by a long one: its entry is not known.
    pytest.param([(100, 450), (100, 500), (500, 500), (500, 550)], [], id="in by the short side"),
    pytest.param([(700, 450), (900, 450), (900, 550), (700, 550)], [], id="round the end"),
]


@pytest.mark.parametrize(("path", "expected"), AT_A_BAND)
def test_at_a_band(path, expected):
    assert directions(BAND, path) == expected


@pytest.mark.parametrize("step", [5, 20, 40, 60, 140])
def test_a_shallow_band_misses_no_fast_object(step):
    """Ultralytics counted 25 at 5 px a frame, but 11 at 40 and 6 at 60 (its PR 25492)."""
    starts = np.linspace(300, 440, 25)
    x = np.linspace(250, 750, 25)
    time = np.arange(600 // step)[:, None] * step
    path = np.stack([np.broadcast_to(x, (len(time), 25)), starts + time], axis=2)
    events = drive(counter_of(BAND), path)
    assert [event.direction for event in events] == ["down"] * 25


def test_jitter_below_the_margin_for_10_000_frames_counts_nothing():
    rng = np.random.default_rng(1)
    path = np.array([500, 500]) + rng.uniform(-5.9, 5.9, (10_000, 1, 2))
    path[0] = 480, 460  # on a known side of all of them
    geometries = LEVEL, UPRIGHT, BAND, CountingLine("oblique", (0.2, 0.2), (0.8, 0.8))
    assert drive(counter_of(*geometries), path) == []


def test_a_standing_box_that_flickers_by_a_quarter_counts_nothing():
    """The parked car of a real clip: its centre flickers with 15 % of its height, range 25 %."""
    rng = np.random.default_rng(2)
    offsets = rng.uniform(-12.5, 12.5, (3000, 40, 1))  # a quarter of 100 pixels, about ...
    middles = rng.uniform(460, 540, (1, 40, 1))  # ... anywhere near the line
    path = np.concatenate([np.full((3000, 40, 1), 500.0), middles + offsets], axis=2)
    assert drive(counter_of(LEVEL), path, sizes_px=(60, 100)) == []


class TestDirections:
    def test_the_order_of_the_ends_does_not_matter(self):
        turned = CountingLine("turned", LEVEL.end_norm, LEVEL.start_norm)
        assert directions(turned, down(450, 550)) == ["down"]

    def test_swapped_directions_count_the_other_way(self):
        swapped = CountingLine("swapped", (0, 0.5), (1, 0.5), is_swapped=True)
        assert directions(swapped, down(450, 550)) == ["up"]

    def test_a_direction_keeps_its_key_when_it_is_renamed(self):
        renamed = CountingLine("renamed", (0, 0.5), (1, 0.5), {"down": "Bajando"})
        (event,) = drive(counter_of(renamed), down(450, 550))
        assert (event.direction, event.direction_name) == ("down", "Bajando")

    def test_orientation_is_judged_in_pixels(self):
        """The same fractions are nearer to vertical in a tall picture."""
        line = CountingLine("line", (0.4, 0.2), (0.6, 0.35))
        wide = line.passage(width=1600, height=900)
        tall = line.passage(width=900, height=1600)
        assert (wide.forward, wide.backward) == ("down", "up")
        assert (tall.forward, tall.backward) == ("right", "left")

    def test_a_band_is_crossed_through_its_long_sides_in_pixels(self):
        band = CountingBand("band", (0.4, 0.4), (0.6, 0.65))
        assert band.passage(width=1600, height=900).forward == "down"
        assert band.passage(width=900, height=900).forward == "right"

    def test_the_bottom_of_a_box_can_be_what_crosses(self):
        path = down(440, 460, 480, 498)  # boxes reach 20 px lower
        assert drive(counter_of(LEVEL), path) == []
        (event,) = drive(counter_of(LEVEL, anchor="bottom"), path)
        assert event.point_px == (500, 500)


class TestUnseen:
    def test_a_guessed_point_decides_nothing(self):
        """It coasts over the line and is found again where it was."""
        seen = np.array([[True], [False], [False], [True]])
        assert directions(LEVEL, down(480, 520, 550, 480), is_visible=seen) == []

    def test_a_crossing_behind_an_obstacle_counts_when_it_is_seen_again(self):
        seen = np.array([[True], [False], [False], [False], [True]])
        counter = counter_of(LEVEL)
        path = down(460, 0, 0, 0, 560)
        (event,) = drive(counter, path, is_visible=seen)
        # 40 of the 100 pixels lie before the line: it was met in frame 2 of 0 to 4.
        assert event.frame_index == 2
        assert event.timestamp_s == pytest.approx(0.2)
        assert event.point_px == (500, 500)
        assert event.box_xyxy == (480, 490, 520, 530)

    def test_the_frame_of_a_meeting_is_not_rounded_up(self):
        """7 of 25 frames: 0.28 * 25 is a little more than 7 in floating point."""
        seen = np.ones((26, 1), bool)
        seen[1:25] = False
        (event,) = drive(counter_of(LEVEL), down(472, *[0] * 24, 572), is_visible=seen)
        assert event.frame_index == 7

    def test_round_the_end_unseen_is_judged_by_the_straight_way(self):
        seen = np.array([[True], [True], [False], [True]])
        path = [(700, 450), (950, 480), (0, 0), (950, 560)]
        assert directions(LEVEL, path, is_visible=seen) == []

    def test_a_track_first_seen_later_has_no_side_before(self):
        seen = np.array([[False], [True], [True]])
        assert directions(LEVEL, down(450, 550, 560), is_visible=seen) == []

    def test_a_box_that_is_no_number_is_not_seen(self):
        assert directions(LEVEL, down(480, np.nan, 520)) == ["down"]


class TestEvents:
    def test_the_frame_is_the_one_that_met_the_line(self):
        """Known two frames later, when it is beyond the margin."""
        counter = counter_of(LEVEL)
        assert drive(counter, down(480, 498, 502, 505)) == []
        (event,) = drive(counter, down(515), first_frame=4)
        assert event.frame_index == 2
        assert event.timestamp_s == pytest.approx(0.2)
        assert event.point_px == (500, 500)
        assert event.box_xyxy == (480, 482, 520, 522)

    def test_a_band_is_dated_where_it_is_left(self):
        (event,) = drive(counter_of(BAND), down(470, 495, 505, 515, 530))
        assert event.frame_index == 3
        assert event.point_px == (500, 510)

    def test_a_passage_with_a_halt_is_dated_by_the_last_meeting(self):
        (event,) = drive(counter_of(LEVEL), down(480, 501, 499, 499, 499, 503, 520))
        assert event.frame_index == 5


class TestPixels:
    """Standing objects whose box wanders, and moving ones whose pixels are hard to follow."""

    PATH = down(480, 490, 510, 520)

    def test_a_box_that_moves_without_its_pixels_does_not_count(self):
        still = np.zeros((4, 1, 2))
        assert directions(LEVEL, self.PATH, motions_px=still) == []

    def test_pixels_that_move_along_back_a_crossing(self):
        motions = np.array([[[0, 0]], [[0, 10]], [[0, 20]], [[0, 10]]])
        assert directions(LEVEL, self.PATH, motions_px=motions) == ["down"]

    def test_a_box_half_full_of_background_still_counts(self):
        motions = np.array([[[0, 0]], [[0, 5]], [[0, 10]], [[0, 5]]])
        assert directions(LEVEL, self.PATH, motions_px=motions) == ["down"]

    def test_pixels_that_move_the_other_way_back_nothing(self):
        motions = np.array([[[0, 0]], [[0, -10]], [[0, -20]], [[0, -10]]])
        assert directions(LEVEL, self.PATH, motions_px=motions) == []

    def test_where_no_pixels_were_compared_the_box_is_believed(self):
        motions = np.array([[[0, 0]], [[np.nan, np.nan]], [[np.nan, np.nan]], [[0, 10]]])
        assert directions(LEVEL, self.PATH, motions_px=motions) == ["down"]

    def test_pixels_of_the_last_frame_are_not_those_of_a_gap(self):
        """Seen again beyond the line after three frames, with the motion of the last alone."""
        seen = np.array([[True], [False], [False], [True]])
        motions = np.full((4, 1, 2), (0, 10))
        assert directions(LEVEL, down(450, 0, 0, 540), is_visible=seen, motions_px=motions) == [
            "down"
        ]

    def test_a_halt_on_the_line_does_not_cost_the_crossing(self):
        """The box flickers over the line unbacked, then the car does drive on."""
        path = down(490, 508, 508, 516, 526, 536)
        motions = np.array([[[0, 0]], [[0, 0]], [[0, 0]], [[0, 8]], [[0, 10]], [[0, 10]]])
        assert directions(LEVEL, path, motions_px=motions) == ["down"]

    def test_an_identity_that_jumps_to_a_neighbour_beyond_the_line_does_not_count(self):
        """The neighbour then drives on, with pixels that back it, away from the line."""
        path = down(450, 450, 560, 560, 600, 640, 680, 720)
        motions = np.zeros((8, 1, 2))
        motions[4:, 0, 1] = 40
        assert directions(LEVEL, path, motions_px=motions) == []

    def test_the_share_is_a_rule(self):
        still = np.zeros((4, 1, 2))
        assert len(drive(counter_of(LEVEL, motion_ratio=0), self.PATH, motions_px=still)) == 1


def test_rules_refuse_what_is_no_share():
    with pytest.raises(ValueError, match="travel_ratio"):
        CrossingRules(travel_ratio=-0.1)
    with pytest.raises(ValueError, match="margin_ratio"):
        CrossingRules(margin_ratio=float("nan"))
