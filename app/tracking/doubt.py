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

Mask = npt.NDArray[np.bool_]

_MEMORY_S = 0.3  # of the steady velocity
_TREND_GAIN = 0.25  # of the change
_SURPRISE_SHARE = 0.4  # of the steady speed
_SURPRISE_OF_SIZE = 0.006
_SURPRISE_PX = 0.3
_TELLING_OF_SIZE = 0.12  # paths closer than this can't be told apart by a flickering detection

_STATE = np.dtype(
    [
        ("age", np.int64),
        ("steady", np.float64, 2),  # slow mean of the velocity, pixels a frame
        ("trend", np.float64, 2),  # its change a frame
        ("usual", np.float64, 2),  # velocity when the doubt began
        ("is_doubtful", np.bool_),
        ("coasted", np.float64, 2),  # where the steady velocity would have led since the doubt
        ("followed", np.float64, 2),  # where the pixels would have led
        ("latest", np.float64, 2),  # motion of the pixels
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
        self._state = np.zeros(0, _STATE)

    def add(self, count: int) -> None:
        """Append `count` newly born objects."""
        self._state = np.concatenate([self._state, np.zeros(count, _STATE)])

    def keep(self, mask: Mask) -> None:
        """Drop the objects where `mask` (N,) is False."""
        self._state = self._state[mask]

    def judge(self, motions_px: Points, motion: MotionModel, is_confirmed: Mask) -> Mask:
        """Return which of the motions seen are not to be believed, shape (N,).

        Where a doubt begins, the motion model gets its steady velocity back.

        Parameters
        ----------
        motions_px : ndarray, shape (N, 2), float32
            What the follower saw; NaN where it saw nothing.
        motion : MotionModel
            Before it is advanced.
        is_confirmed : ndarray, shape (N,), bool
            Objects known well enough to have a steady velocity.
        """
        state = self._state
        usual = self._usual()
        surprise = np.linalg.norm(motions_px - usual, axis=1)
        is_sudden = (surprise > self._tolerance(usual, motion)) & is_confirmed
        begins = is_sudden & ~state["is_doubtful"]
        state["usual"][begins] = motion.velocities[begins] = usual[begins]
        state["coasted"][begins] = state["followed"][begins] = motion.centers[begins]
        state["is_doubtful"] = is_sudden | (state["is_doubtful"] & np.isnan(surprise))
        is_seen = ~np.isnan(motions_px)
        state["latest"] = np.where(is_seen, motions_px, state["latest"])
        state["coasted"] += state["usual"]
        state["followed"] += np.where(is_seen, motions_px, state["usual"])
        return state["is_doubtful"].copy()

    def _usual(self) -> npt.NDArray[np.float64]:
        """Return the velocity to compare with, shape (N, 2).

        The steady one, not the model's own, which whatever hides an object bit by bit leads away
        within a few frames.
        """
        state = self._state
        usual = np.where(state["is_doubtful"][:, None], state["usual"], state["steady"])
        return np.asarray(usual)

    def _tolerance(
        self, velocities_px: npt.NDArray[np.float64], motion: MotionModel
    ) -> npt.NDArray[np.float64]:
        speed = np.linalg.norm(velocities_px, axis=1)
        return _SURPRISE_SHARE * speed + _SURPRISE_OF_SIZE * motion.sizes_px + _SURPRISE_PX

    def learn(self, motion: MotionModel, is_seen: Mask) -> None:
        """Take the velocities of undoubted objects into the steady ones, after an advance."""
        state = self._state
        state["age"] += 1
        is_sure = (is_seen & ~state["is_doubtful"])[:, None]
        gain = np.maximum(self._gain, 1 / state["age"])[:, None]
        expected = state["steady"] + state["trend"]
        step = gain * (motion.velocities - expected)
        # Holt's double smoothing: without the trend, an object that comes closer and so moves
        # faster and faster would always be ahead of its steady velocity.
        trend_gain = np.where(state["age"] > 3, _TREND_GAIN, 0)[:, None]
        state["trend"] += np.where(is_sure, trend_gain * step, 0)
        state["steady"] = np.where(is_sure, expected + step, state["steady"])

    def settle(self, rows: npt.NDArray[np.intp], boxes_xyxy: Boxes, motion: MotionModel) -> None:
        """Let detections decide: end the doubts of `rows` that they can tell.

        Parameters
        ----------
        rows : ndarray, shape (M,)
            Which objects were detected.
        boxes_xyxy : ndarray, shape (M, 4), float32
            Where.
        motion : MotionModel
            Takes the velocity of the pixels over where they were right.
        """
        state = self._state
        found = centers(boxes_xyxy)
        gap = np.linalg.norm(state["followed"][rows] - state["coasted"][rows], axis=1)
        can_tell = state["is_doubtful"][rows] & (gap > _TELLING_OF_SIZE * motion.sizes_px[rows])
        to_followed = np.linalg.norm(found - state["followed"][rows], axis=1)
        to_coasted = np.linalg.norm(found - state["coasted"][rows], axis=1)
        is_own = can_tell & (to_followed < to_coasted)
        told = rows[can_tell]
        state["is_doubtful"][told] = False
        own = rows[is_own]
        state["age"][own] = 0  # the steady velocity is learnt anew
        motion.velocities[own] = state["latest"][own]
