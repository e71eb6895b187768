"""`Legs`: the newest stretch of every track's path, and the meetings of paths with lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Records = npt.NDArray[np.void]  # structured; each use names its dtype

# When and where a path met something: fields of a `CrossingEvent` to be.
MEETING = np.dtype(
    [
        ("frame_index", np.int64),
        ("timestamp_s", np.float64),
        ("point_px", np.float64, 2),
        ("box_xyxy", np.float64, 4),
    ]
)


@dataclass(frozen=True, kw_only=True)
class Legs:
    """From where each track was last seen to where it is now.

    Attributes
    ----------
    starts_px, ends_px : ndarray, shape (N, 2), float64
        Anchors, pixels. Starts are NaN for a track never seen before; ends are where they start
        for one that is not seen now.
    start_boxes_xyxy, end_boxes_xyxy : ndarray, shape (N, 4), float64
        Boxes, pixels, likewise.
    start_frames : ndarray, shape (N,), int64
        The frames of the starts.
    start_times_s : ndarray, shape (N,), float64
        Their times.
    motions_px : ndarray, shape (N, 2), float64
        How far the pixels in the box moved over the whole leg; NaN where they were not compared
        all along it.
    is_seen : ndarray, shape (N,), bool
        False where the object is not seen now.
    frame_index, timestamp_s : int, float
        Of the ends.
    """

    starts_px: Floats
    ends_px: Floats
    start_boxes_xyxy: Floats
    end_boxes_xyxy: Floats
    start_frames: npt.NDArray[np.int64]
    start_times_s: Floats
    motions_px: Floats
    is_seen: Bools
    frame_index: int
    timestamp_s: float

    @property
    def sizes_px(self) -> Floats:
        """Widths and heights of the boxes now, shape (N, 2)."""
        return self.end_boxes_xyxy[:, 2:] - self.end_boxes_xyxy[:, :2]

    def meetings(self, rows: Rows, shares: Floats, points_px: Floats) -> Records:
        """Return the meetings of the legs in `rows` with something.

        Parameters
        ----------
        rows : ndarray, shape (M,), intp
        shares : ndarray, shape (M,), float64
            Share of the leg, in [0, 1], that lies before the meeting.
        points_px : ndarray, shape (M, 2), float64

        Returns
        -------
        ndarray, shape (M,), `MEETING`
            In the first frame at or after the meeting: the last of the leg, unless the object
            was unseen for some frames. Time and box are interpolated to it then.
        """
        first = self.start_frames[rows]
        frames_after = np.ceil(shares * (self.frame_index - first) - 1e-9)
        parts = frames_after / (self.frame_index - first)
        found = np.zeros(len(rows), MEETING)
        found["frame_index"] = first + frames_after.astype(np.int64)
        found["timestamp_s"] = _between(self.start_times_s[rows], self.timestamp_s, parts)
        found["point_px"] = points_px
        found["box_xyxy"] = _between(
            self.start_boxes_xyxy[rows], self.end_boxes_xyxy[rows], parts[:, None]
        )
        return found

    def arrivals(self, rows: Rows) -> Records:
        """Return the ends of the legs in `rows` as meetings, shape (M,), `MEETING`."""
        found = np.zeros(len(rows), MEETING)
        found["frame_index"] = self.frame_index
        found["timestamp_s"] = self.timestamp_s
        found["point_px"] = self.ends_px[rows]
        found["box_xyxy"] = self.end_boxes_xyxy[rows]
        return found


def _between(starts: Floats, ends: Floats | float, parts: Floats) -> Floats:
    """Return the values `parts` of the way, exactly the ends at 1."""
    return np.asarray(starts * (1 - parts) + ends * parts)


def project(points: Floats, normals: Floats) -> Floats:
    """Return the dot product of each point with each normal, shape (N, G).

    Written out, because a matrix product may round differently with the number of rows, and
    the same path must give the same count in any company.
    """
    return np.asarray(points[:, :1] * normals[:, 0] + points[:, 1:] * normals[:, 1])


def carry(state: Records, rows: Rows) -> Records:
    """Return the state of the tracks that were in `rows` before; -1 is a new track.

    A state array keeps one more row than there are tracks: the last is that of a new track.
    """
    carried: Records = state.take(np.append(rows, -1), mode="wrap")
    return carried
