import numpy as np
import pytest

from app.tracking.optical_flow import FlowFollower, agreeing_motion, masked_median
from tests.support.painted import Thing, moved, painted

BOX = (60.0, 60.0, 120.0, 110.0)


def follow(follower, picture, *boxes, velocities=None):
    boxes_xyxy = np.array(boxes, np.float32).reshape(-1, 4)
    if velocities is None:
        velocities = np.zeros((len(boxes_xyxy), 2))
    return follower.follow(
        picture,
        boxes_xyxy=boxes_xyxy,
        velocities_px=np.asarray(velocities, np.float32),
        track_ids=list(range(1, len(boxes_xyxy) + 1)),
    )


def follow_all(pictures, *boxes):
    """Follow as the tracker does, expecting each object to go on as it did."""
    follower = FlowFollower()
    follow(follower, pictures[0], *boxes)
    result = follow(follower, pictures[1], *boxes)
    for picture in pictures[2:]:
        velocities = np.nan_to_num(result.motions_px)
        result = follow(follower, picture, *result.boxes_xyxy, velocities=velocities)
    return result


def test_boxes_stay_on_what_they_hold_within_a_pixel_over_ten_frames():
    steps = ((3.3, 1.2), (-2.4, 0.7), (0.0, 0.0))
    boxes = (BOX, (220.0, 40.0, 270.0, 100.0), (140.0, 160.0, 190.0, 210.0))

    def places(index):
        return [
            moved(box, dx * index, dy * index) for box, (dx, dy) in zip(boxes, steps, strict=True)
        ]

    pictures = [
        painted(*(Thing(seed, box) for seed, box in enumerate(places(index))))
        for index in range(11)
    ]
    result = follow_all(pictures, *boxes)
    np.testing.assert_allclose(result.boxes_xyxy, places(10), atol=1.0)
    np.testing.assert_allclose(result.motions_px, steps, atol=0.3)
    assert (result.scores > 0.5).all()


def test_motion_is_in_pixels_of_the_source_however_large_it_is():
    box = (200.0, 200.0, 420.0, 380.0)
    pictures = [
        painted(Thing(1, moved(box, 8.0 * index)), width=1280, height=720) for index in range(6)
    ]
    result = follow_all(pictures, box)
    np.testing.assert_allclose(result.boxes_xyxy[0], moved(box, 40.0), atol=1.0)
    np.testing.assert_allclose(result.motions_px[0], (8, 0), atol=0.4)


def test_a_fast_object_is_found_with_the_expected_motion():
    pictures = [painted(Thing(1, moved(BOX, 22.0 * index))) for index in range(2)]
    follower = FlowFollower()
    follow(follower, pictures[0], BOX)
    result = follow(follower, pictures[1], BOX, velocities=[(20, 0)])
    np.testing.assert_allclose(result.motions_px[0], (22, 0), atol=0.5)


def test_after_a_cut_to_another_scene_every_box_is_lost_and_stands_still():
    boxes = (BOX, (200.0, 120.0, 260.0, 180.0))
    follower = FlowFollower()
    follow(follower, painted(Thing(1, boxes[0]), Thing(2, boxes[1])), *boxes)
    result = follow(follower, painted(Thing(3, boxes[0]), Thing(4, boxes[1]), ground=9), *boxes)
    assert result.scores.tolist() == [0, 0]
    assert np.isnan(result.motions_px).all()
    np.testing.assert_array_equal(result.boxes_xyxy, np.array(boxes, np.float32))


def test_the_first_picture_after_a_start_or_a_reset_tells_nothing():
    picture = painted(Thing(1, BOX))
    follower = FlowFollower()
    assert follow(follower, picture, BOX).scores.tolist() == [0]
    assert follow(follower, picture, BOX).scores[0] > 0.5
    follower.reset()
    result = follow(follower, picture, BOX)
    assert result.scores.tolist() == [0]
    assert np.isnan(result.motions_px).all()


def test_no_boxes_are_followed_to_no_boxes_and_the_picture_is_remembered():
    follower = FlowFollower()
    result = follow(follower, painted(Thing(1, BOX)))
    assert result.boxes_xyxy.shape == (0, 4)
    assert result.motions_px.shape == (0, 2)
    after = follow(follower, painted(Thing(1, moved(BOX, 3.0))), BOX)
    np.testing.assert_allclose(after.motions_px[0], (3, 0), atol=0.3)


@pytest.mark.parametrize(
    ("start", "step"),
    [
        ((-25.0, 60.0, 45.0, 120.0), (3.0, 0.0)),
        ((285.0, 60.0, 345.0, 120.0), (-3.0, 0.0)),
        ((100.0, -20.0, 160.0, 40.0), (0.0, 3.0)),
        ((100.0, 205.0, 160.0, 265.0), (0.0, -3.0)),
    ],
)
def test_a_box_partly_outside_the_picture_follows_the_part_inside(start, step):
    follower = FlowFollower()
    follow(follower, painted(Thing(1, start)), start)
    result = follow(follower, painted(Thing(1, moved(start, *step))), start)
    np.testing.assert_allclose(result.motions_px[0], step, atol=0.5)


@pytest.mark.parametrize("box", [(-90.0, 60.0, -30.0, 120.0), (400.0, 300.0, 450.0, 350.0)])
def test_a_box_wholly_outside_the_picture_is_lost(box):
    picture = painted()
    follower = FlowFollower()
    follow(follower, picture, box)
    assert follow(follower, picture, box).scores.tolist() == [0]


def test_pictures_of_another_size_are_another_video():
    follower = FlowFollower()
    follow(follower, painted(Thing(1, BOX)), BOX)
    other = painted(Thing(1, BOX), width=300, height=200)
    assert follow(follower, other, BOX).scores.tolist() == [0]
    assert follow(follower, other, BOX).scores[0] > 0.5


def test_a_leap_beyond_half_the_object_is_not_believed():
    small = (100.0, 100.0, 116.0, 116.0)
    follower = FlowFollower()
    follow(follower, painted(Thing(1, small)), small)
    result = follow(follower, painted(Thing(1, moved(small, 12.0))), small)
    assert np.isnan(result.motions_px[0]).all()
    np.testing.assert_array_equal(result.boxes_xyxy, [small])


def test_the_points_of_the_object_outvote_those_of_the_ground():
    shifts = np.zeros((1, 16, 2), np.float32)
    shifts[0, :6] = (4.0, 1.0)
    is_valid = np.ones((1, 16), np.bool_)
    motions, scores = agreeing_motion(shifts, is_valid, np.zeros((1, 2), np.float32))
    assert motions[0].tolist() == [4.0, 1.0]
    assert scores[0] == pytest.approx(6 / 16)


def test_points_that_go_as_expected_outvote_a_larger_group_that_does_not():
    shifts = np.zeros((1, 16, 2), np.float32)
    shifts[0, :6] = (4.0, 0.0)
    shifts[0, 6:] = (-3.0, 0.0)
    is_valid = np.ones((1, 16), np.bool_)
    motions, _ = agreeing_motion(shifts, is_valid, np.array([[4.2, 0.1]], np.float32))
    assert motions[0].tolist() == [4.0, 0.0]


def test_too_few_points_that_came_back_or_that_agree_mean_lost():
    is_valid = np.zeros((2, 16), np.bool_)
    is_valid[0, :3] = True
    is_valid[1] = True
    shifts = np.zeros((2, 16, 2), np.float32)
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    shifts[1] = 5 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    motions, scores = agreeing_motion(shifts, is_valid, np.zeros((2, 2), np.float32))
    assert np.isnan(motions).all()
    assert scores.tolist() == [0, 0]


@pytest.mark.parametrize(("count", "expected"), [(0, 0.0), (1, 10.0), (2, 10.5), (5, 12.0)])
def test_the_masked_median_is_the_median_of_what_is_not_masked(count, expected):
    values = np.full((1, 8, 2), 99.0, np.float32)
    values[0, :5] = np.arange(10, 15)[:, None]
    mask = np.arange(8)[None] < count
    assert masked_median(values, mask)[0].tolist() == [expected, expected]
