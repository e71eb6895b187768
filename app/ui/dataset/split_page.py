"""`SplitPage`: which pictures train and which test, seen before it is written."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.project.project import Project
from app.ui.dataset.split_actions import SplitActions
from app.ui.dataset.split_folders_dialog import SplitFoldersDialog
from app.ui.dataset.split_message import SplitMessage
from app.ui.dataset.split_progress import SplitProgress
from app.ui.dataset.split_result import SplitResult
from app.ui.dataset.split_rule_panel import SplitRulePanel
from app.ui.dataset.split_state import Splitting
from app.ui.icons import icon
from app.ui.naming import named

_PROGRESS_AFTER_MS = 200  # a bar for less would flicker


class SplitPage(QWidget):
    """The rule at the left; at the right what comes of it, and at the foot what to do with it.

    Signals
    -------
    problem(AppError)
    told(str)
    split_changed()
        The split of the project is another one now.
    """

    problem = Signal(object)
    told = Signal(str)
    split_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("split-page")
        self.actions_of_page = SplitActions(self)
        self.addActions(self.actions_of_page.all)
        self.splitting = Splitting(self)
        self._rule = SplitRulePanel(self)
        self._message = SplitMessage(self.splitting, self)
        self._result = SplitResult(self.splitting, self)
        self._progress = SplitProgress(self.splitting, "split-progress", self)
        self._patience = QTimer(self, singleShot=True, interval=_PROGRESS_AFTER_MS)
        self._patience.timeout.connect(self._show_progress)
        self._dialog: SplitFoldersDialog | None = None
        self._lay_out()
        self._connect()
        self._refresh()

    # -- what the tab asks ------------------------------------------------------------------

    def open(self, project: Project | None) -> None:
        """Split the pictures of another project; None: of none, as for a plain folder."""
        self.splitting.open(None if project is None else project.folder)
        if self.isVisible():
            self.splitting.read()

    @property
    def is_busy(self) -> bool:
        """Whether files are being written."""
        is_making = self._dialog is not None and self._dialog.is_running
        return self.splitting.is_writing or is_making

    def stop(self) -> None:
        """Write what is being written, and wait for the threads; the window closes."""
        self._patience.stop()
        if self._dialog is not None:
            self._dialog.shutdown()
        self.splitting.stop()

    # -- building ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._message)
        self._stack.addWidget(self._result)
        keep = self._progress.sizePolicy()
        keep.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        self._progress.setSizePolicy(keep)
        actions = self.actions_of_page
        self._buttons = [
            self._button(actions.folders, "split-folders", self.tr("Make folders…"), "folder-new"),
            self._button(actions.undo, "split-undo-button", self.tr("Undo"), "undo"),
            self._button(actions.apply, "split-apply-button", self.tr("Apply"), ""),
        ]
        self._buttons[-1].setProperty("role", "primary")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._progress, 1)
        foot.addStretch(0)
        for button in self._buttons:
            foot.addWidget(button)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._stack, 1)
        right.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.setSpacing(8)
        layout.addWidget(self._rule)
        layout.addLayout(right, 1)

    def _button(self, action: QAction, name: str, text: str, glyph: str) -> QPushButton:
        button = named(QPushButton(text, self), name)
        if glyph:
            button.setIcon(icon(glyph))
        button.setToolTip(action.toolTip())
        button.setAutoDefault(True)  # Return presses it, not Space alone
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        return button

    def _connect(self) -> None:
        splitting, actions = self.splitting, self.actions_of_page
        splitting.changed.connect(self._refresh)
        splitting.rule_read.connect(self._show_rule)
        splitting.written.connect(self.split_changed)
        splitting.problem.connect(self.problem)
        self._rule.rule_changed.connect(splitting.set_rule)
        self._rule.locking_changed.connect(splitting.set_locking)
        self._message.read_requested.connect(splitting.read)
        for part in (self._message, self._progress):
            part.stop_requested.connect(splitting.stop_reading)
        actions.apply.triggered.connect(splitting.apply)
        actions.undo.triggered.connect(splitting.take_back)
        actions.read.triggered.connect(splitting.read)
        actions.another.triggered.connect(self._rule.draw_another)
        actions.folders.triggered.connect(self.open_folders_dialog)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for key, action in (("Ctrl+Z", actions.undo), ("F5", actions.read)):
            shortcut = QShortcut(QKeySequence(key), self, context=within)
            shortcut.activated.connect(action.trigger)

    # -- showing ----------------------------------------------------------------------------

    @Slot()
    def _refresh(self) -> None:
        splitting, actions = self.splitting, self.actions_of_page
        is_message = self._message.is_needed
        self._message.show_state()
        self._result.show_state()
        self._stack.setCurrentWidget(self._message if is_message else self._result)
        self._rule.setVisible(splitting.source is not None)
        self._rule.setEnabled(splitting.doing != "beginning" and splitting.failure is None)
        actions.apply.setEnabled(splitting.can_apply)
        actions.undo.setEnabled(splitting.can_take_back)
        actions.read.setEnabled(splitting.source is not None and not splitting.doing)
        actions.another.setEnabled(splitting.pictures is not None)
        actions.folders.setEnabled(splitting.split is not None and not splitting.doing)
        for button in self._buttons:
            button.setVisible(not is_message or splitting.split is not None)
        self._wait_for_progress(is_message=is_message)
        self._show_rule()

    def _wait_for_progress(self, *, is_message: bool) -> None:
        is_busy = bool(self.splitting.doing) or self.splitting.is_planning
        if is_message or not is_busy:
            self._patience.stop()
            self._progress.hide()
        elif self._progress.isVisibleTo(self):
            self._progress.show_state()
        elif not self._patience.isActive():
            self._patience.start()

    @Slot()
    def _show_progress(self) -> None:
        self._progress.show_state()
        self._progress.show()

    @Slot()
    def _show_rule(self) -> None:
        splitting = self.splitting
        locked = len(splitting.locked_test)
        self._rule.show_rule(splitting.rule, is_locking=splitting.is_locking, locked=locked)
        self._rule.show_unlabelled(splitting.pictures.unlabelled if splitting.pictures else None)

    # -- folders ----------------------------------------------------------------------------

    @Slot()
    def open_folders_dialog(self) -> None:
        """Ask where to make folders of the project's split."""
        splitting = self.splitting
        if splitting.source is None or splitting.split is None or self._dialog is not None:
            return
        try:
            project = Project.open(splitting.source.folder)
        except AppError as error:
            self.problem.emit(error)
            return
        self._dialog = SplitFoldersDialog(project, splitting.split, self)
        self._dialog.made.connect(self.told)
        self._dialog.finished.connect(self._on_dialog_closed)
        self._dialog.open()

    @Slot()
    def _on_dialog_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None

    # -- Qt ---------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Read what has changed while another page was in front."""
        super().showEvent(event)
        self.splitting.read()
