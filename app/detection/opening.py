"""`open_detector`: from what a person names to a model that runs."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from app.detection.archives import default_cache_dir, is_archive, unpack
from app.detection.detections import Detector
from app.detection.errors import ModelError
from app.detection.foreign_card import describe_foreign_model
from app.detection.litert_detector import LiteRtDetector, load_interpreter, open_tflite
from app.detection.model_card import CARD_NAME, InputSpec, ModelCard, read_model_card
from app.detection.registry import locate_model
from app.detection.tflite_outputs import finished_outputs

SAVED_MODEL_NAME = "saved_model.pb"
_TFLITE_MAGIC = b"TFL3"
_SAVED_MODEL_MODULE = "app.detection.tf_saved_model"  # TensorFlow: loaded only when asked for


class Describe(Protocol):
    """Gives the card of a model, once the model has told how many classes it tells apart."""

    def __call__(self, class_count: int | None) -> ModelCard:
        """Return the card; `class_count` may include the background."""
        ...


class OpenSavedModel(Protocol):
    """What the leaf module offers."""

    def __call__(self, folder: Path, describe: Describe) -> Detector:
        """Open the SavedModel in `folder`."""
        ...


def open_detector(
    model: str | None = None, *, models_dir: Path | None = None, cache_dir: Path | None = None
) -> Detector:
    """Open a model, however it comes.

    Parameters
    ----------
    model : str, optional
        None or empty: the starter. A name of `list_models`, or a path: a model package, a
        ``.tflite``, a SavedModel's folder, or a ``.zip`` or ``.tar.gz`` of these.
    models_dir : Path, optional
        The project's ``models/``, where names are looked up.
    cache_dir : Path, optional
        Where archives are unpacked; the user's cache when None.

    Raises
    ------
    ModelError
        Saying what is missing or does not fit, and what to do.
    """
    path = locate_model(model, models_dir)
    if path.is_dir():
        return _open_folder(path)
    if _is_tflite(path):
        return _open_foreign_tflite(path, [path.parent])
    if path.name == SAVED_MODEL_NAME:
        return _open_foreign_saved_model(path.parent)
    if is_archive(path):
        folder = unpack(path, cache_dir or default_cache_dir())
        return _open_folder(folder, name=_bare_name(path), label_folders=(path.parent,))
    raise _not_a_model(path)


def _open_folder(folder: Path, name: str = "", label_folders: tuple[Path, ...] = ()) -> Detector:
    """Open what is in `folder`, or in the only folder in it that holds a model."""
    for place in _places(folder):
        if (place / CARD_NAME).is_file():
            return _open_package(place)
        if (place / SAVED_MODEL_NAME).is_file():
            return _open_foreign_saved_model(place, name, label_folders)
        files = sorted(place.glob("*.tflite"))
        if len(files) == 1:
            return _open_foreign_tflite(files[0], [place, *label_folders], name)
        if files:
            raise ModelError(
                "model-ambiguous",
                f"{place} holds several models: {', '.join(file.name for file in files)}.",
                "Choose one of the files.",
            )
    raise _not_a_model(folder)


def _places(folder: Path) -> Iterator[Path]:
    """Yield `folder`, its ``saved_model``, and the same of the one folder in it, if it is one.

    The zoo's archives hold one folder, named after the model, with the SavedModel inside.
    """
    yield folder
    yield folder / "saved_model"
    inner = [child for child in folder.iterdir() if child.is_dir()]
    if len(inner) == 1 and inner[0].name != "saved_model":
        yield inner[0]
        yield inner[0] / "saved_model"


def _open_package(folder: Path) -> Detector:
    card = read_model_card(folder / CARD_NAME)
    if (folder / "model.tflite").is_file():
        return open_tflite(folder / "model.tflite", card)
    if (folder / "saved_model" / SAVED_MODEL_NAME).is_file():
        return _open_saved_model(folder / "saved_model", lambda class_count: card)
    raise ModelError(
        "model-incomplete",
        f"{folder} has a {CARD_NAME}, but neither model.tflite nor saved_model.",
        "Export the model again, or copy the whole folder.",
    )


def _open_foreign_tflite(path: Path, label_folders: list[Path], name: str = "") -> Detector:
    interpreter = load_interpreter(path)
    outputs = finished_outputs(interpreter, path)
    card = describe_foreign_model(
        path,
        name=name or path.stem,
        label_folders=label_folders,
        class_count=outputs.class_count,
        input_spec=InputSpec(),
    )
    return LiteRtDetector(interpreter, outputs.for_labels(card.classes), card)


def _open_foreign_saved_model(
    folder: Path, name: str = "", label_folders: tuple[Path, ...] = ()
) -> Detector:
    is_inner = folder.name == "saved_model"
    outer = folder.parent if is_inner else folder

    def describe(class_count: int | None) -> ModelCard:
        return describe_foreign_model(
            folder,
            name=name or outer.name,
            label_folders=[folder, folder / "assets", outer, *label_folders],
            class_count=class_count,
            input_spec=InputSpec(mean=0, std=1),  # they normalise inside
        )

    return _open_saved_model(folder, describe)


def _open_saved_model(folder: Path, describe: Describe) -> Detector:
    opener: OpenSavedModel = importlib.import_module(_SAVED_MODEL_MODULE).open_saved_model
    return opener(folder, describe)


def _is_tflite(path: Path) -> bool:
    if path.suffix.lower() == ".tflite":
        return True
    with path.open("rb") as file:
        return file.read(8)[4:] == _TFLITE_MAGIC


def _bare_name(path: Path) -> str:
    name = path.name
    for ending in (".zip", ".gz", ".tgz", ".tar"):
        name = name.removesuffix(ending)
    return name


def _not_a_model(path: Path) -> ModelError:
    return ModelError(
        "model-not-a-model",
        f"{path} is not a model that Tallybox can open.",
        "It opens a model package (a folder with model.json), a .tflite file, a TensorFlow "
        "SavedModel (a folder with saved_model.pb), and a .zip or .tar.gz of these.",
    )
