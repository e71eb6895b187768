"""`SplitImage`: what a split has to know of each picture, and reading it from a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from app.annotation.label_folder import LabelFolder
from app.annotation.picture_states import PictureState
from app.dataset.lookalikes import MOST_BITS, MOST_DIFFERENCE
from app.dataset.scan import Scan
from app.jobs.cancel import CancelToken

# What `app.capture` puts into a folder whose pictures were taken together: with a camera, or out
# of one video.
_SESSION_FILES = ("session.json", "frames.json")
_PROGRESS_EVERY = 50  # pictures
_LONER = -1

ImageState = Literal["labelled", "empty", "unlabelled", "broken", "unreadable", "odd-name"]


@dataclass(frozen=True, slots=True)
class SplitImage:
    """One picture of a data set.

    Attributes
    ----------
    name : str
        POSIX path relative to the folder of pictures.
    state : {"labelled", "empty", "unlabelled", "broken", "unreadable", "odd-name"}
        "empty" is one that a person has verified to show nothing; "broken" has labels that can't
        be read or used, an "unreadable" one can't be decoded, and an "odd-name" can't be written
        as a line of text.
    classes : tuple of (str, int)
        Names of the classes that it has boxes of, with how many.
    session : str
        The folder of the capture session or video that it is of; empty for none.
    cluster : int
        Equal for pictures that look the same, directly or through others; -1 for one that looks
        like no other.
    """

    name: str
    state: ImageState = "labelled"
    classes: tuple[tuple[str, int], ...] = ()
    session: str = ""
    cluster: int = _LONER


def read_split_images(
    folder: LabelFolder,
    scan: Scan | None = None,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    cancel_token: CancelToken | None = None,
) -> list[SplitImage]:
    """Read the label files of all pictures of a folder; proposals of a machine are no labels.

    Parameters
    ----------
    folder : LabelFolder
        Not one that another thread uses.
    scan : Scan, optional
        Of the same folder: which pictures look the same, and which can't be decoded. Without it
        no picture has a `cluster`.
    on_progress : callable, optional
        Told the pictures read and all pictures, every now and then.
    cancel_token : CancelToken, optional

    Raises
    ------
    AnnotationError
        "folder-not-readable".
    app.jobs.cancel.JobCancelled
    """
    pictures = folder.pictures()
    sessions = _Sessions(folder.images)
    clusters = _clusters_by_name(scan)
    unreadable = {each.name for each in scan.pictures if each.error} if scan else set()
    found = []
    for place, path in enumerate(_watched(pictures, on_progress, cancel_token)):
        name = Path(pictures.names[place]).as_posix()
        state = folder.state(path)
        found.append(
            SplitImage(
                name,
                "unreadable" if name in unreadable else _image_state(name, state),
                state.classes,
                sessions.of(name),
                clusters.get(name, _LONER),
            )
        )
    return found


def lookalike_clusters(scan: Scan) -> npt.NDArray[np.int64]:
    """Return for each picture of a scan the number of its cluster, -1 for one without any.

    Pictures are linked from the widest limits that `Lookalikes` knows on, and a chain of links is
    one cluster: for a split it costs little to keep too much together, and a pair that is parted
    makes a test lie.
    """
    links, count = scan.lookalikes, len(scan.pictures)
    firsts = np.repeat(np.arange(count), np.diff(links.starts))
    is_near = (links.bits <= MOST_BITS) & (links.differences <= MOST_DIFFERENCE)
    pairs = [np.stack([firsts[is_near], links.others[is_near]])]
    for copies in scan.exact_clusters:  # in a large crowd not every pair is among the links
        pairs.append(np.array([[copies.kept] * len(copies.others), copies.others]))
    ends = np.concatenate(pairs, axis=1)
    graph = coo_array((np.ones(ends.shape[1], np.int8), tuple(ends)), shape=(count, count))
    numbers = connected_components(graph, directed=False)[1].astype(np.int64)
    sizes = np.bincount(numbers, minlength=1)
    return np.where(sizes[numbers] > 1, numbers, _LONER)


class _Sessions:
    """Which session a picture is of: the nearest folder above it that says it is one."""

    def __init__(self, images: Path) -> None:
        self._images = images
        self._known = {"": ""}  # the folder of all pictures is no session

    def of(self, name: str) -> str:
        folder = name.rpartition("/")[0]
        if folder not in self._known:
            here = self._images / folder
            is_session = any((here / file).is_file() for file in _SESSION_FILES)
            self._known[folder] = folder if is_session else self.of(folder)
        return self._known[folder]


def _image_state(name: str, state: PictureState) -> ImageState:
    if "\n" in name or "\r" in name or not _is_text(name):
        return "odd-name"
    if state.status in ("unlabelled", "broken"):
        return "unlabelled" if state.status == "unlabelled" else "broken"
    if state.classes:
        return "labelled"
    # Labelled without a box: it has objects, but no box of them can be used.
    return "empty" if state.status == "verified" else "broken"


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _clusters_by_name(scan: Scan | None) -> dict[str, int]:
    if scan is None:
        return {}
    names = (each.name for each in scan.pictures)
    return dict(zip(names, lookalike_clusters(scan).tolist(), strict=True))


def _watched(
    pictures: Sequence[Path],
    on_progress: Callable[[int, int], None] | None,
    cancel_token: CancelToken | None,
) -> Iterator[Path]:
    for place, picture in enumerate(pictures):
        if cancel_token is not None:
            cancel_token.raise_if_cancelled()
        if on_progress is not None and place % _PROGRESS_EVERY == 0:
            on_progress(place, len(pictures))
        yield picture
