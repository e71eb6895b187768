"""`CaptureTab`: pictures of each class, from a camera or what stands in for one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.capture.camera_modes import CameraMode
from app.capture.shots import SavedPicture
from app.capture.source import SourceInfo
from app.errors import AppError
from app.project.project import is_project
from app.ui.app_state import AppState
from app.ui.capture.capture_actions import CaptureActions
from app.ui.capture.capture_banner import BannerText, CaptureBanner
from app.ui.capture.capture_view import CaptureView
from app.ui.capture.capturing import Capturing
from app.ui.capture.empty_state import EmptyState
from app.ui.capture.import_steps import ImportSteps
from app.ui.capture.mode_menu import mode_words
from app.ui.capture.mode_steps import ModeSteps
from app.ui.capture.picture_strip import PictureStrip
from app.ui.capture.preview import Preview
from app.ui.capture.session_steps import SessionSteps
from app.ui.capture.shooting import Shooting
from app.ui.capture.shutter_row import ShutterRow
from app.ui.capture.side_panel import SidePanel
from app.ui.control_keys import ControlKeys
from app.ui.error_presenter import ErrorPresenter
from app.ui.naming import named
from app.ui.source_panel import SourcePanel


class CaptureTab(QWidget):
    """Builds the parts; opens sources, and says what keeps them from giving pictures.

    Signals
    -------
    job_changed(ChildJob | None)
        Never emitted: nothing here runs in a child process.
    next_requested()
        The plan is complete, and the person wants to go on to the next stage.
    """

    job_changed = Signal(object)
    next_requested = Signal()

    def __init__(
        self, state: AppState, errors: ErrorPresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("capture-tab")
        self._errors = errors
        self._actions = CaptureActions(self)
        self.addActions(self._actions.all)
        self._preview = Preview(self)
        self._capturing = Capturing(self)
        self._view = CaptureView(self)
        self._shooting = Shooting(self._actions, self._capturing, self._view, self)
        self._banner = CaptureBanner(self)
        self._strip = PictureStrip(self)
        self._side = SidePanel(self._actions, state.settings, self)
        self._sources = SourcePanel(self._actions, self.tr("Take pictures with a camera"), self)
        self._row = ShutterRow(self._actions, self)
        self._empty = EmptyState(self._actions, self)
        self._sessions = SessionSteps(
            state,
            self._actions,
            self._capturing,
            self._preview,
            self._shooting,
            self._side,
            self._strip,
            self._view,
            self,
        )
        self._modes = ModeSteps(state.settings, self._preview, self._sources, self)
        self._imports = ImportSteps(state, self._actions, self._side.options, self)
        self._lay_out()
        self._connect()
        self._keys = ControlKeys(self)
        for part in (self._side, self._row, self._sources):
            self._keys.install_on(part)
        self._drop_hint = named(
            QLabel(self.tr("Drop it here to import it into the project"), self), "import-drop-hint"
        )
        self._drop_hint.setProperty("role", "drop-hint")
        self._drop_hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._drop_hint.hide()
        self._left_source = ""  # of a tab that is not in front
        self.setAcceptDrops(True)
        self._show_closed()

    # -- what the window asks ---------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether a picture can't be saved at the moment, or files are being imported."""
        return self._capturing.is_unsaved or self._imports.is_running

    def actions_for_menu(self) -> list[QAction]:
        """Return every command of the tab."""
        return self._actions.for_menu

    def shutdown(self) -> None:
        """Save what is under way, and wait for the threads."""
        self._imports.shutdown()
        self._modes.shutdown()
        self._shooting.hands.shutdown()
        self._preview.shutdown()
        self._capturing.shutdown()
        self._strip.pictures.thumbnails.stop()

    @Slot(str)
    def open_source(self, text: str) -> None:
        """Show a camera by its number, a video, a stream by its address, or a folder."""
        self._modes.forget_pause()
        self._close_source()
        self._stack.setCurrentIndex(1)
        self._view.show_message(self.tr("Opening…"))
        self._sources.show_source(text, details="")
        self._actions.close_source.setEnabled(True)
        self._preview.open(text, self._modes.kept)
        self._view.setFocus()

    # -- building ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._sources)
        left.addWidget(self._view, 1)
        left.addWidget(self._row)
        left.addWidget(self._strip)
        workspace = QWidget(self)
        columns = QHBoxLayout(workspace)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(12)
        columns.addLayout(left, 1)
        columns.addWidget(self._side)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(workspace)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 4)
        layout.setSpacing(8)
        layout.addWidget(self._banner)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        preview, capturing, shooting = self._preview, self._capturing, self._shooting
        preview.opened.connect(self._on_opened)
        preview.frame_shown.connect(shooting.on_frame)
        preview.trouble.connect(self._on_trouble)
        preview.recovered.connect(self._on_recovered)
        preview.ended.connect(self._on_ended)
        preview.failed.connect(self._on_source_failed)
        capturing.saved.connect(self._on_saved)
        capturing.blocked.connect(self._on_blocked)
        capturing.unblocked.connect(self._on_unblocked)
        capturing.failed.connect(self._errors.report)
        shooting.refused.connect(self._errors.report)
        shooting.hands.failed.connect(self._errors.report)
        shooting.told.connect(self._row.say)
        shooting.running_changed.connect(self._row.show_running)
        self._sessions.failed.connect(self._errors.report)
        self._sessions.completed.connect(self._show_completed)
        self._modes.pause_requested.connect(self._pause)
        self._modes.reopen_requested.connect(self._reopen)
        self._modes.told.connect(self._errors.notify)
        self._imports.told.connect(self._errors.notify)
        self._imports.play_requested.connect(self.open_source)
        self._banner.answered.connect(self._on_answered)
        self._banner.further_answered.connect(self._on_further_answered)
        self._sources.source_chosen.connect(self.open_source)
        self._empty.camera_chosen.connect(self.open_source)
        self._view.room_changed.connect(preview.set_room)
        self._view.pressed.connect(self._view.setFocus)
        self._actions.open_folder.triggered.connect(self._ask_folder)
        self._actions.close_source.triggered.connect(self._show_closed)
        self._actions.mirror.toggled.connect(preview.set_mirrored)
        self._actions.new_session.triggered.connect(self._begin_session)

    # -- sources ----------------------------------------------------------------------------

    @Slot()
    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder of pictures"))
        if folder:
            self.open_source(folder)

    @Slot()
    def _pause(self) -> None:
        """Let go of the camera for as long as it is asked for its modes."""
        self._preview.close()
        self._shooting.lose()

    @Slot(str)
    def _reopen(self, text: str) -> None:
        if self.isVisible():
            self.open_source(text)

    @Slot()
    def _show_closed(self) -> None:
        self._modes.forget_pause()
        self._close_source()
        self._sources.show_source("", details="")
        self._actions.close_source.setEnabled(False)
        self._stack.setCurrentIndex(0)

    def _close_source(self) -> None:
        self._preview.close()
        self._capturing.close()
        self._shooting.lose()
        self._banner.settle("saving", "source", "ended", "finished")

    @Slot(object)
    def _on_opened(self, info: SourceInfo) -> None:
        details = mode_words(CameraMode(info.width, info.height, info.fps))
        self._sources.show_source(self._preview.text, details=details)
        # A camera is one's mirror; a video may have writing in it.
        self._actions.mirror.setChecked(info.kind == "camera")
        self._preview.set_mirrored(self._actions.mirror.isChecked())
        self._sessions.open()

    @Slot(object)
    def _on_trouble(self, error: AppError) -> None:
        self._shooting.lose()
        if self._view.image.isNull():
            self._view.show_message(self.tr("No picture yet"))
        self._banner.tell("source", BannerText(error.message, error.hint))

    @Slot()
    def _on_recovered(self) -> None:
        self._banner.settle("source")

    @Slot(str)
    def _on_ended(self, warning: str) -> None:
        run = self._capturing.run
        done, wanted = (sum(run.counts()), run.session.plan.total) if run else (0, 0)
        message = self.tr("{0} has ended, with {1} of {2} pictures taken.")
        hint = self.tr("Play it again, or open another source: the session goes on.")
        text = BannerText(
            message.format(Path(self._preview.text).name, done, wanted),
            f"{warning} {hint}".strip(),
            self.tr("Play again"),
        )
        self._banner.tell("ended", text)

    @Slot(object)
    def _on_source_failed(self, error: AppError) -> None:
        self._show_closed()
        self._errors.report(error)

    # -- saving -----------------------------------------------------------------------------

    @Slot(object)
    def _on_saved(self, _picture: SavedPicture) -> None:
        if self._banner.matter == "finished":
            self._show_completed()

    @Slot(object)
    def _on_blocked(self, error: AppError) -> None:
        hint = self.tr("{0} The pictures taken are kept, and saving goes on by itself.")
        text = BannerText(error.message, hint.format(error.hint).strip(), self.tr("Try now"))
        self._banner.tell("saving", text)

    @Slot()
    def _on_unblocked(self) -> None:
        self._banner.settle("saving")

    @Slot()
    def _show_completed(self) -> None:
        """Say that the plan is complete, or take that back."""
        run = self._capturing.run
        if run is None or not run.is_complete:
            self._banner.settle("finished")
            return
        self._banner.settle("ended")
        total = run.session.plan.total
        done = min(sum(run.counts()), total)
        text = BannerText(
            self.tr("{0} of {1}: on to Annotate").format(done, total),
            self.tr("The pictures are in images/{0}.").format(run.session.folder.name),
            self.tr("Next"),
            self.tr("New session"),
        )
        self._banner.tell("finished", text)

    @Slot(str)
    def _on_answered(self, matter: str) -> None:
        match matter:
            case "saving":
                self._capturing.retry()
            case "ended":
                self._banner.settle("ended")
                self._shooting.trigger.begin_after(-1)
                self._preview.seek(0)
            case "finished":
                self.next_requested.emit()

    @Slot(str)
    def _on_further_answered(self, matter: str) -> None:
        if matter == "finished":
            self._begin_session()

    @Slot()
    def _begin_session(self) -> None:
        self._banner.settle("finished")
        self._sessions.open(is_new=True)

    # -- events -----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits choose classes; Escape stops a countdown or burst."""
        if event.text().isdecimal() and event.text() != "0":
            self._capturing.jump(int(event.text()))
        elif event.key() == Qt.Key.Key_Escape:
            self._shooting.stop()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let go of the source: another tab may want the camera, and nobody likes to be seen."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._left_source = self._preview.text or self._modes.paused
            self._show_closed()

    def showEvent(self, event: QShowEvent) -> None:
        """Open again what was left."""
        super().showEvent(event)
        text, self._left_source = self._left_source, ""
        if text and not event.spontaneous():
            self.open_source(text)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files; a project is for the window to open."""
        paths = _dropped(event)
        if paths and not (len(paths) == 1 and is_project(paths[0])):
            event.acceptProposedAction()
            self._drop_hint.setGeometry(self.rect().adjusted(8, 8, -8, -8))
            self._drop_hint.raise_()
            self._drop_hint.show()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take back what was said of a drop."""
        super().dragLeaveEvent(event)
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what is dropped."""
        event.acceptProposedAction()
        self._drop_hint.hide()
        self._imports.ask(_dropped(event))


def _dropped(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
