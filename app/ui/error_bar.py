"""The bar that shows errors and notices above the tabs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.ui.error_presenter import ErrorPresenter
from app.ui.icons import IconLabel, icon
from app.ui.naming import named

NOTICE_MS = 10_000
MAX_KEPT = 20


@dataclass(frozen=True)
class _Report:
    message: str
    hint: str
    detail: str
    is_error: bool

    @property
    def text(self) -> str:
        return "\n".join(part for part in (self.message, self.hint, self.detail) if part)


class ErrorBar(QFrame):
    """Shows the newest report; closing it shows the one before. Notices close by themselves."""

    def __init__(self, presenter: ErrorPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("error-bar")
        self._reports: list[_Report] = []
        self._icon = IconLabel(20, self)
        self._message = named(QLabel(self), "error-message")
        self._hint = named(QLabel(self), "error-hint")
        for label in (self._message, self._hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self._message.font()
        font.setBold(True)
        self._message.setFont(font)

        self._details_button = named(QPushButton(self.tr("Details"), self), "error-details")
        self._details_button.setCheckable(True)
        self._copy_button = named(QPushButton(self.tr("Copy"), self), "error-copy")
        self._close_button = named(QToolButton(self), "error-close")
        self._close_button.setIcon(icon("close"))
        self._close_button.setToolTip(self.tr("Close (Esc)"))
        self._close_button.setAccessibleName(self.tr("Close the message"))
        for button in (self._details_button, self._copy_button, self._close_button):
            button.setProperty("role", "flat")
        self._details = named(QPlainTextEdit(self), "error-detail-text")
        self._details.setReadOnly(True)
        self._details.setFixedHeight(140)

        self._arrange()
        self._notice_timer = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._notice_timer.timeout.connect(self.close_newest)
        self._details_button.toggled.connect(self._details.setVisible)
        self._copy_button.clicked.connect(self._copy)
        self._close_button.clicked.connect(self.close_newest)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.close_newest)
        presenter.error_reported.connect(self._on_error)
        presenter.notice_reported.connect(self._on_notice)
        presenter.cleared.connect(self._on_cleared)
        self.hide()

    def _arrange(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._message)
        texts.addWidget(self._hint)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addLayout(texts, 1)
        for button in (self._details_button, self._copy_button, self._close_button):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.addLayout(row)
        layout.addWidget(self._details)

    @Slot()
    def close_newest(self) -> None:
        """Close the report that is shown."""
        if self._reports:
            self._reports.pop()
        self._show_newest()

    @Slot(object)
    def _on_error(self, error: AppError) -> None:
        self._add(_Report(error.message, error.hint, error.detail, is_error=True))

    @Slot(str, str)
    def _on_notice(self, message: str, hint: str) -> None:
        self._add(_Report(message, hint, "", is_error=False))

    @Slot()
    def _on_cleared(self) -> None:
        self._reports.clear()
        self._show_newest()

    def _add(self, report: _Report) -> None:
        # Something that fails again and again is told once; a notice gives way to what follows.
        self._reports = [kept for kept in self._reports if kept.is_error and kept != report]
        self._reports = [*self._reports, report][-MAX_KEPT:]
        self._show_newest()

    def _show_newest(self) -> None:
        self._notice_timer.stop()
        self.setVisible(bool(self._reports))
        if not self._reports:
            return
        report = self._reports[-1]
        self._message.setText(report.message)
        self._hint.setText(report.hint)
        self._hint.setVisible(bool(report.hint))
        self._details.setPlainText(report.detail)
        self._details_button.setVisible(bool(report.detail))
        self._details_button.setChecked(False)
        self._details.hide()
        self._copy_button.setVisible(report.is_error)
        self._dress(is_error=report.is_error)
        if not report.is_error:
            self._notice_timer.start()

    def _dress(self, *, is_error: bool) -> None:
        role = QPalette.ColorRole.BrightText if is_error else QPalette.ColorRole.Accent
        self._icon.set_icon(icon("warning" if is_error else "info", role))
        self.setProperty("role", "error-bar" if is_error else "notice-bar")
        self.style().unpolish(self)  # a changed property alone does not change the style
        self.style().polish(self)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._reports[-1].text)
