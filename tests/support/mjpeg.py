"""A camera on the network: MJPEG over HTTP on the loopback, which can be cut at will."""

from __future__ import annotations

import http.server
import threading
from types import TracebackType
from typing import Self

import cv2
import numpy as np

_BITS = 16
_BLOCK_PX = 16


class MjpegServer:
    """Serves numbered pictures; every picture sent whole is noted in `sent`.

    `cut` breaks the connection in the middle of a picture, `stall` stops sending and keeps the
    connection, `stop` takes the server off the network and `start` brings it back. A subclass
    may send other pictures. `connections` counts who has asked for them.
    """

    interval_s = 0.01

    def __init__(self) -> None:
        self.connections = 0
        self.sent: set[int] = set()
        self.size = (_BITS * _BLOCK_PX, 64)
        self._number = 0
        self._port = 0
        self._changed = threading.Condition()
        self._cut = threading.Event()
        self._stalled = threading.Event()
        self._stopping = threading.Event()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/live"

    def start(self) -> None:
        self._stopping.clear()
        self._stalled.clear()
        self._server = _Server(("127.0.0.1", self._port), self._handler())
        self._port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()  # waits for the connections, which see `_stopping`
        self._thread.join()

    def cut(self) -> None:
        self._cut.set()

    def stall(self) -> None:
        self._stalled.set()

    def wait_until_sent(self, number: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: number in self.sent, timeout=10)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def next_jpeg(self) -> bytes:
        return _numbered_jpeg(self._number, self.size)

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        camera = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != "/live":
                    self.send_error(401 if self.path == "/secret" else 404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                try:
                    camera._serve(self)
                except OSError:
                    return  # the reader hung up

            def log_message(self, *_args) -> None:
                pass

        return Handler

    def _serve(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        self.connections += 1
        while not self._stopping.wait(self.interval_s):
            if self._stalled.is_set():
                continue
            self._number += 1
            jpeg = self.next_jpeg()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            handler.wfile.write(head.encode())
            if self._cut.is_set():
                self._cut.clear()
                handler.wfile.write(jpeg[: len(jpeg) // 2])
                return
            with self._changed:  # before the reader can have it
                self.sent.add(self._number)
                self._changed.notify_all()
            handler.wfile.write(jpeg + b"\r\n")


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = False
    allow_reuse_address = True


def number_in(image_bgr: np.ndarray) -> int:
    """Return the number that a picture of the server carries."""
    height, width = image_bgr.shape[:2]
    step = width / _BITS
    columns = [int((bit + 0.5) * step) for bit in range(_BITS)]
    bits = [image_bgr[height // 2, column, 0] > 128 for column in columns]
    return sum(1 << bit for bit, is_set in enumerate(bits) if is_set)


def _numbered_jpeg(number: int, size: tuple[int, int]) -> bytes:
    width, height = size
    row = np.array([255 if number >> bit & 1 else 0 for bit in range(_BITS)], np.uint8)
    image = np.repeat(np.repeat(row, width // _BITS)[None, :], height, axis=0)
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_GRAY2BGR))[1].tobytes()
