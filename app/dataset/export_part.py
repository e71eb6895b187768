"""Writing the parts of an export, each with its records, its rows of the tables and a receipt.

A part is whole when its receipt is there and tells of the same pictures, labels and settings; one
that was cut off has none and is begun again. Three threads work at a time: one reads and hashes
pictures, this one joins them with their labels, one writes. The first and the last spend most of
their time without Python's lock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from app.dataset.export_picture import (
    ExportedPicture,
    PartFingerprint,
    PictureExport,
    ReadPicture,
    read_picture,
)
from app.dataset.export_sets import ExportSource
from app.dataset.export_settings import ExportSettings, Part
from app.dataset.export_writer import PartFiles, PartWriter, WrittenPart, read_receipt
from app.jobs.cancel import CancelToken

_BATCH = 4  # pictures handed from thread to thread at a time
_AHEAD = 2  # batches that a thread may be ahead of the next one

_Result = TypeVar("_Result")


class PartWork:
    """Writes the parts of one export.

    Parameters
    ----------
    source : ExportSource
    settings : ExportSettings
    token : CancelToken
        Looked at before each picture.
    on_image : callable
        Called after each picture.
    """

    def __init__(
        self,
        source: ExportSource,
        settings: ExportSettings,
        token: CancelToken,
        on_image: Callable[[], None],
    ) -> None:
        self._source, self._settings = source, settings
        self._token, self._on_image = token, on_image
        self._pictures = PictureExport(source, settings)

    def write(self, parts: Iterable[PartFiles]) -> Iterator[WrittenPart]:
        """Write parts and yield what is known of each; those that are whole already are kept.

        Raises
        ------
        FileWriteError
        JobCancelled
        """
        with ThreadPoolExecutor(1, "reader") as reader, ThreadPoolExecutor(1, "writer") as writer:
            yield from _in_order((self._part(files, reader, writer) for files in parts), 1)

    def _part(
        self, files: PartFiles, reader: ThreadPoolExecutor, writer: ThreadPoolExecutor
    ) -> Future[WrittenPart]:
        receipt = read_receipt(files)
        if receipt is None:
            return self._anew(files, reader, writer)
        fingerprint, kept = receipt
        if fingerprint != self._pictures.fingerprint(files.part):
            return self._anew(files, reader, writer)
        for _name in files.part.names:
            self._on_image()
        done: Future[WrittenPart] = Future()
        done.set_result(kept)
        return done

    def _anew(
        self, files: PartFiles, reader: ThreadPoolExecutor, writer: ThreadPoolExecutor
    ) -> Future[WrittenPart]:
        """Write a part; what is returned comes when it is on the disk, which may take a while."""
        fingerprint = PartFingerprint(self._source, self._settings, files.part)
        part = PartWriter(files, self._source, self._settings)
        try:
            made = self._made(files.part, fingerprint, reader)
            for _ in _in_order((writer.submit(part.add, batch) for batch in made), _AHEAD):
                pass
        except BaseException:
            writer.submit(part.close).result()  # after what the thread has to write still
            raise
        return writer.submit(part.finish, fingerprint.text())

    def _made(
        self, part: Part, fingerprint: PartFingerprint, reader: ThreadPoolExecutor
    ) -> Iterator[list[ExportedPicture]]:
        """Yield the pictures of a part, joined with their labels, some at a time."""
        names = (part.names[at : at + _BATCH] for at in range(0, len(part.names), _BATCH))
        source_id = part.first_id
        for batch in _in_order((reader.submit(self._read, each) for each in names), _AHEAD):
            made = []
            for picture in batch:
                self._token.raise_if_cancelled()
                made.append(self._pictures.made(picture, source_id))
                fingerprint.add(picture.name, made[-1].stamps)
                source_id += 1
                self._on_image()
            yield made

    def _read(self, names: Sequence[str]) -> list[ReadPicture]:
        return [read_picture(self._source.folder.images, name) for name in names]


def _in_order(futures: Iterable[Future[_Result]], ahead: int) -> Iterator[_Result]:
    """Yield results in their order; up to `ahead` further ones are asked for meanwhile."""
    waiting: deque[Future[_Result]] = deque()
    for future in futures:
        waiting.append(future)
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    yield from (future.result() for future in waiting)
