"""`CountSettings`: everything that decides what a counting run finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from app.counting.geometries import Scene, default_scene
from app.errors import AppError

TrackerName = Literal["auto", "classic", "dlib"]
MAX_DETECT_EVERY = 1000


class SettingsError(AppError):
    """A setting that cannot be used."""


@dataclass(frozen=True)
class CountSettings:
    """The settings of one counting run; the same settings give the same events.

    Attributes
    ----------
    source : str
        A video file, a camera number, a stream address or a folder of images.
    model : str
        Name or path of the model; empty for the starter.
    class_names : tuple of str or None
        The classes to count; None takes the model's own choice.
    score : float or None
        Least score of a detection that starts a track, in (0, 1]; None takes the model's.
    detect_every : int or None
        Frames from one detection to the next; None decides by what moves.
    tracker : {"auto", "classic", "dlib"}
    merge_kindred : bool
        Boxes of kindred classes on one object are one detection.
    scene : Scene
        Lines, bands and zones.
    """

    source: str
    model: str = ""
    class_names: tuple[str, ...] | None = None
    score: float | None = None
    detect_every: int | None = None
    tracker: TrackerName = "auto"
    merge_kindred: bool = True
    scene: Scene = field(default_factory=default_scene)

    def __post_init__(self) -> None:
        if self.score is not None and not 0 < self.score <= 1:
            raise SettingsError(
                "bad-score",
                f"A score of {self.score} is not possible.",
                "Scores lie above 0 and at most at 1, for example 0.3.",
            )
        if self.detect_every is not None and not 1 <= self.detect_every <= MAX_DETECT_EVERY:
            raise SettingsError(
                "bad-detect-every",
                f"Detecting every {self.detect_every} frames is not possible.",
                f"Give a whole number from 1 to {MAX_DETECT_EVERY}, or auto.",
            )
        if self.tracker not in get_args(TrackerName):
            raise SettingsError(
                "unknown-tracker",
                f"There is no tracker called {self.tracker!r}.",
                f"Choose one of {', '.join(get_args(TrackerName))}.",
            )

    def to_json(self) -> dict[str, Any]:
        """Return the settings as JSON fields; `detect_every` None is written ``"auto"``."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return values | {
            "scene": self.scene.to_json(),
            "class_names": None if self.class_names is None else list(self.class_names),
            "detect_every": "auto" if self.detect_every is None else self.detect_every,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> CountSettings:
        """Rebuild settings from `to_json`'s fields; missing ones take their defaults."""
        known = {each.name for each in fields(cls)}
        settings = {name: value for name, value in values.items() if name in known}
        if settings.get("scene") is None:
            settings.pop("scene", None)
        else:
            settings["scene"] = Scene.from_json(settings["scene"])
        if settings.get("class_names") is not None:
            settings["class_names"] = tuple(settings["class_names"])
        if settings.get("detect_every") == "auto":
            settings["detect_every"] = None
        return cls(**settings)
