"""The capture plan: what comes next, as a person follows it on the picture."""

import pytest

from app.capture.errors import CaptureError
from app.capture.plan import CapturePlan, PictureNumber, PlanProgress
from app.capture.shutter import IntervalShutter


def progress_of(names="ab", examples=2, taken=()):
    return PlanProgress(CapturePlan(tuple(names), examples), taken)


def take_all(progress):
    stems = []
    while not progress.is_complete:
        stems.append(progress.take().stem)
    return stems


def test_the_course_s_plan_is_the_default():
    plan = CapturePlan()
    assert (len(plan.class_names), plan.examples, plan.total) == (5, 14, 70)
    assert PlanProgress(plan).text == "C1/5 E1/14"


def test_classes_follow_one_another():
    progress = progress_of()
    told = [progress.text]
    while not progress.is_complete:
        progress.take()
        told.append(progress.text)
    assert told[:4] == ["C1/2 E1/2", "C1/2 E2/2", "C2/2 E1/2", "C2/2 E2/2"]


def test_a_plan_that_was_begun_goes_on_where_it_stopped():
    taken = [PictureNumber(1, 1), PictureNumber(1, 2), PictureNumber(2, 1)]
    progress = progress_of(taken=taken)
    assert progress.text == "C2/2 E2/2"
    assert take_all(progress) == ["c2_e2"]


def test_a_jump_goes_on_in_a_circle_to_what_is_missing():
    progress = progress_of("abc", 1)
    progress.jump(3)
    assert take_all(progress) == ["c3_e1", "c1_e1", "c2_e1"]


def test_without_advance_a_full_class_says_so():
    progress = progress_of()
    progress.advances = False
    progress.take()
    progress.take()
    with pytest.raises(CaptureError, match="a has all its 2 examples"):
        progress.take()


def test_a_complete_plan_says_so():
    progress = progress_of("a", 1)
    progress.take()
    with pytest.raises(CaptureError, match="All 1 pictures of the plan are there") as caught:
        progress.take()
    assert caught.value.code == "plan-complete"


def test_a_gap_is_filled_first():
    progress = progress_of(taken=[PictureNumber(1, 2)])
    assert take_all(progress) == ["c1_e1", "c2_e1", "c2_e2"]


def test_a_released_picture_is_taken_again():
    progress = progress_of()
    take_all(progress)
    progress.release(PictureNumber(1, 2))
    assert progress.text == "C1/2 E2/2"
    assert take_all(progress) == ["c1_e2"]


@pytest.mark.parametrize("class_number", [0, 3, -1])
def test_there_is_no_jump_out_of_the_plan(class_number):
    with pytest.raises(CaptureError, match="no class number"):
        progress_of().jump(class_number)


@pytest.mark.parametrize(
    ("names", "examples", "told"),
    [
        ((), 1, "it has no class"),
        (("a", "a"), 1, "'a' is there twice"),
        (("a", " "), 1, "' ' is no name"),
        (("a",), 0, "0 examples"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(names, examples, told):
    with pytest.raises(CaptureError, match=told):
        CapturePlan(names, examples)


@pytest.mark.parametrize(
    "fields", [None, {}, {"classes": "ab", "examples": 1}, {"classes": ["a"], "examples": "1"}]
)
def test_plain_values_that_are_no_plan_are_refused(fields):
    with pytest.raises(CaptureError, match="The capture plan can't be used"):
        CapturePlan.from_json(fields)


def test_a_plan_comes_back_from_plain_values():
    plan = CapturePlan(("uno", "dos"), 3)
    assert CapturePlan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize("stem", ["c0_e1", "c1_e01", "c1_e1_2", "c1e1", "x"])
def test_other_names_are_no_numbers(stem):
    assert PictureNumber.of_stem(stem) is None


def test_the_shutter_waits_for_countdown_and_interval():
    shutter = IntervalShutter(0.5, countdown_s=2.0)
    assert shutter.left_s(0.0) == float("inf")
    shutter.start(1.0)
    assert shutter.left_s(1.0) == 2.0
    assert shutter.left_s(3.0) == 0.0
    shutter.released(3.0)
    assert shutter.left_s(3.2) == pytest.approx(0.3)
    shutter.start(3.2, after_s=3.2)
    assert shutter.left_s(3.2) == pytest.approx(2.0)


def test_rounding_makes_no_interval_a_frame_longer():
    shutter = IntervalShutter(0.5, tolerance_s=0.5 / 30)
    shutter.start(0.0)
    taken = []
    for index in range(91):
        if not shutter.left_s(index / 30):
            shutter.released(index / 30)
            taken.append(index)
    assert taken == [0, 15, 30, 45, 60, 75, 90]
