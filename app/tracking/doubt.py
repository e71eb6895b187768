"""`MotionDoubt`: tells an object's own motion from that of whatever hides it.

Who walks behind a pole leaves the follower holding the pole; who is overtaken by a lorry leaves it
on the lorry. Either shows as a sudden change against the steady velocity. The change is doubted,
and the object coasts on, until a detection tells which of the two it followed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.geometry import Boxes, Points, centers
from app.tracking.motion_model import MotionModel

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

_MEMORY_S = 0.3  # of the steady velocity
_TREND_GAIN = 0.25  # of the change
_TREND_AGE_FRAMES = 3  # no trend can be told from fewer
_STEADY_AGE_FRAMES = 5  # no steady velocity from fewer

# A change is sudden beyond the sum of these. People start, stop and sway at less than half
# their size a second from one frame to the next.
_SURPRISE_SHARE = 0.4  # of the steady speed
_SURPRISE_SIZES_A_S = 0.2
_SURPRISE_PX = 0.3

_TELLING_OF_SIZE = 0.12  # paths closer than this can't be told apart by a flickering detection

_MAX_STEP_OF_SIZE = 0.6  # between two detections; beyond, it is likelier another object

_STATE = np.dtype(
    [
        ("age", np.int64),
        ("steady", np.float64, 2),  # slow mean of the velocity, pixels a frame
        ("trend", np.float64, 2),  # its change a frame
        ("is_doubtful", np.bool_),
        ("coasted", np.float64, 2),  # where the steady velocity would have led since the doubt
        ("followed", np.float64, 2),  # where the pixels would have led
        ("latest", np.float64, 2),  # motion of the pixels
        ("found", np.float64, 2),  # centre of the last detection
        ("offset", np.float64, 2),  # of that detection from where the model had been
    ]
)


class MotionDoubt:
    """Doubts about the followed motions of N objects.

    Parameters
    ----------
    fps : float
        Rate of the source.
    """

    def __init__(self, *, fps: float) -> None:
        self._gain = 1 - np.exp(-1 / (_MEMORY_S * fps))
        self._surprise_of_size = _SURPRISE_SIZES_A_S / fps
        self._state = np.zeros(0, _STATE)

    def add(self, count: int) -> None:
        """Append `count` newly born objects."""
        self._state = np.concatenate([self._state, np.zeros(count, _STATE)])

    def keep(self, mask: Mask) -> None:
        """Drop the objects where `mask` (N,) is False."""
        self._state = self._state[mask]

    def judge(self, motions_px: Points, motion: MotionModel) -> Mask:
        """Return which of the motions seen are not to be believed, shape (N,).

        Where a doubt begins, the motion model gets its steady velocity back.

        Parameters
        ----------
        motions_px : ndarray, shape (N, 2), float32
            What the follower saw; NaN where it saw nothing.
        motion : MotionModel
            Before it is advanced.
        """
        state = self._state
        surprise = _length(motions_px - state["steady"])
        is_sudden = (surprise > self._tolerance(motion)) & (state["age"] >= _STEADY_AGE_FRAMES)
        begins = is_sudden & ~state["is_doubtful"]
        motion.velocities[begins] = state["steady"][begins]
        state["coasted"][begins] = state["followed"][begins] = motion.centers[begins]
        state["is_doubtful"] = is_sudden | (state["is_doubtful"] & np.isnan(surprise))

        is_seen = ~np.isnan(motions_px)
        state["latest"] = np.where(is_seen, motions_px, state["latest"])
        state["coasted"] += state["steady"]
        state["followed"] += np.where(is_seen, motions_px, state["steady"])
        return state["is_doubtful"].copy()

    def _tolerance(self, motion: MotionModel) -> Floats:
        speed = _length(self._state["steady"])
        of_size = self._surprise_of_size * motion.sizes_px
        return np.asarray(_SURPRISE_SHARE * speed + of_size + _SURPRISE_PX)

    def learn(self, motion: MotionModel, is_seen: Mask) -> None:
        """Take the model's velocities into the steady ones, after an advance.

        An object that is doubted or unseen teaches too: its velocity changes only by detections.

        Parameters
        ----------
        is_seen : ndarray, shape (N,), bool
            Where the follower was believed. The trend holds only there.
        """
        state = self._state
        state["age"] += 1
        has_trend = is_seen & (state["age"] > _TREND_AGE_FRAMES)
        gain = np.maximum(self._gain, 1 / state["age"])[:, None]
        expected = state["steady"] + np.where(has_trend[:, None], state["trend"], 0)
        step = gain * (motion.velocities - expected)
        # Holt's double smoothing: without the trend, an object that comes closer and so moves
        # faster and faster would always be ahead of its steady velocity.
        state["trend"] += np.where(has_trend[:, None], _TREND_GAIN * step, 0)
        state["steady"] = expected + step

    def settle(
        self,
        rows: Rows,
        boxes_xyxy: Boxes,
        motion: MotionModel,
        *,
        gap_frames: npt.NDArray[np.int64],
    ) -> Mask:
        """Let detections decide: end the doubts of `rows` that they can tell.

        Parameters
        ----------
        rows : ndarray, shape (M,)
            Which objects were detected.
        boxes_xyxy : ndarray, shape (M, 4), float32
            Where.
        motion : MotionModel
            Gets the velocity of whichever path was right, before it is corrected.
        gap_frames : ndarray, shape (M,), int64
            Frames since the detection before.

        Returns
        -------
        ndarray, shape (M,), bool
            Objects that the pixels led astray: the second detection in a row lies off in the same
            direction.
        """
        state = self._state
        found, size = centers(boxes_xyxy).astype(np.float64), motion.sizes_px[rows]
        gap = _length(state["followed"][rows] - state["coasted"][rows])
        can_tell = state["is_doubtful"][rows] & (gap > _TELLING_OF_SIZE * size)
        to_followed = _length(found - state["followed"][rows])
        to_coasted = _length(found - state["coasted"][rows])
        own = rows[can_tell & (to_followed < to_coasted)]
        self._restart(own, state["latest"][own], motion)

        offset = found - motion.centers[rows]
        before = state["offset"][rows]
        is_far = _length(offset) > _TELLING_OF_SIZE * size
        was_far = _length(before) > _TELLING_OF_SIZE * size
        step = found - state["found"][rows]
        is_plausible = _length(step) < _MAX_STEP_OF_SIZE * size
        same_way = (offset * before).sum(axis=1) > 0
        is_astray = is_far & was_far & same_way & is_plausible
        velocity = step / gap_frames[:, None]
        self._restart(rows[is_astray], velocity[is_astray], motion)

        state["is_doubtful"][rows[can_tell | is_astray]] = False
        state["found"][rows], state["offset"][rows] = found, offset
        return np.asarray(is_astray)

    def _restart(self, rows: Rows, velocities_px: Floats, motion: MotionModel) -> None:
        self._state["steady"][rows] = motion.velocities[rows] = velocities_px
        self._state["trend"][rows] = 0


def _length(vectors: Floats) -> Floats:
    """Return the length of each row of (N, 2); `numpy.linalg.norm` takes three times as long."""
    return np.asarray(np.hypot(vectors[:, 0], vectors[:, 1]))
