"""The proposals of the open folder, read and written by a thread of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.errors import AppError
from app.project.activity import ActivityFile
from app.project.proposals import Proposal, ProposalStore

Proposals = tuple[Proposal, ...]


class _StoreWork(QRunnable):
    """One use of the store; another process may hold the file for longer than a frame lasts."""

    def __init__(self, work: Callable[[], None], owner: ProposalShelf) -> None:
        super().__init__()
        self._work, self._owner = work, owner

    def run(self) -> None:
        try:
            self._work()
        except AppError as error:
            self._owner.failed.emit(error)


class ProposalShelf(QObject):
    """Keeps what the window has seen of the store, and puts decisions into it in their order.

    Signals
    -------
    changed(str)
        The image, POSIX path relative to the folder of pictures, whose proposals are others now.
    images_read(object)
        The set of all images with open proposals.
    failed(AppError)
    """

    changed = Signal(str)
    images_read = Signal(object)
    failed = Signal(object)
    _read = Signal(str, object)  # from the pool's thread

    def __init__(self, activity: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = ProposalStore(ActivityFile(activity))
        self._known: dict[str, Proposals] = {}
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # decisions are written in the order they are made
        self._read.connect(self._on_read)

    def of(self, image: str) -> Proposals:
        """Return the open proposals known of an image, best first."""
        return self._known.get(image, ())

    def fetch(self, image: str) -> None:
        """Read the proposals of an image unless they are known; `changed` follows."""
        if image in self._known:
            return

        def read() -> None:
            self._read.emit(image, self._store.of(image))

        self._pool.start(_StoreWork(read, self))

    def fetch_images(self) -> None:
        """Read which images have open proposals; `images_read` follows."""

        def read() -> None:
            self.images_read.emit(self._store.images())

        self._pool.start(_StoreWork(read, self))

    def take_over(self, image: str, proposals: Proposals) -> None:
        """Know what the child process has just written."""
        self._known[image] = proposals
        self.changed.emit(image)

    def settle(self, image: str, *, taken: Proposals = (), rejected: Proposals = ()) -> None:
        """Close proposals that a person decided on."""
        gone = {*taken, *rejected}
        self._known[image] = tuple(each for each in self.of(image) if each not in gone)
        self._write(lambda: self._store.settle(image, taken=taken, rejected=rejected))
        self.changed.emit(image)

    def reopen(self, image: str, proposals: Proposals) -> None:
        """Bring proposals back whose settling was undone."""
        fresh = {*self.of(image), *proposals}
        self._known[image] = tuple(sorted(fresh, key=lambda each: -each.score))
        self._write(lambda: self._store.reopen(image, proposals))
        self.changed.emit(image)

    def stop(self) -> None:
        """Write what is not written yet, and wait for the thread."""
        self._pool.waitForDone()

    def _write(self, work: Callable[[], None]) -> None:
        self._pool.start(_StoreWork(work, self))

    @Slot(str, object)
    def _on_read(self, image: str, proposals: Proposals) -> None:
        if image not in self._known:  # else a newer answer came meanwhile
            self.take_over(image, proposals)
