"""Labels of a whole folder: taken in from other formats, gathered for them, and checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from app.annotation.errors import AnnotationError
from app.annotation.formats.label_set import LabeledImage, LabelSet, make_folder
from app.annotation.formats.registry import Format, detect
from app.annotation.formats.voc_set import fractions_lost
from app.annotation.label_folder import LabelFile, LabelFolder
from app.annotation.labels import ImageAnnotation, Note
from app.errors import AppError
from app.files import atomic_write_bytes
from app.imaging import ImageReadError, read_size
from app.jobs.cancel import CancelToken, JobCancelled

REPLACED_FOLDER = ".tallybox-replaced"
"""In the folder of labels: what imports replaced, each in a folder named after its time."""

Progress = Callable[[int, int], None]
"""Called with the number of pictures done, and of all."""

Choice = Literal["all", "labelled", "verified"]
"""Which pictures are exported; "labelled" ones have a box or are verified."""


@dataclass
class ImportReport:
    """How an import went.

    Attributes
    ----------
    pictures : int
        How many have new labels.
    boxes : Counter of str
        How many boxes were written, by class.
    kept : list of str
        Pictures that had labels already, which were left as they were.
    changed : list of Path
        The pictures that have new labels.
    class_names : tuple of str
        In the order of the source.
    notes : list of Note
        What was mended, refused or lost, and why.
    backup : Path or None
        Folder of the label files that were replaced, at their relative paths.
    is_stopped : bool
        Whether it was stopped before the end.
    """

    boxes: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    changed: list[Path] = field(default_factory=list)
    class_names: tuple[str, ...] = ()
    notes: list[Note] = field(default_factory=list)
    backup: Path | None = None
    is_stopped: bool = False

    @property
    def pictures(self) -> int:
        """How many pictures have new labels."""
        return len(self.changed)


@dataclass(frozen=True)
class ExportReport:
    """How an export went.

    Attributes
    ----------
    pictures : int
    boxes : Counter of str
        How many boxes were written, by class.
    notes : tuple of Note
        Pictures and files that could not be read, and what the format can't hold.
    """

    pictures: int
    boxes: Counter[str]
    notes: tuple[Note, ...]


def detect_format(sources: Sequence[Path]) -> Format:
    """Return the one format of all `sources`, told by content.

    Raises
    ------
    AnnotationError
        "labels-mixed" where they are of several; or see `registry.detect`.
    """
    first, *others = sources
    form = detect(first)
    for other in others:
        if detect(other) is not form:
            raise AnnotationError(
                "labels-mixed",
                f"{first.name} is {form.title}, and {other.name} is of another format.",
                "Import the files of one format at a time.",
            )
    return form


def import_labels(
    sources: Sequence[Path],
    form: Format,
    folder: LabelFolder,
    *,
    replaces: bool = False,
    token: CancelToken | None = None,
    on_progress: Progress | None = None,
) -> ImportReport:
    """Write the labels at `sources` as the label files of a folder of pictures.

    Parameters
    ----------
    sources : sequence of Path
        Files or folders in the format `form`; all are read before anything is written.
    form : Format
    folder : LabelFolder
    replaces : bool
        Whether labels that a picture has already are replaced, a copy of them kept; else they
        stay.
    token : CancelToken, optional
        Stops it between two pictures; the report says what was done until then.
    on_progress : callable, optional

    Raises
    ------
    AnnotationError
        When a source can't be read at all; nothing is written then.
    FileWriteError
        A copy of what is replaced can't be written.
    """
    token = token or CancelToken()
    work = _Import(folder, token, replaces=replaces)
    try:
        work.run([form.read(source, size_of=work.size_of) for source in sources], on_progress)
    except JobCancelled:
        work.report.is_stopped = True
    return work.report


def export_labels(
    folder: LabelFolder,
    form: Format,
    target: Path,
    *,
    class_names: tuple[str, ...] = (),
    choice: Choice = "all",
    token: CancelToken | None = None,
    on_progress: Progress | None = None,
) -> ExportReport:
    """Write the labels of a folder in another format.

    Parameters
    ----------
    folder : LabelFolder
    form : Format
        One that writes.
    target : Path
        A new file, or a folder that is new or empty.
    class_names : tuple of str
        Gives the order of class ids; names that only boxes have come after them.
    choice : {"all", "labelled", "verified"}
    token : CancelToken, optional
        Stops it before anything is written.
    on_progress : callable, optional

    Raises
    ------
    AnnotationError
        "export-exists", "format-read-only"; or what the format's own writer refuses.
    FileWriteError
    JobCancelled
    """
    if form.write is None:
        message = f"{form.title} can be read, but not written."
        raise AnnotationError("format-read-only", message, "Choose another format.")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise AnnotationError(
            "export-exists", f"{target} is there already.", "Name a new file or an empty folder."
        )
    make_folder(target.parent)
    found = gather_labels(folder, choice=choice, token=token, on_progress=on_progress)
    found = replace(found, class_names=class_names)
    found = replace(found, class_names=found.used_class_names)
    lost = form.write(found, target)
    boxes = Counter(b.class_name for image in found.images for b in image.annotation.boxes)
    return ExportReport(len(found.images), boxes, (*found.notes, *lost))


def gather_labels(
    folder: LabelFolder,
    *,
    choice: Choice = "all",
    token: CancelToken | None = None,
    on_progress: Progress | None = None,
) -> LabelSet:
    """Return the labels of the pictures of a folder; "all" are those without labels too, empty.

    Broken label files and pictures become notes of kind "refused".

    Raises
    ------
    JobCancelled
    """
    images: list[LabeledImage] = []
    notes: list[Note] = []
    for name, annotation, found in _walk(folder, token, on_progress):
        notes += found
        if annotation is not None and _is_chosen(annotation, choice):
            images.append(LabeledImage(name, annotation))
    return LabelSet(tuple(images), notes=tuple(notes))


def _is_chosen(annotation: ImageAnnotation, choice: Choice) -> bool:
    is_labelled = bool(annotation.boxes) or annotation.is_verified
    return {"all": True, "labelled": is_labelled, "verified": annotation.is_verified}[choice]


class _Import:
    """One import under way."""

    def __init__(self, folder: LabelFolder, token: CancelToken, *, replaces: bool) -> None:
        self.report = ImportReport()
        self._folder, self._token, self._replaces = folder, token, replaces
        self._sizes = _Sizes(folder)

    def size_of(self, name: str) -> tuple[int, int] | None:
        """Return a picture's size; a reader asks for every one, so here it can be stopped."""
        self._token.raise_if_cancelled()
        return self._sizes.of(name)

    def run(self, sets: Sequence[LabelSet], on_progress: Progress | None) -> None:
        names = (name for labels in sets for name in labels.class_names)
        self.report.class_names = tuple(dict.fromkeys(names))
        self.report.notes += [note for labels in sets for note in labels.notes]
        images = [image for labels in sets for image in labels.images]
        written: list[LabeledImage] = []
        try:
            for done, image in enumerate(images):
                self._token.raise_if_cancelled()
                if on_progress is not None:
                    on_progress(done, len(images))
                if self._take_in(image):
                    written.append(image)
        finally:
            place = self._folder.labels or self._folder.images
            self.report.notes += fractions_lost(LabelSet(tuple(written)), place)

    def _take_in(self, image: LabeledImage) -> bool:
        """Write the labels of one picture; False, and a note, where they were not."""
        report = self.report
        picture, size = self._sizes.picture(image.name), self._sizes.of(image.name)
        if picture is None or size is None:
            text = "There is no such picture in the folder; its labels were left out."
            report.notes.append(Note("refused", image.name, text))
            return False
        known = self._folder.load(picture, size=size, depth=image.annotation.depth)
        if known.on_disk is not None and not self._replaces:
            report.kept.append(image.name)
            return False
        if known.on_disk is not None and known.error is None:
            self._keep_copy(known)
        # A new file, and not the old one changed: what that said is not true of these boxes.
        fresh = replace(known, original=None)
        try:
            self._folder.save(picture, image.annotation, known=fresh)
        except AppError as error:
            report.notes.append(Note("refused", image.name, error.message))
            return False
        report.changed.append(picture)
        report.boxes.update(box.class_name for box in image.annotation.boxes)
        return True

    def _keep_copy(self, known: LabelFile) -> None:
        """Copy a label file before it is replaced."""
        assert known.on_disk is not None
        root = self._folder.labels or self._folder.images
        if self.report.backup is None:
            self.report.backup = _new_folder(root / REPLACED_FOLDER)
        copy = self.report.backup / known.path.relative_to(root)
        make_folder(copy.parent)
        atomic_write_bytes(copy, known.on_disk)


def _new_folder(parent: Path) -> Path:
    """Make a folder named after the time, which no other import has."""
    make_folder(parent)
    name = datetime.now().astimezone().strftime("%Y-%m-%d %H-%M-%S")
    number = 1
    while True:
        folder = parent / (name if number == 1 else f"{name} {number}")
        if not folder.exists():
            make_folder(folder)
            return folder
        number += 1


def _walk(
    folder: LabelFolder, token: CancelToken | None = None, on_progress: Progress | None = None
) -> Iterator[tuple[str, ImageAnnotation | None, list[Note]]]:
    """Yield the name of each picture, its labels (None: broken), and what there is to say."""
    pictures = folder.pictures()
    for done, picture in enumerate(pictures):
        if token is not None:
            token.raise_if_cancelled()
        if on_progress is not None:
            on_progress(done, len(pictures))
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
