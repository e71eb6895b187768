"""`ModelCard`: what is known of a model beside its weights, and ``model.json``, its file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from app.detection.anchors import AnchorSpec
from app.detection.errors import ModelError

CARD_NAME = "model.json"
SCHEMA_VERSION = 1

_Value = TypeVar("_Value")
_NOTHING: Mapping[str, Any] = {}
_NO_NAMES: tuple[str, ...] = ()


@dataclass(frozen=True)
class InputSpec:
    """How a picture becomes the network's input: ``(rgb - mean) / std`` at the network's size.

    Attributes
    ----------
    mean, std : float
        In units of 8-bit pixel values.
    """

    mean: float = 127.5
    std: float = 127.5


@dataclass(frozen=True)
class OutputSpec:
    """How the network's outputs are to be read.

    Attributes
    ----------
    layout : {"ssd-anchors", "detections"}
        Raw encodings against anchors, or finished detections (boxes, classes, scores).
    boxes_name, scores_name : str
        Output tensors of the "ssd-anchors" layout.
    is_logit : bool
        Scores still need a sigmoid ("ssd-anchors").
    box_scales : tuple of four float
        Divisors of ty, tx, th, tw ("ssd-anchors").
    anchors : AnchorSpec or None
        None in the "detections" layout.
    """

    layout: Literal["ssd-anchors", "detections"] = "detections"
    boxes_name: str = ""
    scores_name: str = ""
    is_logit: bool = True
    box_scales: tuple[float, ...] = (10.0, 10.0, 5.0, 5.0)
    anchors: AnchorSpec | None = None


@dataclass(frozen=True)
class ModelCard:
    """What is known of a model beside its weights.

    Attributes
    ----------
    name : str
    classes : mapping of int to str
        Names by 1-based class id; gaps are allowed.
    input, output : InputSpec, OutputSpec
    default_score : float
        Detections below it are not worth showing.
    max_extent_norm : float
        Boxes that span more than this fraction of the picture both ways are dropped: some
        models put one round every scene. 1 keeps all.
    default_class_names : tuple of str
        Counted when the person names none; empty means all.
    kindred : tuple of tuple of str, or None
        Groups of class names that one object may carry (Car, Vehicle). None: the bundled
        vocabulary decides.
    """

    name: str
    classes: Mapping[int, str]
    input: InputSpec = InputSpec()
    output: OutputSpec = OutputSpec()
    default_score: float = 0.5
    max_extent_norm: float = 1.0
    default_class_names: tuple[str, ...] = ()
    kindred: tuple[tuple[str, ...], ...] | None = None


def read_model_card(path: Path) -> ModelCard:
    """Read a ``model.json``.

    Raises
    ------
    ModelError
        ``model-card-broken``, naming the field that is missing or of the wrong type.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _broken(path, "it cannot be read as JSON", str(error)) from error
    if not isinstance(fields, dict):
        raise _broken(path, "it is not a JSON object")
    version = fields.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise _broken(path, f"its schema_version {version!r} is not {SCHEMA_VERSION}")
    return _Reader(path).card(fields)


class _Reader:
    """Turns parsed JSON into a card, naming the field that does not fit."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def card(self, fields: Mapping[str, Any]) -> ModelCard:
        given = self._take(fields, "input", _section, _NOTHING)
        thresholds = self._take(fields, "thresholds", _section, _NOTHING)
        groups = fields.get("kindred")
        classes = self._take(fields, "classes", _classes)
        defaults = self._take(fields, "default_class_names", _names, _NO_NAMES)
        if unknown := set(defaults) - set(classes.values()):
            raise _broken(self._path, f"it has no classes {', '.join(sorted(unknown))}")
        return ModelCard(
            name=self._take(fields, "name", str),
            classes=classes,
            input=InputSpec(
                self._take(given, "mean", float, 127.5), self._take(given, "std", _positive, 127.5)
            ),
            output=self._output(self._take(fields, "output", _section, _NOTHING)),
            default_score=self._take(thresholds, "score", float, 0.5),
            max_extent_norm=self._take(thresholds, "max_extent_norm", float, 1.0),
            default_class_names=defaults,
            kindred=None if groups is None else self._take(fields, "kindred", _groups),
        )

    def _output(self, fields: Mapping[str, Any]) -> OutputSpec:
        layout = self._take(fields, "layout", str, "detections")
        if layout == "detections":
            return OutputSpec()
        if layout != "ssd-anchors":
            raise _broken(self._path, f"its output layout {layout!r} is not known")
        anchors = self._take(fields, "anchors", _section)
        return OutputSpec(
            layout="ssd-anchors",
            boxes_name=self._take(fields, "boxes", str),
            scores_name=self._take(fields, "scores", str),
            is_logit=self._take(fields, "score_activation", str, "sigmoid") == "sigmoid",
            box_scales=self._take(fields, "box_scales", _floats, (10.0, 10.0, 5.0, 5.0)),
            anchors=AnchorSpec(
                feature_maps=self._take(anchors, "feature_maps", tuple),
                min_scale=self._take(anchors, "min_scale", float),
                max_scale=self._take(anchors, "max_scale", float),
                aspect_ratios=self._take(anchors, "aspect_ratios", _floats),
                first_map=self._take(anchors, "first_map", _shapes),
            ),
        )

    def _take(
        self,
        fields: Mapping[str, Any],
        key: str,
        convert: Callable[[Any], _Value],
        default: _Value | None = None,
    ) -> _Value:
        if key not in fields and default is not None:
            return default
        try:
            return convert(fields[key])
        except KeyError as error:
            raise _broken(self._path, f'the field "{key}" is missing') from error
        except (TypeError, ValueError) as error:
            raise _broken(self._path, f'the field "{key}" does not fit', str(error)) from error


def _section(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("it is to be an object with fields")
    return value


def _positive(value: float) -> float:
    number = float(value)
    if number <= 0:
        raise ValueError("it is to be above 0")
    return number


def _classes(items: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    classes = {int(item["id"]): str(item["name"]) for item in items}
    if not classes or min(classes) < 1 or len(classes) != len(items):
        raise ValueError("class ids are to be different whole numbers from 1 on")
    return classes


def _names(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(name) for name in items)


def _groups(items: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(_names(group) for group in items)


def _floats(items: Iterable[float]) -> tuple[float, ...]:
    return tuple(float(item) for item in items)


def _shapes(items: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(scale), float(ratio)) for scale, ratio in items)


def _broken(path: Path, reason: str, detail: str = "") -> ModelError:
    return ModelError(
        "model-card-broken",
        f"{path} does not describe a model: {reason}.",
        "Export the model again, or choose another one.",
        detail,
    )
