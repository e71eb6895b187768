"""What would go wrong with an export or a training, found before it: nothing is changed."""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from app.annotation.label_folder import LabelFile, LabelFolder
from app.dataset.export import Progress
from app.dataset.label_faults import label_faults
from app.dataset.problems import Problem
from app.imaging import ImageReadError, decode_gray, read_content
from app.jobs.cancel import CancelToken

_SIDE_PX = 32  # a JPEG is decoded at an eighth: all of its data is gone through all the same
_MOST_THREADS = 8
_TRAIN = "train"


@dataclass
class _Found:
    """What the labels of all pictures have."""

    label_files: set[str] = field(default_factory=set)
    unlabelled: list[str] = field(default_factory=list)
    class_sets: dict[str, Counter[str]] = field(default_factory=dict)  # sets of each class's boxes


def find_problems(
    folder: LabelFolder,
    classes: Mapping[int, str],
    sets: Mapping[str, tuple[str, ...]] | None = None,
    *,
    token: CancelToken | None = None,
    on_progress: Progress | None = None,
) -> list[Problem]:
    """Return what is wrong with pictures, labels, classes and sets.

    Parameters
    ----------
    folder : LabelFolder
        Not one that another thread uses.
    classes : mapping of int to str
        Names by class id. Empty, as for a plain folder: any class will do.
    sets : mapping of str to tuple of str, optional
        Names of the pictures of each set of a split; None where there is no split.
    token : CancelToken, optional
    on_progress : callable, optional

    Raises
    ------
    AnnotationError
        The folder of pictures can't be read.
    JobCancelled
    """
    set_of = {name: key for key, names in (sets or {}).items() for name in names}
    found = _Found()
    problems: list[Problem] = []
    pictures = _Pictures(folder, token or CancelToken(), on_progress)
    for name, labels, fault in pictures.walk():
        if fault:
            problems.append(Problem("picture-broken", name, fault))
        if labels is None:
            continue
        problems += label_faults(labels, folder.images / name, name, folder.coordinate_rule)
        problems += _unknown_classes(name, labels, classes)
        _take_up(found, name, labels, set_of.get(name, ""))
    found.label_files = pictures.label_files
    problems += _gone(set_of, pictures.names)
    problems += _unlabelled(found, set_of)
    problems += _without_picture(folder, found)
    return [*problems, *_class_problems(classes, found, has_train=_TRAIN in (sets or {}))]


class _Pictures:
    """Walks the pictures: decodes them in threads while their labels are read here."""

    def __init__(
        self, folder: LabelFolder, token: CancelToken, on_progress: Progress | None
    ) -> None:
        self._folder, self._token, self._on_progress = folder, token, on_progress
        self.label_files: set[str] = set()
        self.names: set[str] = set()

    def walk(self) -> Iterator[tuple[str, LabelFile | None, str]]:
        """Yield name, labels (None for a broken picture), and what is wrong with the picture."""
        pictures = self._folder.pictures()
        count = min(_MOST_THREADS, os.cpu_count() or 1)
        ahead: deque[tuple[Path, Future[tuple[tuple[int, int], str]]]] = deque()
        waiting = iter(pictures)
        with ThreadPoolExecutor(count, thread_name_prefix="preflight") as threads:
            for done in range(len(pictures)):
                while len(ahead) < 4 * count and (picture := next(waiting, None)) is not None:
                    ahead.append((picture, threads.submit(_decoded, picture)))
                self._token.raise_if_cancelled()
                picture, decoded = ahead.popleft()
                yield self._looked_at(picture, *decoded.result())
                if self._on_progress is not None:
                    self._on_progress(done + 1, len(pictures))

    def _looked_at(
        self, picture: Path, size: tuple[int, int], fault: str
    ) -> tuple[str, LabelFile | None, str]:
        name = picture.relative_to(self._folder.images).as_posix()
        self.names.add(name)
        if fault:
            self.label_files.add(os.fspath(self._folder.label_path(picture)))
            return name, None, fault
        labels = self._folder.load(picture, size=size)
        self.label_files.add(os.fspath(labels.path))
        return name, labels, ""


def _decoded(picture: Path) -> tuple[tuple[int, int], str]:
    """Return the size of a picture that can be decoded to its end; else what is wrong with it."""
    try:
        return decode_gray(read_content(picture), path=picture, side_px=_SIDE_PX)[1], ""
    except ImageReadError as error:
        return (0, 0), error.message


def _take_up(found: _Found, name: str, labels: LabelFile, set_name: str) -> None:
    annotation = labels.annotation
    if labels.error is None and not annotation.boxes and not annotation.is_verified:
        found.unlabelled.append(name)
    for box in annotation.boxes:
        found.class_sets.setdefault(box.class_name, Counter())[set_name] += 1


def _unknown_classes(name: str, labels: LabelFile, classes: Mapping[int, str]) -> Iterator[Problem]:
    known = set(classes.values())
    used = {box.class_name for box in labels.annotation.boxes}
    for wrong in sorted(used - known) if known else ():
        like = next((each for each in known if each.casefold() == wrong.casefold()), "")
        but = f"; there is {like!r}" if like else ""
        text = f"The class {wrong!r} is none of the project's{but}."
        yield Problem("unknown-class", name, text)


def _gone(set_of: Mapping[str, str], names: set[str]) -> Iterator[Problem]:
    for name, set_name in set_of.items():
        if name not in names:
            text = f"It is in the set {set_name}, and there is no such picture."
            yield Problem("picture-broken", name, text)


def _unlabelled(found: _Found, set_of: Mapping[str, str]) -> Iterator[Problem]:
    for name in found.unlabelled:
        if name in set_of:
            yield Problem("split-no-labels", name, f"It is in the set {set_of[name]} unlabelled.")
        else:
            yield Problem("no-labels", name, "It has no labels yet.")


def _without_picture(folder: LabelFolder, found: _Found) -> Iterator[Problem]:
    root = folder.labels or folder.images
    for path in sorted(root.rglob("*.xml")):
        relative = path.relative_to(root)
        is_hidden = any(part.startswith(".") for part in relative.parts)
        if not is_hidden and os.fspath(path) not in found.label_files:
            text = "No picture belongs to these labels."
            yield Problem("no-picture", relative.as_posix(), text)


def _class_problems(
    classes: Mapping[int, str], found: _Found, *, has_train: bool
) -> Iterator[Problem]:
    yield from _classes_twice(classes, found)
    missing = sorted(set(range(1, max(classes, default=0) + 1)) - classes.keys())
    if missing:
        listed = ", ".join(map(str, missing))
        yield Problem("class-id-gap", "classes", f"No class has the id {listed}.")
    for name in classes.values():
        sets = found.class_sets.get(name, Counter())
        if not sets:
            yield Problem("class-empty", f"class {name}", "No picture has a box of it.")
        elif has_train and not sets[_TRAIN]:
            where = ", ".join(sorted(each or "no set" for each in sets))
            text = f"Its boxes are only in {where}, so that it can't be learnt."
            yield Problem("class-not-in-train", f"class {name}", text)


def _classes_twice(classes: Mapping[int, str], found: _Found) -> Iterator[Problem]:
    """Yield names that differ only in case; without a project, those of the boxes."""
    names = list(classes.values()) or sorted(found.class_sets)
    firsts: dict[str, str] = {}
    for name in names:
        other = firsts.setdefault(name.casefold(), name)
        if other != name:
            yield Problem("class-twice", f"class {name}", f"There is {other!r} too.")
