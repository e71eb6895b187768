"""COCO and YOLO of every set, beside the records, through the formats of the room `annotation`.

These formats are written a whole set at a time, so they hold the labels of a set in memory.
"""

from __future__ import annotations

from pathlib import Path

from app.annotation.formats.label_set import LabeledImage, LabelSet, make_folder
from app.annotation.formats.registry import FORMATS
from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation
from app.dataset.export_sets import ExportSource
from app.dataset.export_settings import ExportSettings
from app.files import atomic_write_text
from app.imaging import ImageReadError, read_size
from app.jobs.cancel import CancelToken


def write_format(
    source: ExportSource, settings: ExportSettings, key: str, folder: Path, token: CancelToken
) -> None:
    """Write the labels of every set in one format: the same pictures as in the records.

    Parameters
    ----------
    source : ExportSource
    settings : ExportSettings
    key : str
        Of the format, as in `FORMATS`.
    folder : Path
        Gets ``<set>.json``, or a folder for each set, ``labels/<set>``, and ``data.yaml``.
    token : CancelToken

    Raises
    ------
    AnnotationError
        The format can't hold a name.
    FileWriteError
    JobCancelled
    """
    form = FORMATS[key]
    assert form.write is not None
    make_folder(folder)
    for set_name, names in source.sets.items():
        labels = _label_set(source, settings, names, token)
        path = folder / "labels" / set_name if form.is_folder else folder / f"{set_name}.json"
        form.write(labels, path)
    if key == "yolo":
        atomic_write_text(folder / "data.yaml", _data_yaml(source))


def _label_set(
    source: ExportSource, settings: ExportSettings, names: tuple[str, ...], token: CancelToken
) -> LabelSet:
    """Return the labels of one set, without the pictures that do not go out."""
    images = []
    for name in names:
        token.raise_if_cancelled()
        annotation = _annotation(source.folder, name)
        if annotation is None or not _goes_out(annotation, source, settings):
            continue
        images.append(LabeledImage(name, annotation))
    return LabelSet(tuple(images), tuple(source.classes.values()))


def _annotation(folder: LabelFolder, name: str) -> ImageAnnotation | None:
    picture = folder.images / name
    try:
        labels = folder.load(picture, size=read_size(picture))
    except ImageReadError:
        return None  # told with the records
    return labels.annotation if labels.error is None else None


def _goes_out(annotation: ImageAnnotation, source: ExportSource, settings: ExportSettings) -> bool:
    classes = {box.class_name for box in annotation.boxes}
    is_kept = bool(classes) or settings.background == "keep"
    return is_kept and classes <= set(source.classes.values())


def _data_yaml(source: ExportSource) -> str:
    """Return the file that trainers of the YOLO family read, without a machine's path."""
    lines = [f"{name}: images/{name}" for name in source.sets]
    names = [f"  {index}: {_quoted(name)}" for index, name in enumerate(source.classes.values())]
    return "\n".join(["path: .", *lines, "names:", *names]) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
