"""`import_pictures`: copies of pictures, upright, and a reason for every file that is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from app.capture.errors import CaptureError
from app.errors import AppError
from app.files import atomic_write_bytes, write_error
from app.imaging import IMAGE_SUFFIXES, ImageReadError, read_content, read_image, upright_file
from app.jobs.cancel import CancelToken

_SUFFIX_OF_FORMAT = {"JPEG": ".jpg", "MPO": ".jpg", "TIFF": ".tif"}
_MOVING_FORMATS = ("GIF", "PNG", "WEBP")  # the pages of the others are no animation


@dataclass(frozen=True)
class LeftOut:
    """A file that was not taken in.

    Attributes
    ----------
    path : Path
    reason : str
        For people.
    """

    path: Path
    reason: str


@dataclass
class PictureImportReport:
    """How an import of pictures went; every file it met is in one of the lists.

    Attributes
    ----------
    copied : list of Path
        The new files.
    turned : int
        How many of them had an Exif rotation that is baked in now.
    known : list of Path
        Files whose very copy was there already.
    left_out : list of LeftOut
    is_complete : bool
        False when it was cancelled.
    """

    copied: list[Path] = field(default_factory=list)
    turned: int = 0
    known: list[Path] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    is_complete: bool = True


def import_pictures(
    sources: Iterable[Path],
    images_folder: Path,
    *,
    cancel_token: CancelToken | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> PictureImportReport:
    """Copy pictures into a folder of pictures; the originals stay untouched.

    A file goes directly into it, a folder becomes a sub-folder of its name with all that is below
    it. A name that another picture has gets a number; no file is ever overwritten, and importing
    the same again changes nothing.

    Parameters
    ----------
    sources : iterable of Path
        Files and folders.
    images_folder : Path
    cancel_token : CancelToken, optional
    on_progress : callable, optional
        Called with the number of files looked at, and of all.

    Raises
    ------
    CaptureError
        ``no-such-file``; ``already-inside``: a source is in the folder of pictures, or holds it.
    app.files.FileWriteError
        What was copied until then is there; importing again goes on.
    """
    report = PictureImportReport()
    files = [
        pair for source in sources for pair in _files_of(source, images_folder, report.left_out)
    ]
    for number, (path, target) in enumerate(files, start=1):
        if cancel_token is not None and cancel_token.is_cancelled:
            report.is_complete = False
            break
        try:
            _take_in(path, target, report)
        except ImageReadError as error:
            report.left_out.append(LeftOut(path, error.message))
        if on_progress is not None:
            on_progress(number, len(files))
    return report


def is_picture(path: Path) -> bool:
    """Whether a file is a picture, by its content."""
    return _format_of(path) is not None


def is_still(path: Path) -> bool:
    """Whether a file is a picture that does not move, by its content."""
    form = _format_of(path)
    if not form:
        return False
    with Image.open(path) as image:
        return form not in _MOVING_FORMATS or not getattr(image, "is_animated", False)


def _files_of(
    source: Path, images_folder: Path, left_out: list[LeftOut]
) -> Iterator[tuple[Path, Path]]:
    """Yield every file of a source, with the place of its copy; folders may be left out."""
    inside = source.resolve()
    target = images_folder.resolve()
    if inside.is_relative_to(target) or target.is_relative_to(inside):
        raise CaptureError(
            "already-inside",
            f"{source} can't be copied into {images_folder}: one is inside the other.",
            "Choose pictures outside of the project.",
        )
    if source.is_dir():
        for folder, subfolders, names in os.walk(source, onerror=_raise):
            for name in sorted(subfolders):
                reason = _why_not_entered(Path(folder, name))
                if reason:
                    left_out.append(LeftOut(Path(folder, name), reason))
                    subfolders.remove(name)
            subfolders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                yield path, images_folder / inside.name / path.relative_to(source)
    elif source.exists():
        yield source, images_folder / source.name
    else:
        raise CaptureError("no-such-file", f"There is no file or folder {source}.", "Check it.")


def _why_not_entered(folder: Path) -> str:
    """Return why a folder is left out; "" for one that is not. The trash is a hidden one."""
    if folder.name.startswith("."):
        return "It is hidden: its name begins with a point."
    return "It is a link to a folder." if folder.is_symlink() else ""


def _raise(error: OSError) -> None:
    raise CaptureError(
        "folder-not-readable",
        f"Can't look into the folder {error.filename}.",
        "Check that you may read it.",
        detail=str(error),
    ) from error


def _take_in(path: Path, target: Path, report: PictureImportReport) -> None:
    if path.name.startswith("."):
        report.left_out.append(LeftOut(path, "It is hidden: its name begins with a point."))
        return
    form = _format_of(path)
    if form is None:
        report.left_out.append(LeftOut(path, _why_no_picture(path)))
        return
    read_image(path)  # whole, or it is refused
    if target.suffix.lower() not in IMAGE_SUFFIXES:  # nobody would list it
        target = target.with_name(target.name + _SUFFIX_OF_FORMAT.get(form, f".{form.lower()}"))
    upright = upright_file(path)
    data = read_content(path) if upright is None else upright
    place = _free_place(target, data)
    if place is None:
        report.known.append(path)
        return
    _write(place, data)
    report.copied.append(place)
    report.turned += upright is not None


def _format_of(path: Path) -> str | None:
    """Return Pillow's name of a picture's format if it is one that we list; None else."""
    if path.exists() and not path.is_file():
        return None  # reading a pipe would wait for ever
    try:
        with Image.open(path) as image:
            form = image.format or ""
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        is_picture_like = path.suffix.lower() in IMAGE_SUFFIXES
        # A broken picture is read once more, by who can say what is wrong with it.
        return "" if is_picture_like and not isinstance(error, UnidentifiedImageError) else None
    is_listed = _SUFFIX_OF_FORMAT.get(form, f".{form.lower()}") in IMAGE_SUFFIXES
    return form if is_listed else None


def _why_no_picture(path: Path) -> str:
    if path.suffix.lower() not in IMAGE_SUFFIXES or (path.exists() and not path.is_file()):
        return "It is not a picture."
    try:
        read_image(path)
    except AppError as error:
        return error.message
    return "Pictures of its format are not supported."


def _free_place(target: Path, data: bytes) -> Path | None:
    """Return the first free name like `target`; None when a file of that name is the same."""
    place, number = target, 1
    while os.path.lexists(place):
        if place.is_file() and place.stat().st_size == len(data) and place.read_bytes() == data:
            return None
        number += 1
        place = target.with_name(f"{target.stem}_{number}{target.suffix}")
    return place


def _write(place: Path, data: bytes) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(place.parent, error) from error
    atomic_write_bytes(place, data)
