"""Scanning a folder: every picture is measured once, in threads, and never again unless changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from app.annotation.label_folder import LabelFolder
from app.dataset.columns import Columns, columns_of
from app.dataset.duplicates import Cluster, exact_clusters, ranked
from app.dataset.left_out import LeftOut, find_left_out
from app.dataset.lookalikes import Lookalikes, find_lookalikes
from app.dataset.measure_cache import MeasureCache
from app.dataset.measures import PictureMeasures, fingerprint, measure, read_stamp
from app.jobs.cancel import CancelToken

Progress = Callable[[int, int], None]

_BATCH = 32  # pictures between two looks at the token; what is measured is kept after each
_MOST_THREADS = 8


@dataclass(frozen=True)
class Scan:
    """The measures of all pictures of a folder. Plain data: limits are applied by `findings`.

    Attributes
    ----------
    root : Path
        The folder of pictures.
    pictures : tuple of PictureMeasures
        In natural order.
    lookalikes : Lookalikes
        By places in `pictures`.
    labelled : frozenset of int
        Places of the pictures that have a label file, even one that can't be read.
    left_out : tuple of LeftOut
        Every other file of the folder.
    measured : int
        How many were read and decoded now; the others were known.
    """

    root: Path
    pictures: tuple[PictureMeasures, ...]
    lookalikes: Lookalikes
    labelled: frozenset[int] = frozenset()
    left_out: tuple[LeftOut, ...] = ()
    measured: int = 0

    @cached_property
    def columns(self) -> Columns:
        """The measures as arrays."""
        return columns_of(self.pictures)

    @cached_property
    def ranking(self) -> list[int]:
        """The places of all pictures, the one most worth keeping first."""
        return ranked(self.pictures, self.labelled)

    @cached_property
    def exact_clusters(self) -> list[Cluster]:
        """The clusters of files with the same bytes: no limit changes them."""
        return exact_clusters(self.pictures, self.ranking)


def scan_pictures(
    folder: LabelFolder,
    cache: MeasureCache,
    *,
    on_progress: Progress | None = None,
    cancel_token: CancelToken | None = None,
) -> Scan:
    """Measure all pictures of a folder.

    What is measured is kept in `cache` every few pictures, so that a scan that was cancelled or
    killed goes on where it was.

    Parameters
    ----------
    folder : LabelFolder
    cache : MeasureCache
    on_progress : callable, optional
        Called with how many pictures are done, and of how many.
    cancel_token : CancelToken, optional

    Raises
    ------
    AnnotationError
        "folder-not-readable".
    app.project.errors.ProjectError
    app.files.FileWriteError
        The measures can't be kept.
    JobCancelled
    """
    paths = list(folder.pictures())
    names = [path.relative_to(folder.images).as_posix() for path in paths]
    work = _Work(cache, on_progress or _silent, cancel_token or CancelToken())
    found = work.measured(dict(zip(names, paths, strict=True)))
    pictures = tuple(found[name] for name in names)
    labels = (folder.label_path(path) for path in paths)
    return Scan(
        folder.images,
        pictures,
        find_lookalikes(pictures),
        frozenset(place for place, path in enumerate(labels) if os.path.lexists(path)),
        find_left_out(folder, paths),
        work.measured_count,
    )


class _Work:
    """One scan under way."""

    def __init__(self, cache: MeasureCache, on_progress: Progress, token: CancelToken) -> None:
        self._cache, self._on_progress, self._token = cache, on_progress, token
        self._by_hash: dict[str, PictureMeasures] = {}
        self.measured_count = 0

    def measured(self, paths: dict[str, Path]) -> dict[str, PictureMeasures]:
        """Return the measures of pictures by name; those unchanged come from the cache."""
        kept = {each.name: each for each in self._cache.load()}
        self._by_hash = {each.sha256: each for each in kept.values() if each.thumbnail}
        found = {
            name: kept[name]
            for name, path in paths.items()
            if name in kept and _is_unchanged(kept[name], path)
        }
        self._on_progress(len(found), len(paths))
        new = [(name, path) for name, path in paths.items() if name not in found]
        with ThreadPoolExecutor(_thread_count(), thread_name_prefix="measure") as threads:
            for batch in _batches(new):
                self._token.raise_if_cancelled()
                pictures = list(threads.map(self._measure, batch))
                self._cache.put(pictures)
                found.update((each.name, each) for each in pictures)
                self._on_progress(len(found), len(paths))
        return found

    def _measure(self, item: tuple[str, Path]) -> PictureMeasures:
        name, path = item
        known, content = fingerprint(path, name)
        if known.error:
            return known
        same = self._by_hash.get(known.sha256)  # renamed, moved or touched
        if same is not None:
            return replace(same, name=name, mtime_ns=known.mtime_ns)
        self.measured_count += 1
        return measure(known, content, path=path)


def _is_unchanged(kept: PictureMeasures, path: Path) -> bool:
    """Whether a picture's file is as it was; one that could not be read is tried again."""
    return bool(kept.sha256) and read_stamp(path) == (kept.file_bytes, kept.mtime_ns)


def _batches(items: Sequence[tuple[str, Path]]) -> Iterable[Sequence[tuple[str, Path]]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


def _thread_count() -> int:
    """Return one for each processor: decoding and hashing let go of the interpreter's lock."""
    return min(_MOST_THREADS, os.cpu_count() or 1)


def _silent(_done: int, _total: int) -> None:
    return
