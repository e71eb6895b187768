"""`FrameSource`: one way to read pictures, whatever they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
SourceKind = Literal["file", "camera", "stream", "folder"]


@dataclass(frozen=True)
class SourceInfo:
    """What is known of a source once it is open.

    Attributes
    ----------
    uri : str
        As the person gave it: a path, a camera number, an address.
    kind : {"file", "camera", "stream", "folder"}
    width, height : int
        Size of every frame, pixels.
    fps : float
        Nominal rate in frames a second, always above 0.
    frame_count : int or None
        What the container claims; it may lie. None when unknown or live.
    """

    uri: str
    kind: SourceKind
    width: int
    height: int
    fps: float
    frame_count: int | None

    @property
    def is_live(self) -> bool:
        """Whether frames are lost when nobody reads them."""
        return self.kind in ("camera", "stream")


class Frame:
    """One picture of a source.

    Parameters
    ----------
    index : int
        0-based position in the source; on live sources, the count of frames grabbed before it,
        so skipped frames leave gaps.
    timestamp_s : float
        Seconds since the first frame: presentation time on files, the monotonic clock on live
        sources.
    image_bgr : ndarray, shape (H, W, 3), uint8, or a function that returns it
        The reader owns it; nobody writes into it later. A function is called once, from any
        thread, when the picture is first asked for: most frames of a video are counted by their
        grey values alone.
    follows_gap : bool
        The source was lost and came back just before this frame: what was seen before may have
        moved anywhere.
    luma : ndarray, shape (H, W), uint8, optional
        The picture's grey values, where the decoder has them at no cost.
    """

    def __init__(
        self,
        index: int,
        timestamp_s: float,
        image_bgr: Image | Callable[[], Image],
        follows_gap: bool = False,
        *,
        luma: Image | None = None,
    ) -> None:
        self.index = index
        self.timestamp_s = timestamp_s
        self.follows_gap = follows_gap
        self.luma = luma
        self._image_bgr = image_bgr

    @cached_property
    def image_bgr(self) -> Image:
        """The picture, shape (H, W, 3), uint8."""
        return self._image_bgr() if callable(self._image_bgr) else self._image_bgr

    def after_gap(self) -> Frame:
        """Return the same frame as the first after a gap."""
        return Frame(self.index, self.timestamp_s, self._image_bgr, True, luma=self.luma)


class FrameSource(Protocol):
    """An open source of frames. Close it when done; `read` and `seek` stay in one thread."""

    info: SourceInfo

    @property
    def warning(self) -> str | None:
        """One sentence on what could not be read; complete once `read` has returned None."""
        ...

    def read(self) -> Frame | None:
        """Return the next frame (file, folder) or the newest (live); None at the end.

        Raises
        ------
        app.capture.errors.CaptureError
            When the source is lost for good.
        """
        ...

    def seek(self, frame_index: int) -> None:
        """Make `read` return frame `frame_index` next. Live sources ignore it."""
        ...

    def close(self) -> None:
        """Release the source; a blocked `read` in another thread returns None."""
        ...
