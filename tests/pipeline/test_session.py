"""The counting session: threads make it faster and change nothing."""

import numpy as np
import pytest

from app.capture.opening import open_source
from app.capture.source import Frame
from app.detection.opening import open_detector
from app.pipeline.reader import make_reader, picture_of
from app.pipeline.session import CountingSession

FRAMES = 120
FORESEEN = 10  # more than the session looks ahead


@pytest.fixture
def session(sample):
    source = open_source(sample.source)
    session = CountingSession(sample, source.info, open_detector(sample.model))
    yield session, source
    session.close()
    source.close()


def of_list(items):
    """Return what `step` takes for every one of `items`: it, and a way to those after it."""

    def after(index):
        return lambda gap: items[index + gap] if index + gap < len(items) else None

    return ((item, after(index)) for index, item in enumerate(items))


def of_reader(reader):
    for _ in range(FRAMES):
        yield reader.next(timeout_s=60), reader.upcoming


def steps(session, items):
    """Return events and tracks of every frame."""
    results = [session.step(*item, upcoming=upcoming) for item, upcoming in items]
    return (
        [event for result in results for event in result.events],
        [result.tracks for result in results],
        session.detector_runs,
    )


def test_decoding_in_a_thread_changes_no_event_and_no_track(session):
    counting, source = session
    frames = [source.read() for _ in range(FRAMES + FORESEEN)]
    items = [(frame, picture_of(frame)) for frame in frames]
    plain_events, plain_tracks, plain_runs = steps(counting, list(of_list(items))[:FRAMES])

    source.seek(0)
    counting.restart()
    counting.detector_runs = 0
    reader = make_reader(source)
    events, tracks, runs = steps(counting, of_reader(reader))
    reader.close()

    assert 0 < runs == plain_runs < FRAMES
    assert len(events) == len(plain_events) >= 2
    first_id = events[0].track_id - plain_events[0].track_id  # ids are never used again
    for event, plain in zip(events, plain_events, strict=True):
        assert event.to_json() == plain.to_json() | {"track_id": plain.track_id + first_id}
    for now, plain in zip(tracks, plain_tracks, strict=True):
        np.testing.assert_array_equal(now.boxes_xyxy, plain.boxes_xyxy)
        np.testing.assert_array_equal(now.is_visible, plain.is_visible)


def test_the_last_frames_of_a_file_are_counted_too(session):
    counting, source = session
    frames = [source.read() for _ in range(5)]
    items = [(frame, picture_of(frame)) for frame in frames]
    _, tracks, _ = steps(counting, of_list(items))
    assert [len(each) > 0 for each in tracks] == [True] * 5


def test_a_gap_forgets_what_was_followed_and_keeps_the_totals(session):
    counting, source = session
    frames = [source.read() for _ in range(60)]
    _, tracks, _ = steps(counting, of_list([(frame, picture_of(frame)) for frame in frames]))
    known = set(tracks[-1].track_ids.tolist())
    before = counting.totals.to_json()
    assert before["events"] == 2
    source.seek(10)  # everybody jumps back over the line
    earlier = source.read()
    frame = Frame(60, 6.0, earlier.image_bgr, follows_gap=True, luma=earlier.luma)
    _, [after], _ = steps(counting, of_list([(frame, picture_of(frame))]))
    found = set(after.track_ids.tolist())
    assert known
    assert found
    assert not known & found
    assert counting.totals.to_json() == before
