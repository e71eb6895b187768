"""`CleanPage`: suspects in a gallery, one large, decided by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from app.dataset.findings import REASONS
from app.dataset.left_out import LeftOut
from app.ui.dataset.clean_actions import CleanActions
from app.ui.dataset.clean_message import CleanMessage, counts_text
from app.ui.dataset.clean_source import CleanSource
from app.ui.dataset.cleaning import Cleaning
from app.ui.dataset.deciding import Deciding
from app.ui.dataset.left_out_dialog import LeftOutDialog
from app.ui.dataset.limit_panel import LimitPanel
from app.ui.dataset.picture_pair import PicturePair
from app.ui.dataset.reason_bar import ReasonBar
from app.ui.dataset.reason_words import left_out_text
from app.ui.dataset.review import Group
from app.ui.dataset.showing import Showing
from app.ui.dataset.suspect_list import SuspectList
from app.ui.dataset.suspect_model import SuspectModel
from app.ui.naming import named

_LIST_PX = 320
_NARROW_PX = 1000  # below, the limits take the place of the large picture
_LEFT_OUT_SHOWN = 20


class CleanPage(QWidget):
    """Builds the parts, and shows in each what the others changed.

    Signals
    -------
    problem(AppError)
    told(str)
    open_requested()
        The person wants to choose a folder.
    """

    problem = Signal(object)
    told = Signal(str)
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("clean-page")
        self.actions_of_page = CleanActions(self)
        self.addActions(self.actions_of_page.all)
        self.cleaning = Cleaning(self)
        self._model = SuspectModel(self.cleaning, self)
        self._list = named(SuspectList(self._model, self), "clean-list")
        self._reasons = ReasonBar(self)
        self._pair = PicturePair(self)
        self._limits = LimitPanel(self)
        self._message = CleanMessage(self.cleaning, self)
        self._counts = named(QLabel(self), "clean-counts")
        self._left_out = named(QPushButton(self), "clean-left-out", role="flat")
        self._left_out.setAutoDefault(True)  # Return presses it, not Space alone
        self._left_out.clicked.connect(self._show_all_left_out)
        self._keys = named(QLabel(self), "clean-keys", role="muted")
        self._keys.setText(
            self.tr("K keep · X discard · B best stays · Space closely · Ctrl+Z undo · ← → reason")
        )
        self._lay_out()
        actions = self.actions_of_page
        self._deciding = Deciding(
            actions, self.cleaning, self._model, self._list, self._reasons, self
        )
        self._showing = Showing(self.cleaning, self._model, self._list, self._pair, self)
        self._connect()
        self._refresh()

    def open(self, source: CleanSource | None) -> None:
        """Clean another folder; None: none."""
        self._model.forget_pictures()
        self._pair.forget()
        self._reasons.choose(None)
        self.cleaning.open(source)
        self._refresh()
        self._take_focus()  # one folder may be as far as the other: no phase changes

    def stop(self) -> None:
        """Carry out what was decided, and wait for the threads; the window closes."""
        self.cleaning.stop()
        self._model.thumbnails.stop()
        self._pair.stop()

    # -- building ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._review = QSplitter(Qt.Orientation.Horizontal, self)
        self._review.setObjectName("clean-review")
        self._review.addWidget(self._list)
        self._review.addWidget(self._pair)
        self._review.setStretchFactor(1, 1)
        self._review.setSizes([_LIST_PX, 3 * _LIST_PX])
        self._review.setChildrenCollapsible(False)
        self._review.setHandleWidth(8)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._message)
        self._stack.addWidget(self._review)
        body = QHBoxLayout()
        body.setSpacing(8)
        body.addWidget(self._stack, 1)
        body.addWidget(self._limits)
        self._limits.hide()
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self._counts)
        foot.addWidget(self._left_out)
        foot.addStretch(1)
        foot.addWidget(self._keys)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._reasons)
        layout.addLayout(body, 1)
        layout.addWidget(self._tools())
        layout.addLayout(foot)

    def tool_row(self, parent: QWidget) -> QToolBar:
        """Return the commands that concern the whole folder, for the head of the tab."""
        actions = self.actions_of_page
        bar = named(QToolBar(parent), "clean-folder-tools")
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        bar.setIconSize(QSize(16, 16))
        for action in (actions.open_folder, actions.scan, actions.limits, actions.undo):
            bar.addAction(action)
        return bar

    def _tools(self) -> QToolBar:
        actions = self.actions_of_page
        self._tool_bar = named(QToolBar(self), "clean-tools")
        self._tool_bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._tool_bar.setIconSize(QSize(16, 16))
        for action in (*actions.deciding, actions.look):
            self._tool_bar.addAction(action)
        return self._tool_bar

    def _connect(self) -> None:
        actions, cleaning = self.actions_of_page, self.cleaning
        cleaning.phase_changed.connect(self._on_phase)
        cleaning.rows_changed.connect(self._refresh)
        cleaning.decided.connect(self._refresh)
        cleaning.counted.connect(self._limits.show_counts)
        cleaning.problem.connect(self.problem)
        cleaning.told.connect(self.told)
        self._message.open_requested.connect(self.open_requested)
        self._message.scan_requested.connect(cleaning.scan)
        self._message.stop_requested.connect(cleaning.stop_scan)
        self._reasons.chosen.connect(self._on_group)
        self._limits.moved.connect(cleaning.set_limit)
        self._limits.reset_requested.connect(self._reset_limits)
        self._limits.show_limits(cleaning.limits)
        self._list.look_requested.connect(actions.look.trigger)
        actions.open_folder.triggered.connect(self.open_requested)
        actions.scan.triggered.connect(cleaning.scan)
        actions.limits.toggled.connect(self._show_limits)
        actions.undo.triggered.connect(cleaning.undo)
        actions.look.triggered.connect(self._pair.toggle_close)
        actions.next_group.triggered.connect(self._reasons.choose_next)
        actions.previous_group.triggered.connect(self._reasons.choose_previous)

    # -- showing ----------------------------------------------------------------------------

    @Slot()
    def _on_phase(self) -> None:
        self._refresh()
        self._take_focus()

    @Slot()
    def _refresh(self) -> None:
        """Show the counts, and the gallery while anything is to be decided."""
        cleaning, actions = self.cleaning, self.actions_of_page
        is_review = cleaning.phase == "review"
        _, _, left = cleaning.counts
        self._reasons.show_counts(cleaning.review.counts, left)
        reasons = cleaning.review.reasons
        self._limits.show_counts({reason: reasons[reason] for reason in REASONS})
        has_rows = is_review and left > 0
        before = self._stack.currentWidget()
        self._message.show_state()
        self._stack.setCurrentWidget(self._review if has_rows else self._message)
        self._reasons.setVisible(has_rows)
        self._tool_bar.setVisible(has_rows)
        self._counts.setVisible(is_review)
        self._counts.setText(counts_text(cleaning))
        self._show_left_out()
        self._show_actions(is_review=is_review, has_rows=has_rows)
        actions.scan.setText(self.tr("&Scan again") if cleaning.scanned else self.tr("&Scan"))
        if before is not self._stack.currentWidget():
            self._take_focus()

    def _show_actions(self, *, is_review: bool, has_rows: bool) -> None:
        actions, cleaning = self.actions_of_page, self.cleaning
        actions.scan.setEnabled(cleaning.phase in ("ready", "review"))
        actions.limits.setEnabled(is_review)
        actions.undo.setEnabled(is_review and cleaning.decisions.last is not None)
        for action in (*actions.deciding, actions.look, actions.next_open):
            action.setEnabled(has_rows)
        for action in (actions.next_group, actions.previous_group):
            action.setEnabled(has_rows)
        self._limits.setVisible(is_review and actions.limits.isChecked())
        self._make_room()

    def _show_left_out(self) -> None:
        found = self._found_left_out
        self._left_out.setVisible(bool(found))
        self._left_out.setText(self.tr("Other files, no pictures: {0}").format(len(found)))
        shown = [left_out_text(each) for each in found[:_LEFT_OUT_SHOWN]]
        more = len(found) - _LEFT_OUT_SHOWN
        rest = [self.tr("and {0} more").format(more)] if more > 0 else []
        self._left_out.setToolTip("\n".join((*shown, *rest)))

    @property
    def _found_left_out(self) -> tuple[LeftOut, ...]:
        scanned = self.cleaning.scanned if self.cleaning.phase == "review" else None
        return scanned.left_out if scanned is not None else ()

    @Slot()
    def _show_all_left_out(self) -> None:
        dialog = LeftOutDialog(self._found_left_out, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _take_focus(self) -> None:
        if not self.isVisible():
            return
        if self._stack.currentWidget() is self._review:
            self._list.setFocus()
        else:
            self._message.focus_button()

    @Slot(object)
    def _on_group(self, group: Group | None) -> None:
        self._model.set_group(group)
        self._list.go_on_from_top()
        self._take_focus()

    @Slot(bool)
    def _show_limits(self, is_wanted: bool) -> None:
        self._limits.setVisible(is_wanted and self.cleaning.phase == "review")
        self._make_room()
        if not is_wanted:
            self._take_focus()

    @Slot()
    def _reset_limits(self) -> None:
        self.cleaning.reset_limits()
        self._limits.show_limits(self.cleaning.limits)

    def _make_room(self) -> None:
        is_crowded = self.width() < _NARROW_PX and self._limits.isVisibleTo(self)
        self._pair.setVisible(not is_crowded)
        is_wide = self.width() >= _NARROW_PX
        self._keys.setVisible(is_wide and self._stack.currentWidget() is self._review)

    # -- Qt ---------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Give the keyboard to what leads on; another tab may have changed the folder."""
        super().showEvent(event)
        self.cleaning.look_again()
        self._take_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up the large picture where there is no room for it beside the limits."""
        super().resizeEvent(event)
        self._make_room()
