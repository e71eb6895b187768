"""`SplitResult`: a plan, or the split that the project has: cards, table, warnings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.dataset.split_rule import SET_NAMES
from app.ui.dataset.split_cards import SplitCards
from app.ui.dataset.split_model import SplitModel
from app.ui.dataset.split_sentences import age_text, change_text
from app.ui.dataset.split_state import Splitting
from app.ui.dataset.split_table import SplitTableView
from app.ui.dataset.split_warning_list import GRAVE, SplitWarningList
from app.ui.icons import IconLabel, icon
from app.ui.naming import named

_SIGN_PX = 16


class SplitResult(QScrollArea):
    """Shows the plan; by a button, what the project has instead."""

    def __init__(self, splitting: Splitting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("split-result")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._splitting = splitting
        page = named(QWidget(self), "split-result-page", role="page")
        self._plan_button = self._switch("split-show-plan", self.tr("This plan"), page)
        self._now_button = self._switch("split-show-now", self.tr("In the project now"), page)
        self._sides = QButtonGroup(self)
        self._sides.addButton(self._plan_button)
        self._sides.addButton(self._now_button)
        self._sides.buttonClicked.connect(self.show_state)
        self._change = named(QLabel(page), "split-change", role="muted")
        self._change.setWordWrap(True)
        self._sign = IconLabel(_SIGN_PX, page)
        self._news = named(QLabel(page), "split-news")
        self._news.setWordWrap(True)
        self._cards = SplitCards(page)
        self._model = SplitModel(self)
        self._table = SplitTableView(self._model, page)
        self._grave = SplitWarningList("split-warnings-grave", page)
        self._others = SplitWarningList("split-warnings", page)
        self._lay_out(page)
        self.setWidget(page)

    def _switch(self, name: str, text: str, parent: QWidget) -> QPushButton:
        button = named(QPushButton(text, parent), name)
        button.setCheckable(True)
        button.setChecked(name == "split-show-plan")
        return button

    def _lay_out(self, page: QWidget) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._plan_button)
        head.addWidget(self._now_button)
        head.addSpacing(12)
        head.addWidget(self._change, 1)
        news = QHBoxLayout()
        news.setSpacing(8)
        news.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        news.addWidget(self._news, 1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(news)
        layout.addLayout(head)
        layout.addWidget(self._cards)
        layout.addWidget(self._grave)  # before the table: in a small window it fills the rest
        layout.addWidget(self._table, 1)
        layout.addWidget(self._others)
        layout.addStretch(0)

    @Slot()
    def show_state(self) -> None:
        """Show what is true now."""
        pictures, planned = self._splitting.pictures, self._splitting.planned
        if pictures is None or planned is None:
            return
        now = pictures.table
        self._now_button.setEnabled(now is not None)
        if now is None:
            self._plan_button.setChecked(True)
        colors = {each.name: each.color for each in pictures.classes}
        if now is not None and self._now_button.isChecked():
            asked = frozenset(name for name in SET_NAMES if now.images[name])
            is_locked = bool(pictures.kept.locked_test)
            self._cards.show_table(now, None, asked, is_locking=is_locked)
            self._model.show_table(now, colors, asked)
        else:
            amounts = zip(SET_NAMES, planned.plan.rule.amounts, strict=True)
            asked = frozenset(name for name, amount in amounts if amount)
            self._cards.show_table(planned.table, now, asked, is_locking=planned.is_locking)
            self._model.show_table(planned.table, colors, asked)
        told = planned.warnings if self._plan_button.isChecked() else ()
        self._grave.show_warnings([each for each in told if each.kind in GRAVE])
        self._others.show_warnings([each for each in told if each.kind not in GRAVE])
        is_new = planned.change is not None and not planned.is_applied
        self._change.setText(change_text(planned.change) if planned.change and is_new else "")
        self._show_news()

    def _show_news(self) -> None:
        """Say how the project's split and this plan stand to each other."""
        pictures, planned = self._splitting.pictures, self._splitting.planned
        assert pictures is not None
        assert planned is not None
        glyph, role = "info", QPalette.ColorRole.Accent
        if pictures.kept.problem is not None:
            glyph, role = "warning", QPalette.ColorRole.BrightText
            error = pictures.kept.problem
            text = f"{error.message} {error.hint}"
        elif pictures.table is None:
            text = self.tr("No split yet. Apply writes this plan into the project.")
        elif not pictures.age.is_current:
            glyph, role = "warning", QPalette.ColorRole.BrightText
            text = age_text(pictures.age)
        elif planned.is_applied:
            glyph, text = "check", self.tr("The project has this split.")
        elif planned.change is not None and planned.change.is_none:
            text = self.tr("The project has these sets, by another rule or without this lock.")
        else:
            text = self.tr("The project has another split. Nothing changes before Apply.")
        self._sign.set_icon(icon(glyph, role))
        self._news.setText(text)
