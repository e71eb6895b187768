"""The counting session: threads make it faster and change nothing."""

import numpy as np
import pytest

from app.capture.opening import open_source
from app.capture.source import Frame
from app.detection.opening import open_detector
from app.pipeline.reader import make_reader, picture_of
from app.pipeline.session import CountingSession

FRAMES = 120


class Look:
    """Counts how often a frame ahead was asked for and there."""

    def __init__(self, ahead):
        self._ahead = ahead
        self.found = 0

    def __call__(self, gap):
        frame = self._ahead(gap)
        self.found += frame is not None
        return frame


@pytest.fixture
def session(sample):
    source = open_source(sample.source)
    session = CountingSession(sample, source.info, open_detector(sample.model))
    yield session, source
    session.close()
    source.close()


def steps(session, items, ahead):
    """Return events and tracks of every frame."""
    results = [session.step(*item, ahead=ahead) for item in items]
    return (
        [event for result in results for event in result.events],
        [result.tracks for result in results],
        session.detector_runs,
    )


def test_detecting_ahead_changes_no_event_and_no_track(session):
    counting, source = session
    frames = [source.read() for _ in range(FRAMES)]
    items = [(frame, picture_of(frame)) for frame in frames]
    plain_events, plain_tracks, plain_runs = steps(counting, items, None)

    source.seek(0)
    counting.restart()
    counting.detector_runs = 0
    reader = make_reader(source)
    look = Look(reader.ahead)
    read = (reader.next(timeout_s=60) for _ in range(FRAMES))
    events, tracks, runs = steps(counting, read, look)
    reader.close()

    assert look.found
    assert runs == plain_runs
    assert len(events) == len(plain_events) >= 2
    first_id = events[0].track_id - plain_events[0].track_id  # ids are never used again
    for event, plain in zip(events, plain_events, strict=True):
        assert event.to_json() == plain.to_json() | {"track_id": plain.track_id + first_id}
    for now, plain in zip(tracks, plain_tracks, strict=True):
        np.testing.assert_array_equal(now.boxes_xyxy, plain.boxes_xyxy)
        np.testing.assert_array_equal(now.is_visible, plain.is_visible)


def test_a_gap_forgets_what_was_followed_and_keeps_the_totals(session):
    counting, source = session
    for _ in range(60):
        frame = source.read()
        known = set(counting.step(frame, picture_of(frame)).tracks.track_ids.tolist())
    before = counting.totals.to_json()
    assert before["events"] == 2
    source.seek(10)  # everybody jumps back over the line
    earlier = source.read()
    frame = Frame(60, 6.0, earlier.image_bgr, follows_gap=True, luma=earlier.luma)
    found = set(counting.step(frame, picture_of(frame)).tracks.track_ids.tolist())
    assert known
    assert found
    assert not known & found
    assert counting.totals.to_json() == before
