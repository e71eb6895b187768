"""A split as folders ``train``, ``val`` and ``test`` with pictures and labels side by side."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lxml import etree

from app.annotation.formats.xml_safety import first, parse_xml
from app.annotation.label_folder import LabelFolder
from app.dataset.errors import DatasetError
from app.dataset.split_rule import SET_NAMES, SetName
from app.files import atomic_write_bytes, partial_path, publish, write_error
from app.jobs.cancel import CancelToken

Progress = Callable[[int, int], None]


def write_split_folders(
    folder: LabelFolder,
    sets: Mapping[SetName, Sequence[str]],
    target: Path,
    *,
    is_linked: bool = False,
    on_progress: Progress | None = None,
    cancel_token: CancelToken | None = None,
) -> int:
    """Write a folder for each set that has pictures, and return how many pictures there are.

    All files of a set lie in one folder: ``trip/c1_e1.png`` becomes ``trip_c1_e1.png``, with a
    number where two names would be the same or share their labels. The labels of a picture with a
    new name say the new name; others are the same bytes. Everything is written into
    ``<target>.partial``, which takes its name in the end.

    Parameters
    ----------
    folder : LabelFolder
        Not one that another thread uses.
    sets : mapping of SetName to sequence of str
        Names of pictures, relative to the folder of pictures.
    target : Path
        A folder that is not there yet.
    is_linked : bool
        Whether unchanged files are hard links, which take no room, instead of copies. To edit one
        is to edit the other then.
    on_progress : callable, optional
        Called with the number of pictures written, and of all.
    cancel_token : CancelToken, optional

    Raises
    ------
    DatasetError
        "target-taken" when something has the name `target`, or other files are in the half-written
        folder; "picture-gone"; "not-linkable" where the disk can't link the files.
    app.annotation.errors.AnnotationError
        Labels that can't be read.
    app.files.FileWriteError
    JobCancelled
    """
    check_free(target)
    partial = partial_path(target)
    _clear(partial)
    jobs = [
        (name, partial / set_name / flat)
        for set_name in SET_NAMES
        for name, flat in flat_names(sets.get(set_name, ())).items()
    ]
    try:
        for number, (name, path) in enumerate(jobs, start=1):
            if cancel_token is not None:
                cancel_token.raise_if_cancelled()
            _put(folder, folder.images / name, path, is_linked=is_linked)
            if on_progress is not None:
                on_progress(number, len(jobs))
    except BaseException:
        _clear(partial)
        raise
    publish(target)
    return len(jobs)


def check_free(target: Path) -> None:
    """Refuse a target that is there.

    Raises
    ------
    DatasetError
        "target-taken".
    """
    if os.path.lexists(target):
        message = f"{target} is there already: nothing was written."
        raise DatasetError("target-taken", message, "Choose another name, or move it away.")


def flat_names(names: Sequence[str]) -> dict[str, str]:
    """Return for each picture a name without folders; no two share it, or that of their labels.

    Names that differ in case only are the same on some disks, and so are taken for the same.
    """
    taken: set[str] = set()
    flat = {}
    for name in sorted(names, key=lambda each: ("/" in each, each)):  # a flat name stays itself
        stem, _, suffix = name.replace("/", "_").rpartition(".")
        free, number = stem, 2
        while _as_on_any_disk(free) in taken:
            free, number = f"{stem}_{number}", number + 1
        taken.add(_as_on_any_disk(free))
        flat[name] = f"{free}.{suffix}"
    return {name: flat[name] for name in names}


def _as_on_any_disk(stem: str) -> str:
    return unicodedata.normalize("NFC", stem).casefold()


def _put(folder: LabelFolder, picture: Path, target: Path, *, is_linked: bool) -> None:
    """Put a picture and its labels, where it has any, into the folder of its set."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(target.parent, error) from error
    _copy(picture, target, is_linked=is_linked)
    labels = folder.label_path(picture)
    if not os.path.lexists(labels):
        return
    own = target.with_suffix(".xml")
    if target.name == picture.name:
        _copy(labels, own, is_linked=is_linked)
    else:
        atomic_write_bytes(own, _renamed(labels, target.name))


def _copy(source: Path, target: Path, *, is_linked: bool) -> None:
    try:
        if is_linked:
            os.link(source.resolve(), target)
        else:
            shutil.copyfile(source, target)
    except FileNotFoundError as error:
        raise DatasetError(
            "picture-gone", f"{source} is not there any more.", "Split again, then try once more."
        ) from error
    except OSError as error:
        if is_linked:
            message = f"Can't link {source} to {target}: {error.strerror}."
            hint = "Choose a folder on the same disk, or copy the files."
            raise DatasetError("not-linkable", message, hint, detail=str(error)) from error
        raise write_error(target, error) from error


def _renamed(labels: Path, picture_name: str) -> bytes:
    """Return the labels with another name of the picture, and all else as it is."""
    try:
        data = labels.read_bytes()
    except OSError as error:
        raise DatasetError(
            "labels-not-readable", f"Can't read {labels}.", "Check the file.", detail=str(error)
        ) from error
    root = parse_xml(data, name=labels.name).root
    filename = first(root, "filename")
    if filename is None:
        return data
    filename.text = picture_name
    ending = b"\n" if data.endswith(b"\n") else b""
    return etree.tostring(root, encoding="utf-8") + ending


def _clear(partial: Path) -> None:
    """Remove what a run that was stopped or killed left; anything else is not ours."""
    try:
        others = {each.name for each in partial.iterdir()} - set(SET_NAMES)
    except FileNotFoundError:
        return
    except OSError as error:
        raise write_error(partial, error) from error
    if others:
        message = f"{partial} holds {min(others)}, which is not of a split."
        raise DatasetError("target-taken", message, "Choose another name, or move it away.")
    try:
        shutil.rmtree(partial)
    except OSError as error:
        raise write_error(partial, error) from error
