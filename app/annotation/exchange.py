"""Labels of a whole folder: taken in from other formats, gathered for them, and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.annotation.formats.label_set import LabeledImage, LabelSet
from app.annotation.formats.registry import Format
from app.annotation.label_folder import LabelFolder
from app.annotation.labels import ImageAnnotation, Note
from app.errors import AppError
from app.imaging import ImageReadError, read_size


@dataclass
class ImportReport:
    """How an import went.

    Attributes
    ----------
    pictures, boxes : int
        What was written.
    kept : list of str
        Pictures that had labels already, which were left as they were.
    class_names : tuple of str
        In the order of the source.
    notes : list of Note
        What was mended or refused, and why.
    """

    pictures: int = 0
    boxes: int = 0
    kept: list[str] = field(default_factory=list)
    class_names: tuple[str, ...] = ()
    notes: list[Note] = field(default_factory=list)


def import_labels(
    source: Path, form: Format, folder: LabelFolder, *, replaces: bool = False
) -> ImportReport:
    """Write the labels at `source` as the label files of a folder of pictures.

    Parameters
    ----------
    source : Path
        A file or folder in the format `form`.
    form : Format
    folder : LabelFolder
    replaces : bool
        Whether labels that a picture has already are replaced; else they are kept.

    Raises
    ------
    AnnotationError
        When the source can't be read at all; nothing is written then.
    FileWriteError
    """
    sizes = _Sizes(folder)
    labels = form.read(source, size_of=sizes.of)
    report = ImportReport(class_names=labels.class_names, notes=list(labels.notes))
    for image in labels.images:
        _take_in(image, folder, sizes, report, replaces=replaces)
    return report


def _take_in(
    image: LabeledImage,
    folder: LabelFolder,
    sizes: _Sizes,
    report: ImportReport,
    *,
    replaces: bool,
) -> None:
    picture, size = sizes.picture(image.name), sizes.of(image.name)
    if picture is None or size is None:
        text = "There is no such picture in the folder; its labels were left out."
        report.notes.append(Note("refused", image.name, text))
        return
    known = folder.load(picture, size=size, depth=image.annotation.depth)
    if known.on_disk is not None and not replaces:
        report.kept.append(image.name)
        return
    # A new file, and not the old one changed: what that said about its boxes is not true of these.
    fresh = replace(known, original=None)
    try:
        folder.save(picture, image.annotation, known=fresh)
    except AppError as error:
        report.notes.append(Note("refused", image.name, error.message))
        return
    report.pictures += 1
    report.boxes += len(image.annotation.boxes)


def gather_labels(folder: LabelFolder) -> LabelSet:
    """Return the labels of all pictures of a folder; those without any come too, empty.

    Broken label files and pictures become notes of kind "refused".
    """
    images: list[LabeledImage] = []
    notes: list[Note] = []
    for name, annotation, found in _walk(folder):
        notes += found
        if annotation is not None:
            images.append(LabeledImage(name, annotation))
    return LabelSet(tuple(images), notes=tuple(notes))


def check_labels(folder: LabelFolder, class_names: tuple[str, ...] = ()) -> list[Note]:
    """Return what is wrong with the pictures and labels of a folder.

    Parameters
    ----------
    folder : LabelFolder
    class_names : tuple of str
        The classes there are; a box of another one is told. Empty: any will do.
    """
    notes: list[Note] = []
    for name, annotation, found in _walk(folder):
        notes += found
        boxes = annotation.boxes if annotation is not None else ()
        unknown = {box.class_name for box in boxes} - set(class_names) if class_names else set()
        notes += [
            Note("refused", name, f"The class {wrong!r} is none of the project's.")
            for wrong in sorted(unknown)
        ]
    return notes


def _walk(folder: LabelFolder) -> Iterator[tuple[str, ImageAnnotation | None, list[Note]]]:
    """Yield the name of each picture, its labels (None: broken), and what there is to say."""
    for picture in folder.pictures():
        name = picture.relative_to(folder.images).as_posix()
        try:
            file = folder.load(picture, size=read_size(picture))
        except ImageReadError as error:
            yield name, None, [Note("refused", name, error.message)]
            continue
        if file.error is not None:
            yield name, None, [Note("refused", str(file.path), file.error.message)]
        else:
            yield name, file.annotation, list(file.notes)


class _Sizes:
    """Finds a folder's pictures by the names that other tools give them, and their sizes."""

    def __init__(self, folder: LabelFolder) -> None:
        self._by_name: dict[str, Path] = {}
        self._by_file_name: dict[str, Path | None] = {}
        for path in folder.pictures():
            self._by_name[path.relative_to(folder.images).as_posix()] = path
            # None where two pictures in different folders have the same name.
            is_new = path.name not in self._by_file_name
            self._by_file_name[path.name] = path if is_new else None
        self._sizes: dict[Path, tuple[int, int] | None] = {}

    def picture(self, name: str) -> Path | None:
        """Return the picture of that relative path, else the only one of that file name."""
        return self._by_name.get(name) or self._by_file_name.get(name.rpartition("/")[2])

    def of(self, name: str) -> tuple[int, int] | None:
        """Return width and height of the upright picture; None where there is none."""
        path = self.picture(name)
        if path is None:
            return None
        if path not in self._sizes:
            try:
                self._sizes[path] = read_size(path)
            except ImageReadError:
                self._sizes[path] = None
        return self._sizes[path]
