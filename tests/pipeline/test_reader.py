"""Reading ahead of the tracker."""

import threading

from app.capture.source import Frame, SourceInfo
from app.jobs.cancel import CancelToken
from app.pipeline.reader import make_reader
from tests.support.painted import texture


class StalledSource:
    """A recording whose server stops sending after the first frame."""

    info = SourceInfo("http://stalled", "file", 32, 24, 10.0, None)
    warning = None

    def __init__(self):
        self.released = threading.Event()
        self._frames = [Frame(0, 0.0, texture(1, width=32, height=24))]

    def read(self):
        if self._frames:
            return self._frames.pop()
        self.released.wait()
        return None

    def seek(self, frame_index):
        pass

    def close(self):
        self.released.set()


def test_a_cancel_ends_the_waiting_for_a_frame_that_never_comes():
    source, token = StalledSource(), CancelToken()
    reader = make_reader(source, token)
    try:
        assert reader.next(timeout_s=30) is not None
        threading.Timer(0.05, token.cancel).start()
        assert reader.upcoming(3) is None  # would wait for ever
    finally:
        source.close()
        reader.close()
