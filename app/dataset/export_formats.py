"""COCO and YOLO of every set beside the records, each with its pictures.

The labels of a set are written by the formats of the room `annotation`, which hold a set's labels
in memory, but no picture.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from app.annotation.formats.label_set import LabeledImage, LabelSet, make_folder
from app.annotation.formats.registry import FORMATS
from app.annotation.labels import ImageAnnotation
from app.dataset.example_features import ExamplePicture
from app.dataset.export_picture import PictureExport, read_picture
from app.dataset.export_sets import ExportSource
from app.dataset.export_settings import ExportSettings
from app.dataset.picture_payload import SUFFIX_FORMATS
from app.files import atomic_write_bytes, atomic_write_text, write_error
from app.jobs.cancel import CancelToken


def write_formats(
    source: ExportSource, settings: ExportSettings, folder: Path, token: CancelToken
) -> None:
    """Write the sets in the formats of ``settings.also``: the same pictures as in the records.

    Parameters
    ----------
    source : ExportSource
    settings : ExportSettings
    folder : Path
        Gets a folder for each format, with ``images/<set>`` and ``<set>.json``, or
        ``labels/<set>`` and ``data.yaml``. A picture that was converted has its new format's
        ending; others are links to the project's files, or copies where the disk can't link.
        Tallybox never writes into a file that is there, so a link stays what it was.
    token : CancelToken

    Raises
    ------
    AnnotationError
        The format can't hold a name.
    FileWriteError
    JobCancelled
    """
    if not settings.also:
        return
    for set_name, names in source.sets.items():
        images = [folder / key / "images" / set_name for key in settings.also]
        labels = LabelSet(
            tuple(_placed(source, settings, names, images, token)), tuple(source.classes.values())
        )
        for key in settings.also:
            _write_labels(labels, set_name, key, folder / key)
    if "yolo" in settings.also:
        atomic_write_text(folder / "yolo" / "data.yaml", _data_yaml(source))


def _placed(
    source: ExportSource,
    settings: ExportSettings,
    names: Sequence[str],
    folders: Sequence[Path],
    token: CancelToken,
) -> Iterator[LabeledImage]:
    """Put the pictures of a set into `folders`, and yield their labels under their new names."""
    pictures = PictureExport(source, settings)
    taken = {name.casefold() for name in names}
    for name in names:
        token.raise_if_cancelled()
        example = pictures.made(read_picture(source.folder.images, name), 0).example
        if example is None:
            continue  # told with the records
        new_name = _new_name(example, taken)
        for folder in folders:
            _put(example, source.folder.images / name, folder / new_name)
        size = (example.payload.width, example.payload.height)
        yield LabeledImage(new_name, ImageAnnotation(*size, boxes=tuple(example.boxes)))


def _new_name(picture: ExamplePicture, taken: set[str]) -> str:
    """Return a picture's name with the ending that is true of it, and take that name."""
    payload, path = picture.payload, PurePosixPath(picture.name)
    if not payload.conversion or SUFFIX_FORMATS.get(path.suffix.lower()) == payload.format:
        return picture.name
    suffix = next(each for each, form in SUFFIX_FORMATS.items() if form == payload.format)
    name = str(path.with_suffix(suffix))
    while name.casefold() in taken:  # clip.png beside clip.gif
        path = path.with_name(path.name + suffix)
        name = str(path)
    taken.add(name.casefold())
    return name


def _put(picture: ExamplePicture, path: Path, target: Path) -> None:
    make_folder(target.parent)
    if picture.payload.conversion:
        atomic_write_bytes(target, picture.payload.content)
        return
    try:
        os.link(path.resolve(), target)
    except OSError:
        _copy(path, target)


def _copy(path: Path, target: Path) -> None:
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise write_error(target, error) from error


def _write_labels(labels: LabelSet, set_name: str, key: str, folder: Path) -> None:
    form = FORMATS[key]
    assert form.write is not None
    make_folder(folder)
    path = folder / "labels" / set_name if form.is_folder else folder / f"{set_name}.json"
    form.write(labels, path)


def _data_yaml(source: ExportSource) -> str:
    """Return the file that trainers of the YOLO family read, without a machine's path."""
    lines = [f"{name}: images/{name}" for name in source.sets]
    names = [f"  {index}: {_quoted(name)}" for index, name in enumerate(source.classes.values())]
    return "\n".join(["path: .", *lines, "names:", *names]) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
