"""`SuggestionWatch`: where nothing is detected for a while, says what would be."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Any

from app.capture.source import Frame
from app.pipeline.session import CountingSession, FrameResult

_PATIENCE_S = 5.0
_LEAST_SCORE = 0.12  # below this the starter sees objects everywhere
_SCORE_MARGIN = 0.9  # the same object scores a little less in the next frame
_MAX_CLASSES = 3
_NOTHING_KNOWN = "The model knows nothing in this picture; try another one."


@dataclass(frozen=True)
class Suggestion:
    """What the model sees in a picture in which nothing was detected.

    Attributes
    ----------
    looked_for : tuple of str
        The classes in force.
    score : float
        The least score in force.
    best : dict of str to float
        The classes that are seen with their best scores, the surest first; may be empty.
    """

    looked_for: tuple[str, ...]
    score: float
    best: dict[str, float]

    @classmethod
    def of(cls, frame: Frame, session: CountingSession) -> Suggestion:
        """Look at one frame for anything at all."""
        found = session.detect_anything(frame, min_score=_LEAST_SCORE)
        names = sorted(found, key=lambda name: -found[name])[:_MAX_CLASSES]
        return cls(session.class_names, session.score, {name: found[name] for name in names})

    @property
    def class_name(self) -> str:
        """The class that would be detected."""
        return next(iter(self.best))

    @property
    def better_score(self) -> float:
        """The score at which it would be."""
        return min(self.score, max(0.05, round(_SCORE_MARGIN * self.best[self.class_name], 2)))

    @property
    def asked(self) -> str:
        """What was looked for, in words."""
        more = " …" if len(self.looked_for) > 4 else ""
        return f"looking for {', '.join(self.looked_for[:4])}{more}, score {self.score:.2f}"

    @property
    def seen(self) -> str:
        """What is seen instead, in words."""
        found = ", ".join(f"{name} ({score:.2f})" for name, score in self.best.items())
        return f"In this picture the model sees: {found}." if found else _NOTHING_KNOWN

    def notice(self) -> dict[str, Any]:
        """Return the fields of a notice for the window."""
        notice: dict[str, Any] = {
            "code": "nothing-detected",
            "message": f"Nothing detected for {_PATIENCE_S:g} s ({self.asked}).",
            "hint": self.seen,
        }
        if self.best:
            values = {"class_names": [self.class_name], "score": self.better_score}
            notice["suggestion"] = values
        return notice

    def warning(self) -> str:
        """Return a sentence for the command line, with the options that would help."""
        told = f"Nothing was detected ({self.asked}). {self.seen}"
        if not self.best:
            return told
        options = f"--classes {shlex.quote(self.class_name)}"
        if self.better_score < self.score:
            options += f" --score {self.better_score:g}"
        return f"{told} Try {options}."


@dataclass
class SuggestionWatch:
    """Looks every five seconds of the source without a track for what could be counted."""

    _empty_since_s: float | None = field(default=None, init=False)
    _last: Suggestion | None = field(default=None, init=False)

    def restart(self) -> None:
        """Watch anew, as after a change of the settings."""
        self._empty_since_s = None
        self._last = None

    def look(self, result: FrameResult, session: CountingSession) -> Suggestion | None:
        """Return a suggestion when it is time for one.

        One that names nothing may be followed by another that does.
        """
        now_s = result.frame.timestamp_s
        if len(result.tracks):
            self._empty_since_s = None
            return None
        if self._empty_since_s is None:
            self._empty_since_s = now_s
        has_named = self._last is not None and bool(self._last.best)
        if has_named or now_s - self._empty_since_s < _PATIENCE_S:
            return None
        self._empty_since_s = now_s
        is_first = self._last is None
        self._last = Suggestion.of(result.frame, session)
        return self._last if is_first or self._last.best else None

    def conclude(self, result: FrameResult, session: CountingSession) -> Suggestion:
        """Return the suggestion for a source that is over, `result` being its last frame."""
        if self._last is None or not self._last.best:
            self._last = Suggestion.of(result.frame, session)
        return self._last
