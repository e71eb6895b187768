"""What a person chooses of a training, and the presets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import Any, Literal, get_args

from app.training.errors import TrainingError

PresetName = Literal["quick", "balanced", "thorough"]
Start = Literal["starter", "scratch"]
PRESET_NAMES: tuple[PresetName, ...] = get_args(PresetName)
STARTS: tuple[Start, ...] = get_args(Start)

_MOST_STEPS = 1_000_000


@dataclass(frozen=True)
class TrainSettings:
    """How a detector is trained.

    Attributes
    ----------
    steps : int
        Batches that are learnt from.
    batch_size : int
        Pictures that one step looks at.
    learning_rate : float
        How far a step may go at most: reached after a warm-up, then falling to 0 along a cosine.
    is_backbone_frozen : bool
        Whether only the detector's own layers learn: quicker, and rarely as good.
    is_flipped : bool
        Whether pictures are mirrored by chance; wrong for text, arrows, left and right hands.
    seed : int
        Of the carved validation set, the shuffling and the first weights.
    start : {"starter", "scratch"}
        Whether the backbone is that of the starter detector, or knows nothing.
    """

    steps: int = 600
    batch_size: int = 8
    learning_rate: float = 0.05
    is_backbone_frozen: bool = False
    is_flipped: bool = False
    seed: int = 0
    start: Start = "starter"

    def __post_init__(self) -> None:
        fault = _fault(self)
        if fault:
            raise TrainingError("bad-settings", f"Nothing can be trained like this: {fault}.")

    def to_json(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TrainSettings:
        """Return the settings that `to_json` wrote.

        Raises
        ------
        TrainingError
            "bad-settings".
        """
        odd = sorted(set(values) - {field.name for field in fields(cls)})
        if odd:
            message = f"Nothing can be trained like this: there is no setting {odd[0]!r}."
            raise TrainingError("bad-settings", message)
        return cls(**values)


def _fault(settings: TrainSettings) -> str:
    """Return what is wrong with values that may come from a file; empty when nothing is."""
    for name in ("steps", "batch_size", "seed"):
        value = getattr(settings, name)
        if isinstance(value, bool) or not isinstance(value, int):
            return f"{name} is {value!r}, which is no whole number"
    if not 1 <= settings.steps <= _MOST_STEPS:
        return f"{settings.steps} steps are not between 1 and {_MOST_STEPS:,}"
    if not 1 <= settings.batch_size <= 512:
        return f"a batch of {settings.batch_size} pictures is not between 1 and 512"
    if settings.seed < 0:
        return f"the seed is {settings.seed}, below 0"
    rate: object = settings.learning_rate
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not isfinite(rate):
        return f"the learning rate is {rate!r}, which is no number"
    if not 0 < rate <= 10:
        return f"a learning rate of {rate:g} is not above 0 and at most 10"
    if settings.start not in STARTS:
        return f"there is no start {settings.start!r}"
    return ""


PRESETS: dict[PresetName, TrainSettings] = {
    "quick": TrainSettings(steps=200),
    "balanced": TrainSettings(steps=600),
    "thorough": TrainSettings(steps=1500),
}
"""Settings by the name of their preset, the shortest first."""
