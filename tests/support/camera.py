"""A camera that is not there, behind the protocol `app.capture.camera_modes.VideoDevice`."""

import time

import cv2
import numpy as np

_SIZE = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)


class FakeCamera:
    """Has some modes, and takes the nearest size and the nearest rate of that size."""

    def __init__(self, modes, *, asking_s=0.0):
        self.rates = {}
        for width, height, fps in modes:
            self.rates.setdefault((width, height), []).append(fps)
        first = modes[0]
        self._asked = {_SIZE[0]: first[0], _SIZE[1]: first[1], cv2.CAP_PROP_FPS: first[2]}
        self._asking_s = asking_s
        self.asked, self.read_count, self.is_released = 0, 0, False

    def isOpened(self):  # noqa: N802 - OpenCV's name
        return not self.is_released

    def set(self, propId, value, /):  # noqa: N803
        self.asked += 1
        time.sleep(self._asking_s)
        self._asked[propId] = value
        return True

    def get(self, propId, /):  # noqa: N803
        wanted = tuple(self._asked[key] for key in _SIZE)
        width, height = min(self.rates, key=lambda size: abs(size[0] * size[1] - np.prod(wanted)))
        rate = min(self.rates[width, height], key=lambda fps: abs(fps - self._asked[5]))
        return float({_SIZE[0]: width, _SIZE[1]: height, cv2.CAP_PROP_FPS: rate}.get(propId, 0))

    def read(self):
        time.sleep(0.01)
        self.read_count += 1
        width, height = int(self.get(_SIZE[0])), int(self.get(_SIZE[1]))
        return True, np.full((height, width, 3), self.read_count % 250, np.uint8)

    def release(self):
        self.is_released = True
