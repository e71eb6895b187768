"""What can be found out about a model that comes without a ``model.json``."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from app.detection.errors import ModelError
from app.detection.label_maps import (
    FILE_NAMES,
    coco_label_map,
    find_label_map,
    parse_label_map,
    read_label_map,
)
from app.detection.model_card import InputSpec, ModelCard

# With or without the background: models put out either.
_COCO_GAPPED_COUNTS = (90, 91)
_COCO_DENSE_COUNTS = (80, 81)


def describe_foreign_model(
    path: Path,
    *,
    name: str,
    label_folders: Iterable[Path],
    class_count: int | None,
    input_spec: InputSpec,
) -> ModelCard:
    """Make a card for the model at `path`.

    Parameters
    ----------
    path : Path
        The ``.tflite`` file or the SavedModel's folder.
    name : str
    label_folders : iterable of Path
        Where a label map may lie, best first. After them come the labels inside the ``.tflite``
        and, for models with COCO's number of classes, COCO's names.
    class_count : int or None
        Classes the model tells apart, the background perhaps among them; None when unknown.
    input_spec : InputSpec

    Raises
    ------
    ModelError
        ``label-map-missing``, ``label-map-unfit`` or ``label-map-broken``.
    """
    folders = list(label_folders)
    count = class_count or _count_in_pipeline_config(folders)
    classes, defaults = _own_classes(path, folders), tuple[str, ...]()
    if classes is None:
        classes, defaults = _coco_classes(path, count)
    _check_count(path, classes, count)
    return ModelCard(name=name, classes=classes, input=input_spec, default_class_names=defaults)


def _own_classes(path: Path, folders: list[Path]) -> dict[int, str] | None:
    twins = [path.with_suffix(suffix) for suffix in (".pbtxt", ".txt")] if path.is_file() else []
    found = next((twin for twin in twins if twin.is_file()), None)
    for folder in folders:
        found = found or find_label_map(folder)
    if found is not None:
        return read_label_map(found)
    return _classes_inside(path)


def _classes_inside(path: Path) -> dict[int, str] | None:
    """Read the label file that TFLite metadata appends to the model, as a zip."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            inner = PurePosixPath(name)
            if inner.name in FILE_NAMES:
                text = archive.read(name).decode("utf-8", errors="replace")
                return parse_label_map(text, inner.suffix, origin=f"{name} in {path}")
    return None


def _coco_classes(path: Path, count: int | None) -> tuple[dict[int, str], tuple[str, ...]]:
    if count in _COCO_GAPPED_COUNTS:
        return coco_label_map()
    if count in _COCO_DENSE_COUNTS:
        classes, defaults = coco_label_map()
        return dict(enumerate(classes.values(), start=1)), defaults
    classes_known = f"its {count} classes" if count else "its classes"
    raise ModelError(
        "label-map-missing",
        f"Nothing says what {classes_known} are called: {path} has no label map.",
        "Put its label_map.pbtxt or labelmap.txt beside the model.",
    )


def _check_count(path: Path, classes: dict[int, str], count: int | None) -> None:
    if count is None:
        return
    largest = max(classes)
    has_gaps = largest != len(classes)
    if largest > count or (not has_gaps and largest < count - 1):
        raise ModelError(
            "label-map-unfit",
            f"The label map of {path} names {len(classes)} classes up to id {largest}, "
            f"but the model tells {count} apart.",
            "Use the label map the model was trained with.",
        )


def _count_in_pipeline_config(folders: list[Path]) -> int | None:
    """Read ``num_classes`` from the ``pipeline.config`` that the zoo's archives carry."""
    for folder in folders:
        config = folder / "pipeline.config"
        if config.is_file():
            text = config.read_text(encoding="utf-8", errors="replace")
            match = re.search(r"\bnum_classes\s*:\s*(\d+)", text)
            return int(match.group(1)) if match else None
    return None
