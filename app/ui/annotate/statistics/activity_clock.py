"""`ActivityClock`: the seconds a person spends on each picture."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import QEvent, QObject, QRunnable, QThreadPool, QTimer, Signal, Slot
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QWidget

from app.errors import AppError
from app.project.activity import LabelingTime

IDLE_AFTER_S = 30.0
# Of a longer pause so much is taken for looking at the picture.
IDLE_COUNTED_S = 5.0
FLUSH_EVERY_S = 10
_TICK_MS = 1000

_SIGNS_OF_LIFE = {
    QEvent.Type.KeyPress,
    QEvent.Type.KeyRelease,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.NativeGesture,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TabletMove,
    QEvent.Type.TabletPress,
}

_log = logging.getLogger(__name__)


@dataclass
class _Batch:
    """Seconds that are not in the file yet."""

    file: LabelingTime
    seconds: dict[tuple[str, date], float] = field(default_factory=dict)

    def add(self, image: str, day: date, seconds: float) -> None:
        self.seconds[image, day] = self.seconds.get((image, day), 0.0) + seconds


class _Write(QRunnable):
    """Writes a batch; another window may hold the file for a while."""

    def __init__(self, batch: _Batch, owner: ActivityClock) -> None:
        super().__init__()
        self._batch, self._owner = batch, owner

    def run(self) -> None:
        error: AppError | None = None
        try:
            self._batch.file.add(self._batch.seconds)
        except AppError as problem:
            error = problem
        self._owner.batch_ended.emit(self._batch, error)


class ActivityClock(QObject):
    """Counts while a picture is on show and the person does something.

    A pause between two signs of life (keys, mouse, wheel, in the window of `watched`) counts in
    full up to 30 s, as looking; of a longer one 5 s count. Nothing counts while `watched` is
    hidden or another program has the keyboard.

    Signals
    -------
    written()
        What was counted is in the file now.
    problem(AppError)
        The file can't be written; told once, and tried again with the next seconds.

    Parameters
    ----------
    watched : QWidget
        What shows the picture.
    now_s : callable
        Seconds of a clock that never goes back.
    today : callable
        The local date.
    """

    written = Signal()
    problem = Signal(object)
    batch_ended = Signal(object, object)  # from the pool's thread

    def __init__(
        self,
        watched: QWidget,
        *,
        now_s: Callable[[], float] = time.monotonic,
        today: Callable[[], date] = date.today,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._watched, self._now_s, self._today = watched, now_s, today
        self._window: QWindow | None = None
        self._batch: _Batch | None = None
        self._image = ""
        self._counted_to_s: float | None = None  # None: stopped until the next sign of life
        self._ticks = 0
        self._has_told = False
        # One thread, so that batches arrive in their order.
        self._pool = QThreadPool(self, maxThreadCount=1)
        self.batch_ended.connect(self._on_batch_ended)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self.tick)

    def open(self, file: LabelingTime | None) -> None:
        """Count into a file from now on; None: count nothing."""
        self.show_image("")
        self.flush()
        self._batch = _Batch(file) if file is not None else None
        self._has_told = False

    def show_image(self, image: str) -> None:
        """Count for another picture.

        Parameters
        ----------
        image : str
            POSIX path relative to the folder of pictures; "" when none is shown.
        """
        if image == self._image:
            return
        self._count()
        self.flush()
        self._image = image
        if image and self._batch is not None:
            self._watch_window()
            self._counted_to_s = self._now_s() if self._is_in_hand() else None
            self._timer.start()
        else:
            self._counted_to_s = None
            self._timer.stop()

    @Slot()
    def flush(self) -> None:
        """Write what was counted up to the last sign of life, in a thread of the pool."""
        batch = self._batch
        if batch is None or not batch.seconds:
            return
        self._batch = _Batch(batch.file)
        self._pool.start(_Write(batch, self))

    def pause(self) -> None:
        """Count and write what there is; the next sign of life at the picture goes on."""
        self._count()
        self._counted_to_s = None
        self.flush()

    def stop(self) -> None:
        """Write the rest and wait for it; the window closes."""
        self.open(None)
        self._pool.waitForDone()

    @Slot()
    def tick(self) -> None:
        """Notice that the picture is out of sight; write now and then."""
        self._watch_window()
        if not self._is_in_hand():
            self.pause()
        self._ticks += 1
        if self._ticks % FLUSH_EVERY_S == 0:
            self.flush()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See that the person does something; nothing is ever kept from the window."""
        if event.type() in _SIGNS_OF_LIFE and self._image:
            self._count()
            if self._counted_to_s is None and self._is_in_hand():
                self._counted_to_s = self._now_s()
        return False

    def _count(self) -> None:
        """Take the time since the last sign of life as spent on the picture."""
        if self._counted_to_s is None or self._batch is None or not self._image:
            return
        now_s = self._now_s()
        pause_s = now_s - self._counted_to_s
        self._counted_to_s = now_s
        seconds = pause_s if pause_s <= IDLE_AFTER_S else IDLE_COUNTED_S
        if seconds > 0:
            self._batch.add(self._image, self._today(), seconds)

    def _is_in_hand(self) -> bool:
        """Whether the picture can be seen and one of our windows has the keyboard."""
        return self._watched.isVisible() and QApplication.activeWindow() is not None

    def _watch_window(self) -> None:
        """Listen to the window itself: few events, where the application has thousands."""
        window = self._watched.window().windowHandle()
        if window is self._window:
            return
        self._window = window
        if window is not None:
            window.installEventFilter(self)

    @Slot(object, object)
    def _on_batch_ended(self, batch: _Batch, error: AppError | None) -> None:
        if error is None:
            self._has_told = False
            self.written.emit()
            return
        self._keep(batch, error)
        if not self._has_told:
            self._has_told = True
            self.problem.emit(error)

    def _keep(self, batch: _Batch, error: AppError) -> None:
        """Try a batch again with the next one, unless its folder was closed."""
        if self._batch is None or self._batch.file is not batch.file:
            lost_s = sum(batch.seconds.values())
            _log.warning("%.0f s of labelling time are lost: %s", lost_s, error)
            return
        for (image, day), seconds in batch.seconds.items():
            self._batch.add(image, day, seconds)
