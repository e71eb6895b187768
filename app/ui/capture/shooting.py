"""`Shooting`: from the frames on show and the shutter to pictures, and what one sees of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.capture.errors import CaptureError
from app.capture.shots import SavedPicture
from app.capture.source import Frame
from app.geometry import Boxes
from app.ui.capture.capture_actions import CaptureActions
from app.ui.capture.capture_view import CaptureView
from app.ui.capture.capturing import Capturing
from app.ui.capture.live_hands import LiveHands, mirrored_boxes
from app.ui.capture.trigger import Trigger
from app.ui.live_frame import LiveFrame

_TOLD_QUIETLY = ("class-complete", "plan-complete", "saving-behind")  # a banner says it, too
_ALIKE_IN_A_ROW = 3  # a still scene is alike by itself: one such picture says nothing


class Shooting(QObject):
    """Takes pictures and shows that they were taken.

    Signals
    -------
    running_changed(bool)
        A countdown or burst has begun or ended.
    told(str)
        A quiet word on the pictures; empty to take it back.
    refused(AppError)
        A picture could not be taken.
    """

    running_changed = Signal(bool)
    told = Signal(str)
    refused = Signal(object)

    def __init__(
        self,
        actions: CaptureActions,
        capturing: Capturing,
        view: CaptureView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._actions, self._capturing, self._view = actions, capturing, view
        self.trigger = Trigger()
        self.hands = LiveHands(self)
        self._shown: Frame | None = None  # what one sees now; None while that is not the present
        self._class_number = 0
        self._alike = 0
        self._has_refused = False  # the last press; why is to be read
        self._was_running = False
        self.hands.found.connect(self._on_hands)
        actions.take.triggered.connect(self.press)
        actions.mirror.toggled.connect(self._read_ghost)
        actions.ghost.toggled.connect(self._read_ghost)
        capturing.seen.connect(self._on_seen)
        capturing.saved.connect(self._on_saved)
        capturing.session_changed.connect(self._on_session)
        capturing.progress_changed.connect(self._on_progress)
        capturing.ghost_read.connect(self._on_ghost)
        capturing.gone.connect(self._read_ghost)
        capturing.restored.connect(self._read_ghost)

    @Slot()
    def press(self) -> None:
        """Take the picture on show, or start or stop what runs by itself."""
        if self._shown is None:
            self.told.emit(self.tr("There is no picture to take at the moment."))
            return
        if self._capturing.run is None:
            self.told.emit(self.tr("There is no session to take pictures into yet."))
            return
        self.trigger.press()
        self._offer(self._shown)
        self._tell_running()

    def stop(self) -> None:
        """End a countdown or burst."""
        self.trigger.stop()
        self._view.show_countdown(None)
        self._tell_running()

    @Slot(object)
    def on_frame(self, shown: LiveFrame) -> None:
        """Show a frame, and take it if it is due."""
        frame: Frame = shown.fields["frame"]
        self._shown = frame
        self._view.show_image(shown.image, grabbed_s=shown.fields["grabbed_s"])
        self._offer(frame)
        self._view.show_countdown(self.trigger.left_s)
        self.hands.look_at(frame.image_bgr)

    def lose(self) -> None:
        """Take nothing until the next frame: what is on show is the past."""
        self._shown = None
        if not self.trigger.is_burst:  # nobody poses any more when the camera is back
            self.stop()
        self._view.show_stale()

    # -- taking -----------------------------------------------------------------------------

    def _offer(self, frame: Frame) -> None:
        run = self._capturing.run
        if run is None or not self.trigger.is_due(frame):
            return
        before = run.class_number
        try:
            self._capturing.shoot(frame)
        except CaptureError as error:
            self._on_refused(error)
            return
        self._has_refused = False
        self.trigger.released(frame, is_next_class=run.class_number != before)
        self._view.flash()
        if self._actions.beep.isChecked():
            QApplication.beep()
        if run.is_complete:
            self.stop()
        self._tell_running()

    def _on_refused(self, error: CaptureError) -> None:
        """Say why; while saving is only slow, a later frame will do."""
        is_slow = error.code == "saving-behind" and not self._capturing.is_unsaved
        if is_slow:
            self.told.emit(error.message)
            return
        self.stop()
        if error.code in _TOLD_QUIETLY:
            self._has_refused = True
            self.told.emit(str(error))
        else:
            self.refused.emit(error)

    def _tell_running(self) -> None:
        if self.trigger.is_running != self._was_running:
            self._was_running = self.trigger.is_running
            self.running_changed.emit(self._was_running)

    # -- what the session says --------------------------------------------------------------

    @Slot()
    def _on_session(self) -> None:
        self.stop()
        self._class_number, self._alike = 0, 0
        self._view.show_ghost(QImage())
        self._on_progress()

    @Slot()
    def _on_progress(self) -> None:
        run = self._capturing.run
        if run is not None and run.class_number != self._class_number:
            self._class_number, self._alike, self._has_refused = run.class_number, 0, False
            self.told.emit("")
            self._read_ghost()

    @Slot(object)
    def _on_saved(self, picture: SavedPicture) -> None:
        self._alike = self._alike + 1 if picture.resembles is not None else 0
        if self._alike >= _ALIKE_IN_A_ROW:
            text = self.tr("The last {0} pictures look alike: vary pose, place and distance.")
            self.told.emit(text.format(self._alike + 1))
        elif not self._has_refused:  # of a picture after this one: that stays to be read
            self.told.emit("")

    @Slot(object, object)
    def _on_seen(self, picture: SavedPicture, small: QImage) -> None:
        self._on_ghost(picture.number.class_number, small)

    @Slot()
    def _read_ghost(self) -> None:
        if not self._actions.ghost.isChecked():
            self._view.show_ghost(QImage())
        elif self._class_number:
            self._capturing.read_ghost(self._class_number)

    @Slot(int, object)
    def _on_ghost(self, class_number: int, ghost: QImage) -> None:
        if class_number != self._class_number or not self._actions.ghost.isChecked():
            return
        is_mirrored = self._actions.mirror.isChecked() and not ghost.isNull()
        self._view.show_ghost(ghost.flipped(Qt.Orientation.Horizontal) if is_mirrored else ghost)

    @Slot(object)
    def _on_hands(self, boxes_norm: Boxes) -> None:
        if self._shown is not None:
            is_mirrored = self._actions.mirror.isChecked()
            self._view.show_hands(mirrored_boxes(boxes_norm) if is_mirrored else boxes_norm)
