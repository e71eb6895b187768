"""Pascal VOC as a folder of files, one a picture: many of `voc`'s, read and written as a set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

from app.annotation.errors import AnnotationError
from app.annotation.formats.coordinate_rule import LABELIMG_RULE
from app.annotation.formats.label_set import (
    LabelSet,
    LabelSetBuilder,
    SizeOf,
    files_by_stem,
    find_picture,
    lost_notes,
    make_folder,
    picture_stems,
)
from app.annotation.formats.records import RecordError
from app.annotation.formats.voc import VocDocument, parse_voc, read_voc, voc_bytes
from app.annotation.labels import Note
from app.files import atomic_write_bytes
from app.imaging import IMAGE_SUFFIXES


def read(path: Path, *, size_of: SizeOf, coordinate_rule: str = LABELIMG_RULE) -> LabelSet:
    """Return the labels in a folder of Pascal VOC files and its sub-folders, or in one file.

    A file belongs to the picture with its stem, else to the one that its ``filename`` names; the
    picture's own size goes before what the file says. The rule of the coordinates can't be told
    from a file.

    Raises
    ------
    AnnotationError
        ``labels-not-readable`` or ``labels-broken`` for one file; in a folder a broken file
        becomes a note.
    """
    builder = LabelSetBuilder(size_of)
    if not path.is_dir():
        relative = PurePosixPath(path.name)
        own_picture = find_picture(picture_stems(relative), size_of)
        document = read_voc(path, coordinate_rule=coordinate_rule)
        _take_up(builder, relative, document, own_picture)
        return builder.label_set()
    files = [PurePosixPath(f.relative_to(path).as_posix()) for f in sorted(path.rglob("*.xml"))]
    # All stems first: a file that only names a picture must not take it from the one beside it.
    by_stem = {file: find_picture(picture_stems(file), size_of) for file in files}
    taken = frozenset(by_stem.values())
    for file in files:
        try:
            document = read_voc(path / file, coordinate_rule=coordinate_rule)
        except AnnotationError as error:
            builder.note("refused", str(file), error.message)
        else:
            _take_up(builder, file, document, by_stem[file], taken)
    return builder.label_set()


def write(
    labels: LabelSet, path: Path, *, coordinate_rule: str = LABELIMG_RULE
) -> tuple[Note, ...]:
    """Write a file for each picture into the folder `path` and return what they can't hold.

    Raises
    ------
    AnnotationError
        Two pictures would share a file, or XML can't hold a class name.
    FileWriteError
    """
    files = files_by_stem(labels, path, ".xml")
    data = {
        image.name: voc_bytes(
            image.annotation, image_path=path / image.name, coordinate_rule=coordinate_rule
        )
        for image in labels.images
    }
    make_folder(path)
    for name, file in files.items():
        make_folder(file.parent)
        atomic_write_bytes(file, data[name])
    held = "difficult truncated occluded pose verified empty"
    return lost_notes(labels, path, "Pascal VOC", held) + fractions_lost(labels, path)


def _take_up(
    builder: LabelSetBuilder,
    relative: PurePosixPath,
    document: VocDocument,
    own_picture: str | None,
    taken: frozenset[str | None] = frozenset(),
) -> None:
    """Add one file's labels; `taken` are pictures that belong to files with their stem."""
    place = str(relative)
    with builder.record(place):
        name = own_picture or _named_picture(builder, relative, document.filename)
        if builder.has_image(name) or (not own_picture and name in taken):
            raise RecordError(f"The picture {name} has labels from another file already")
        own_size = builder.size_of(name)
        if own_size:
            document = parse_voc(
                document.data,
                name=relative.name,
                image_size=own_size,
                coordinate_rule=document.coordinate_rule,
            )
        annotation = document.annotation
        name = builder.add_image(
            place,
            name,
            (annotation.width, annotation.height),
            depth=annotation.depth,
            is_verified=annotation.is_verified,
        )
        for note in document.notes:
            builder.note(note.kind, note.place.replace(relative.name, place, 1), note.text)
        for index, box in enumerate(annotation.boxes):
            # Its place in this file says nothing in the one that it is written to.
            builder.add_box(f"{place}, object {index + 1}", name, replace(box, origin=None))


def _named_picture(builder: LabelSetBuilder, relative: PurePosixPath, filename: str) -> str:
    """Return the picture that the file's ``filename`` means.

    Raises
    ------
    RecordError
    """
    named = PurePosixPath(filename.replace("\\", "/")).name
    in_folders = [PurePosixPath(stem).parent / named for stem in picture_stems(relative)]
    has_ending = PurePosixPath(named).suffix.lower() in IMAGE_SUFFIXES
    if named and has_ending:
        there = (str(name) for name in in_folders if builder.size_of(str(name)))
        return next(there, str(in_folders[-1]))
    found = find_picture([str(name) for name in in_folders], builder.size_of) if named else None
    if not found:
        raise RecordError("There is no picture of that name")
    return found


def fractions_lost(labels: LabelSet, path: Path) -> tuple[Note, ...]:
    """Return a note where boxes have edges between two pixels, which the format cuts off."""
    boxes = [box for image in labels.images for box in image.annotation.boxes]
    # A minimum below 1 becomes 1 as in labelImg, which is less than a pixel too.
    count = sum(any(edge != int(edge) for edge in box.box_xyxy) for box in boxes)
    if not count:
        return ()
    text = f"Pascal VOC has whole pixels: {count} of {len(boxes)} boxes lose fractions of one."
    return (Note("lost", str(path), text),)
