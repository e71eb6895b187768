"""The label files of a folder of pictures: which file, loading, and saving without any loss."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from app.annotation.errors import AnnotationError
from app.annotation.formats.coordinate_rule import LABELIMG_RULE
from app.annotation.formats.records import not_readable
from app.annotation.formats.voc_reader import VocDocument, parse_voc, voc_xml
from app.annotation.formats.voc_writer import voc_bytes
from app.annotation.formats.xml_safety import MAX_BYTES, first, own_text
from app.annotation.labels import ImageAnnotation, Note
from app.annotation.picture_index import PictureIndex
from app.annotation.picture_scan import in_natural_order, picture_names, scan
from app.annotation.picture_states import PictureState, Status
from app.files import atomic_write_bytes, write_error
from app.project.project import Project


@dataclass(frozen=True)
class LabelFile:
    """The labels of one picture, and what its file was when they were read or last saved.

    Attributes
    ----------
    path : Path
        Where they are, or will be.
    annotation : ImageAnnotation
        Empty where there is no file, or a broken one.
    notes : tuple of Note
        What was mended or refused on reading.
    error : AnnotationError or None
        Why the file can't be read. It is never overwritten then.
    original : bytes or None
        The file as it was loaded: what `LabeledBox.origin` counts in. It stays the same over any
        number of saves, so that a box that is deleted, saved and brought back by undo is itself
        again, with all that the file said about it.
    on_disk : bytes or None
        The file as it is now, as far as we know; None where there is none.
    stamp : (int, int) or None
        Its modification time in nanoseconds and its size in bytes.
    """

    path: Path
    annotation: ImageAnnotation
    notes: tuple[Note, ...] = ()
    error: AnnotationError | None = None
    original: bytes | None = None
    on_disk: bytes | None = None
    stamp: tuple[int, int] | None = None


class LabelFolder:
    """Pictures below a folder, and the Pascal VOC files that belong to them.

    The labels of ``trip/a.jpg`` are in ``trip/a.xml``, beside the picture, or at the same relative
    path below a folder of labels. A file directly in the folder of labels (labelImg puts all of
    them there) is taken too, if it is clear whose it is, and stays where it is.

    Two pictures of a folder that differ in their suffix only do not share a file: the first in
    natural order has ``a.xml``, unless that file names the other; the others have their whole
    name, ``a.png.xml``. A file of that kind is found again when the other picture has gone.

    Parameters
    ----------
    images : Path
        Folder of pictures, with sub-folders.
    labels : Path, optional
        Folder of label files; None: beside the pictures.
    coordinate_rule : {"labelimg", "voc-devkit"}
        What the coordinates in the files mean; see `FIRST_PIXEL`.
    """

    def __init__(
        self,
        images: Path,
        labels: Path | None = None,
        *,
        coordinate_rule: str = LABELIMG_RULE,
    ) -> None:
        self.coordinate_rule = coordinate_rule
        self.images = images.absolute()
        self._start = str(self.images / "x")[:-1]
        self.labels = labels.absolute() if labels is not None else None
        self._pictures_in: dict[Path, list[str]] = {}  # by sub-folder
        self._label_names: dict[Path, _LabelNames] = {}  # by sub-folder
        self._stems: Counter[str] | None = None

    @classmethod
    def of_project(cls, project: Project, labels: Path | None = None) -> LabelFolder:
        """Return the pictures of a project; `labels` in place of its own folder of labels."""
        return cls(
            project.images_folder,
            labels or project.annotations_folder,
            coordinate_rule=project.coordinate_rule,
        )

    def anew(self) -> LabelFolder:
        """Return the same folder without what this one remembers, as for another thread."""
        return LabelFolder(self.images, self.labels, coordinate_rule=self.coordinate_rule)

    def pictures(self) -> PictureIndex:
        """Return all pictures, sub-folders included, as a person sorts: ``img2`` before ``img10``.

        Looks at the disk each time. Names that begin with a point and links to folders are left
        out.

        Raises
        ------
        AnnotationError
            "folder-not-readable" for the folder itself; a sub-folder is left out and logged.
        """
        folders = dict(scan(self.images))
        start = len(str(self.images / "x")) - 1
        self._label_names.clear()
        self._pictures_in = {Path(folder[start:]): names for folder, names in folders.items()}
        self._stems = None
        paths = (f"{folder}{os.sep}{name}" for folder, names in folders.items() for name in names)
        return PictureIndex(self.images, in_natural_order(path[start:] for path in paths))

    def label_path(self, picture: Path) -> Path:
        """Return the file in which the labels of `picture` are, or will be.

        Raises
        ------
        AnnotationError
            "not-in-folder" for a picture that is not below `images`.
        """
        relative = self._relative(picture)
        names = self._names_in(relative.parent, relative.name)
        folder = (self.labels or self.images) / relative.parent
        whole_name = f"{relative.name}.xml"
        if names.is_free(whole_name) and _exists(folder / whole_name):
            return folder / whole_name
        path = folder / names.of_picture[relative.name]
        if self.labels is None or relative.parent == Path() or _exists(path):
            return path
        return self._flat_file(relative) or path

    def load(self, picture: Path, *, size: tuple[int, int], depth: int = 3) -> LabelFile:
        """Read the labels of a picture; a broken file is told in `LabelFile.error`, not raised.

        Parameters
        ----------
        picture : Path
        size : (int, int)
            Width and height of the upright picture, pixels.
        depth : int
            Colour channels, for a new file.

        Raises
        ------
        AnnotationError
            "not-in-folder".
        """
        path = self.label_path(picture)
        empty = LabelFile(path, ImageAnnotation(*size, depth))
        try:
            data, stamp = _read(path)
        except AnnotationError as error:
            return replace(empty, error=error)
        if data is None:
            return empty
        known = replace(empty, original=data, on_disk=data, stamp=stamp)
        try:
            document = self._parsed(data, path, size)
        except AnnotationError as error:
            return replace(known, error=error)
        return replace(known, annotation=document.annotation, notes=document.notes)

    def save(self, picture: Path, annotation: ImageAnnotation, *, known: LabelFile) -> LabelFile:
        """Write the labels of a picture: all of the file or nothing.

        Nothing is written where there is no file and nothing to say.

        Parameters
        ----------
        picture : Path
        annotation : ImageAnnotation
        known : LabelFile
            What `load` or the last `save` returned.

        Returns
        -------
        LabelFile
            To be given to the next `save`; its boxes are those of `annotation`, origins included.

        Raises
        ------
        AnnotationError
            "labels-broken" when the file could not be read: it is kept; "labels-changed-outside"
            when it is not what it was; "label-not-writable" for a box no file can hold.
        FileWriteError
            The disk refuses; the old file is untouched.
        """
        if known.error is not None:
            raise _never_overwritten(known)
        _check_unchanged(known)
        is_empty = not annotation.boxes and not annotation.is_verified
        if is_empty and known.on_disk is None:
            return replace(known, annotation=annotation)
        data = voc_bytes(
            annotation,
            image_path=picture,
            original=known.original,
            coordinate_rule=self.coordinate_rule,
        )
        if data != known.on_disk:
            self._write(known.path, data)
        _, stamp = _read(known.path)
        return replace(known, annotation=annotation, on_disk=data, stamp=stamp)

    def status(self, picture: Path) -> Status:
        """Return how far a picture is, without opening it; see `state`."""
        return self.state(picture).status

    def state(self, picture: Path) -> PictureState:
        """Return how far a picture is and what it has boxes of, without opening it.

        "labelled" has at least one object; a file without any counts only when it is verified.
        """
        path = self.label_path(picture)
        try:
            data, _ = _read(path)
            document = None if data is None else self._parsed(data, path)
        except AnnotationError:
            return PictureState("broken")
        if document is None:
            return PictureState("unlabelled")
        boxes = document.annotation.boxes
        classes = tuple(sorted(Counter(sys.intern(box.class_name) for box in boxes).items()))
        has_objects = bool(boxes) or any(note.kind == "refused" for note in document.notes)
        if document.annotation.is_verified:
            return PictureState("verified", classes)
        return PictureState("labelled" if has_objects else "unlabelled", classes)

    def _parsed(self, data: bytes, path: Path, size: tuple[int, int] | None = None) -> VocDocument:
        rule = self.coordinate_rule
        return parse_voc(data, name=path.name, image_size=size, coordinate_rule=rule)

    def _relative(self, picture: Path) -> Path:
        text = str(picture)
        if text.startswith(self._start):  # as `relative_to` does, in a tenth of the time
            return Path(text[len(self._start) :])
        try:
            return picture.absolute().relative_to(self.images)
        except ValueError as error:
            raise AnnotationError(
                "not-in-folder",
                f"{picture} is not in the folder of pictures {self.images}.",
                "Open the folder that the picture is in.",
            ) from error

    def _names_in(self, folder: Path, picture_name: str) -> _LabelNames:
        """Return the label names of a sub-folder; a picture that is new in it is seen."""
        known = self._label_names.get(folder)
        if known is not None and picture_name in known.of_picture:
            return known
        found = self._pictures_in.get(folder, [])
        if picture_name not in found:
            found = [*{*picture_names(self.images / folder), picture_name}]
            self._pictures_in[folder] = found
        names = _shared_out(found, (self.labels or self.images) / folder)
        self._label_names[folder] = names
        return names

    def _flat_file(self, relative: Path) -> Path | None:
        """Return the file directly in the folder of labels, if it is this picture's."""
        path = (self.labels or self.images) / f"{relative.stem}.xml"
        if not _exists(path):
            return None
        if self._stems is None:
            scanned = dict(scan(self.images))
            self._stems = Counter(_stem(name) for names in scanned.values() for name in names)
        is_clear = self._stems[_stem(relative.name)] < 2 or _says_path(path, relative)
        return path if is_clear else None

    def _write(self, path: Path, data: bytes) -> None:
        target = path.resolve() if path.is_symlink() else path  # else the link would be replaced
        try:
            if self.labels is not None:
                self.images.stat()  # a project that has gone is not begun anew by its labels
                target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(target, error) from error
        atomic_write_bytes(target, data)


@dataclass(frozen=True)
class _LabelNames:
    """Which label file belongs to which picture of one folder."""

    of_picture: dict[str, str]
    taken: frozenset[str]  # as `_as_on_disk` tells names apart

    def is_free(self, label_name: str) -> bool:
        return _as_on_disk(label_name) not in self.taken


def _shared_out(pictures: list[str], label_folder: Path) -> _LabelNames:
    """Give every picture of a folder a label file of its own."""
    first_of: dict[str, str] = {}  # by stem
    sharing: dict[str, list[str]] = {}  # a list only where it is needed: most have a stem alone
    for name in pictures:
        stem = _stem(name)
        other = first_of.setdefault(stem, name)
        if other != name:
            sharing.setdefault(stem, [other]).append(name)
    others: list[str] = []
    for stem, members in sharing.items():
        first_of[stem] = _owner(in_natural_order(members), label_folder)
        others += [name for name in members if name != first_of[stem]]
    of_picture = {name: f"{name.rpartition('.')[0]}.xml" for name in first_of.values()}
    taken = {_as_on_disk(name) for name in of_picture.values()}
    for name in in_natural_order(others):
        label_name, number = f"{name}.xml", 2
        while _as_on_disk(label_name) in taken:  # a picture called a.png.bmp has that file
            label_name, number = f"{name}.{number}.xml", number + 1
        of_picture[name] = label_name
        taken.add(_as_on_disk(label_name))
    return _LabelNames(of_picture, frozenset(taken))


def _owner(pictures: list[str], label_folder: Path) -> str:
    """Return whose ``<stem>.xml`` is: the picture it names, else the first."""
    for name in pictures:
        said = _said(label_folder / f"{name.rpartition('.')[0]}.xml", "filename")
        if said in pictures:
            return said
    return pictures[0]


def _says_path(path: Path, relative: Path) -> bool:
    """Whether a label file names the picture with its sub-folder."""
    said = _said(path, "path").replace("\\", "/")
    return f"/{said}".endswith(f"/{relative.as_posix()}")


def _said(path: Path, tag: str) -> str:
    """Return the text of an element of a label file; empty when it has none."""
    try:
        data, _ = _read(path)
        element = first(voc_xml(data, name=path.name).root, tag) if data is not None else None
    except AnnotationError:
        return ""
    return (own_text(element) or "").strip() if element is not None else ""


def _exists(path: Path) -> bool:
    """Whether there is a file; not where its name would be too long or its folder is closed."""
    try:
        path.stat()
    except OSError:
        return False
    return True


def _read(path: Path) -> tuple[bytes | None, tuple[int, int] | None]:
    """Return a file's bytes and stamp; None for both where there is no file."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            # Asked for more, Python would make room for all of it first.
            wanted = min(status.st_size, MAX_BYTES) + 1
            return file.read(wanted), (status.st_mtime_ns, status.st_size)
    except (FileNotFoundError, NotADirectoryError):
        return None, None
    except OSError as error:
        raise not_readable(path, error) from error


def _check_unchanged(known: LabelFile) -> None:
    """Refuse to write over what somebody else wrote; the bytes are compared, times can lie."""
    data, _ = _read(known.path)
    if data == known.on_disk:
        return
    what = "is gone" if data is None else "was written"
    raise AnnotationError(
        "labels-changed-outside",
        f"{known.path} {what} by another program or window since it was read.",
        "Open the picture again to see what the file says now; then save.",
    )


def _never_overwritten(known: LabelFile) -> AnnotationError:
    return AnnotationError(
        "labels-broken",
        f"{known.path} is not written: it could not be read, and what it holds would be lost.",
        "Repair the file or move it away, then open the picture again.",
        detail=str(known.error),
    )


def _stem(name: str) -> str:
    return _as_on_disk(name.rpartition(".")[0])


def _as_on_disk(name: str) -> str:
    """Return what tells two names apart: not the case, where the disk does not mind it."""
    return name.casefold() if sys.platform in {"win32", "darwin"} else name
