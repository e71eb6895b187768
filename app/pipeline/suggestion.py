"""`SuggestionWatch`: where nothing is detected for a while, says what would be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.detection.detections import Detector
from app.pipeline.session import CountingSession, FrameResult

_PATIENCE_S = 5.0
_LEAST_SCORE = 0.12  # below this the starter sees objects everywhere
_MAX_CLASSES = 3


@dataclass
class SuggestionWatch:
    """Looks once, after five seconds of the source without a track, for what could be counted.

    Parameters
    ----------
    detector : Detector
    """

    detector: Detector
    _empty_since_s: float | None = field(default=None, init=False)
    _has_spoken: bool = field(default=False, init=False)

    def restart(self) -> None:
        """Watch anew, as after a change of the settings."""
        self._empty_since_s = None
        self._has_spoken = False

    def look(self, result: FrameResult, session: CountingSession) -> dict[str, Any] | None:
        """Return the fields of a notice when it is time for one."""
        if len(result.tracks):
            self._empty_since_s = None
            return None
        if self._empty_since_s is None:
            self._empty_since_s = result.frame.timestamp_s
        if self._has_spoken or result.frame.timestamp_s - self._empty_since_s < _PATIENCE_S:
            return None
        self._has_spoken = True
        return self._notice(session.detect_anything(result.frame, min_score=_LEAST_SCORE), session)

    def _notice(self, best: dict[str, float], session: CountingSession) -> dict[str, Any]:
        names = sorted(best, key=lambda name: -best[name])[:_MAX_CLASSES]
        looked_for = ", ".join(session.class_names[:4])
        if len(session.class_names) > 4:
            looked_for += " …"
        message = f"Nothing detected for 5 s (looking for {looked_for}, score {session.score:.2f})."
        notice: dict[str, Any] = {"code": "nothing-detected", "message": message}
        if not names:
            return notice | {"hint": "The model knows nothing in this picture; try another one."}
        score = min(session.score, max(0.05, round(0.9 * best[names[0]], 2)))
        found = ", ".join(f"{name} ({best[name]:.2f})" for name in names)
        return notice | {
            "hint": f"In this picture the model sees: {found}.",
            "suggestion": {"class_names": names[:1], "score": score},
        }
