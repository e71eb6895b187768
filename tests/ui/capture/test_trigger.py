"""When a frame is taken: by presses, bursts and countdowns."""

import numpy as np

from app.capture.source import Frame
from app.ui.capture.trigger import Trigger

FPS = 10


def frames(start, stop):
    picture = np.zeros((2, 2, 3), np.uint8)
    return [Frame(index, index / FPS, picture) for index in range(start, stop)]


def taken_of(trigger, offered, *, next_class_after=()):
    taken = []
    for frame in offered:
        if trigger.is_due(frame):
            taken.append(frame.index)
            trigger.released(frame, is_next_class=frame.index in next_class_after)
    return taken


def test_two_presses_take_two_frames_and_never_the_same():
    trigger = Trigger()
    trigger.press()
    trigger.press()
    (frame,) = frames(0, 1)
    assert taken_of(trigger, [frame, frame, *frames(1, 5)]) == [0, 1]


def test_a_burst_takes_frames_at_its_interval_until_the_next_press():
    trigger = Trigger()
    trigger.interval_s = 0.3
    trigger.press()
    assert taken_of(trigger, frames(0, 8)) == [0, 3, 6]
    trigger.press()
    assert taken_of(trigger, frames(8, 20)) == []


def test_a_countdown_goes_before_one_picture():
    trigger = Trigger()
    trigger.countdown_s = 0.5
    trigger.press()
    assert taken_of(trigger, frames(0, 4)) == []
    assert 0 < trigger.left_s < 0.5
    assert taken_of(trigger, frames(4, 20)) == [5]
    assert not trigger.is_running


def test_a_burst_counts_down_again_before_the_next_class():
    trigger = Trigger()
    trigger.countdown_s, trigger.interval_s = 0.5, 0.1
    trigger.press()
    assert taken_of(trigger, frames(0, 14), next_class_after=(7,)) == [5, 6, 7, 12, 13]


def test_frames_before_the_place_where_a_session_stopped_are_not_taken():
    trigger = Trigger()
    trigger.begin_after(3)
    trigger.press()
    assert taken_of(trigger, frames(0, 8)) == [4]
