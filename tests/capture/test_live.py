"""Live sources: the newest frame wins, losses heal, and no frame is made up."""

import queue
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from app.capture import streams
from app.capture.errors import SourceError
from app.capture.live import LiveSource
from tests.support.mjpeg import MjpegServer, number_in


class ScriptedConnection:
    """Hands out the pictures that a test puts in; None means that the connection breaks."""

    fps = 30.0

    def __init__(self) -> None:
        self.pictures: queue.Queue[np.ndarray | None] = queue.Queue()
        self.is_closed = False

    def grab(self) -> np.ndarray:
        picture = self.pictures.get()
        self.pictures.task_done()
        if picture is None:
            raise SourceError("lost", "lost")
        return picture

    def close(self) -> None:
        self.is_closed = True

    def put(self, value: int, size: tuple[int, int] = (32, 16)) -> None:
        self.pictures.put(np.full((size[1], size[0], 3), value, np.uint8))

    def wait_until_grabbed(self) -> None:
        """Return when every picture was taken and the thread waits for the next."""
        self.pictures.join()


@pytest.fixture
def connections():
    return [ScriptedConnection(), ScriptedConnection()]


@pytest.fixture
def live(connections):
    connections[0].put(0)
    rest = iter(connections[1:])
    source = LiveSource(connections[0], lambda: next(rest), uri="0", name="Camera 0", kind="camera")
    yield source
    closer = threading.Thread(target=source.close)
    closer.start()
    while not source.is_closed:
        source.read(timeout_s=1)
    for connection in connections:
        connection.pictures.put(None)
    closer.join()


def test_newest_frame_wins_and_skipped_ones_leave_gaps_in_the_index(live, connections):
    for value in range(1, 6):
        connections[0].put(value)
    connections[0].wait_until_grabbed()
    connections[0].put(6)  # grabbed only after frame 5 was offered
    connections[0].wait_until_grabbed()
    frame = live.read(timeout_s=5)
    assert frame.index >= 5
    assert frame.image_bgr[0, 0, 0] == frame.index


def test_a_frame_is_handed_out_once(live):
    assert live.read(timeout_s=5).index == 0
    assert live.read(timeout_s=0.01) is None
    assert not live.is_closed


def test_the_first_frame_after_a_loss_says_so_even_if_it_was_skipped(live, connections):
    live.read(timeout_s=5)
    connections[0].pictures.put(None)
    connections[1].put(1)
    connections[1].put(2)
    connections[1].put(3)
    connections[1].wait_until_grabbed()
    first = live.read(timeout_s=5)
    assert first.follows_gap
    connections[1].put(4)
    while (frame := live.read(timeout_s=5)).index < 4:
        assert not frame.follows_gap
    assert not frame.follows_gap
    assert connections[0].is_closed


def test_a_source_that_returns_with_another_size_keeps_the_first_one(live, connections):
    live.read(timeout_s=5)
    connections[0].pictures.put(None)
    connections[1].put(9, size=(64, 48))
    assert live.read(timeout_s=5).image_bgr.shape == (16, 32, 3)


def test_closing_wakes_a_waiting_reader_at_once(live, connections):
    live.read(timeout_s=5)
    results = queue.Queue()
    reader = threading.Thread(target=lambda: results.put(live.read()))
    reader.start()
    closer = threading.Thread(target=live.close)
    closer.start()
    assert results.get(timeout=5) is None  # though the connection still hangs
    connections[0].pictures.put(None)
    closer.join()
    reader.join()
    assert live.is_closed
    assert live.read() is None


def test_the_age_of_a_frame_is_measured_from_its_grabbing(live):
    frame = live.read(timeout_s=5)
    before = live.age_s(frame)
    assert 0 <= before <= live.age_s(frame) < 60


def test_twenty_cuts_in_the_middle_of_a_picture_heal_within_five_seconds(
    mjpeg_server: MjpegServer, opened: Callable
):
    states = []
    source = opened(mjpeg_server.url, on_state=lambda state, message: states.append(state))
    assert source.info.kind == "stream"
    assert (source.info.width, source.info.height) == mjpeg_server.size
    numbers = [number_in(source.read(timeout_s=5).image_bgr)]
    indexes = []
    for _ in range(20):
        mjpeg_server.cut()
        cut_s = time.monotonic()
        while not (frame := source.read(timeout_s=5)).follows_gap:
            numbers.append(number_in(frame.image_bgr))
        assert time.monotonic() - cut_s < 5
        numbers.append(number_in(frame.image_bgr))
        indexes.append(frame.index)
    assert numbers == sorted(set(numbers))  # nothing twice, nothing old
    assert set(numbers) <= mjpeg_server.sent  # nothing made up, no half pictures
    assert indexes == sorted(set(indexes))
    assert states == ["lost", "back"] * 20


def test_a_stream_that_was_off_the_network_comes_back(mjpeg_server: MjpegServer, opened: Callable):
    messages = queue.Queue()
    source = opened(mjpeg_server.url, on_state=lambda state, message: messages.put(message))
    mjpeg_server.stop()
    try:
        assert "gives no pictures any more" in messages.get(timeout=10)
    finally:
        mjpeg_server.start()
    assert "is back" in messages.get(timeout=5)
    assert source.read(timeout_s=5) is not None


def test_a_stream_that_sends_nothing_any_more_is_lost(
    mjpeg_server: MjpegServer, opened: Callable, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(streams, "READ_TIMEOUT_S", 0.3)
    messages = queue.Queue()
    opened(mjpeg_server.url, on_state=lambda state, message: messages.put(state))
    mjpeg_server.stall()
    assert messages.get(timeout=5) == "lost"


def test_a_slow_reader_does_not_fall_behind(mjpeg_server: MjpegServer, opened: Callable):
    source = opened(mjpeg_server.url)
    behind = []
    for _ in range(5):
        number = number_in(source.read(timeout_s=5).image_bgr)
        mjpeg_server.wait_until_sent(number + 10)
        source.read(timeout_s=5)
        newest = number_in(source.read(timeout_s=5).image_bgr)
        behind.append(max(mjpeg_server.sent) - newest)
    assert max(behind) <= 5  # of ten that pass at each turn


@pytest.mark.parametrize(
    ("path", "code"),
    [("/nothing", "stream-not-found"), ("/secret", "stream-needs-password")],
)
def test_a_server_that_refuses_is_named_with_a_remedy(mjpeg_server: MjpegServer, path, code):
    with pytest.raises(SourceError) as raised:
        streams.StreamConnection(mjpeg_server.url.replace("/live", path))
    assert raised.value.code == code
    assert raised.value.hint


def test_a_stream_that_is_not_there_is_an_error_that_hides_the_password(opened: Callable):
    with MjpegServer() as server:
        url = server.url
    with pytest.raises(SourceError) as raised:
        opened(url.replace("http://", "http://me:hush@"))
    assert raised.value.code == "stream-not-reachable"
    assert "127.0.0.1" in raised.value.message
    assert "hush" not in str(raised.value) + raised.value.detail
