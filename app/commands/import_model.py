"""A model that is imported: copied into a project as a package, once it has been opened."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.output import print_json
from app.files import atomic_write_text, partial_path, publish, write_error

if TYPE_CHECKING:  # opening a model takes long, and --help must not wait for it
    from app.detection.detections import Detector


def take_in_model(source: Path, models_dir: Path, *, as_json: bool) -> int:
    """Copy a model into ``models/<name>/<n>/``; one that is there already is not copied again.

    Raises
    ------
    app.detection.errors.ModelError
        It can't be opened; nothing is copied then.
    app.files.FileWriteError
    """
    folder, is_new = install_model(source, models_dir)
    name = folder.parent.name
    if as_json:
        print_json({"kind": "model", "name": name, "folder": str(folder), "is_new": is_new})
    elif is_new:
        typer.echo(f"The model {name} is in {folder}.")
    else:
        typer.echo(f"The model {name} is in {folder} already.")
    return 0


def install_model(source: Path, models_dir: Path) -> tuple[Path, bool]:
    """Return the folder of the package, and whether it is new; see `take_in_model`."""
    from app.detection.opening import open_detector

    detector = open_detector(str(source.resolve()))
    parent = models_dir / _folder_name(detector.name)
    target = parent / str(1 + max((int(each.name) for each in _versions(parent)), default=0))
    draft = partial_path(target)
    try:
        shutil.rmtree(draft, ignore_errors=True)  # of an import that was killed here
        draft.mkdir(parents=True)
        _fill(draft, _unpacked(source), detector)
        sums = _sums(draft)
        known = next((each for each in _versions(parent) if _sums(each) == sums), None)
        if known is None:
            publish(target)
    except OSError as error:
        raise write_error(draft, error) from error
    else:
        return known or target, known is None
    finally:
        detector.close()
        shutil.rmtree(draft, ignore_errors=True)


def model_file(folder: Path) -> Path | None:
    """Return the file that makes a folder a model's, where `open_detector` looks for it."""
    from app.detection.model_card import CARD_NAME
    from app.detection.opening import SAVED_MODEL_NAME

    for place in ("", "saved_model/", "*/", "*/saved_model/"):
        for pattern in (CARD_NAME, SAVED_MODEL_NAME, "*.tflite"):
            found = next((path for path in sorted(folder.glob(place + pattern))), None)
            if found is not None:
                return found
    return None


def _unpacked(source: Path) -> Path:
    """Return the file that makes a source a model, where `open_detector` has unpacked it."""
    from app.detection.archives import default_cache_dir, is_archive, unpack

    if source.is_file() and not is_archive(source):
        return source
    folder = source if source.is_dir() else unpack(source, default_cache_dir())
    return model_file(folder) or folder


def _fill(draft: Path, model: Path, detector: Detector) -> None:
    """Copy a package as it is, and make one of any other model."""
    from app.detection.model_card import CARD_NAME
    from app.detection.opening import SAVED_MODEL_NAME

    if model.name == CARD_NAME:
        shutil.copytree(model.parent, draft, dirs_exist_ok=True)
        return
    is_saved_model = model.name == SAVED_MODEL_NAME
    if is_saved_model:
        shutil.copytree(model.parent, draft / "saved_model")
    else:
        shutil.copyfile(model, draft / "model.tflite")
    _write_card(draft, detector, normalises_inside=is_saved_model)


def _write_card(draft: Path, detector: Detector, *, normalises_inside: bool) -> None:
    from app.dataset.label_map_files import pbtxt_label_map
    from app.detection.model_card import CARD_NAME, SCHEMA_VERSION, InputSpec

    given = InputSpec(mean=0, std=1) if normalises_inside else InputSpec()
    fields = {
        "schema_version": SCHEMA_VERSION,
        "name": detector.name,
        "classes": [{"id": key, "name": name} for key, name in detector.classes.items()],
        "input": {"mean": given.mean, "std": given.std},
        "output": {"layout": "detections"},
        "thresholds": {"score": detector.default_score},
        "default_class_names": list(detector.default_class_names),
    }
    atomic_write_text(draft / CARD_NAME, json.dumps(fields, ensure_ascii=False, indent=2) + "\n")
    atomic_write_text(draft / "label_map.pbtxt", pbtxt_label_map(detector.classes))


def _folder_name(name: str) -> str:
    """Return a model's name as a folder may be called, and not like the starter."""
    from app.detection.registry import STARTER_NAME

    plain = re.sub(r"[^\w .-]+", "_", name).strip(" .") or "model"
    return f"{plain}-imported" if plain == STARTER_NAME else plain


def _versions(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return [each for each in sorted(parent.iterdir()) if each.name.isdigit()]


def _sums(folder: Path) -> dict[str, str]:
    """Return the checksums of all files, by their path in the folder."""
    sums = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            sums[path.relative_to(folder).as_posix()] = digest
    return sums
