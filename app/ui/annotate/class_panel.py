"""The classes with colour, key and count in this picture; click one to use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.annotation.labels import LabeledBox
from app.ui.annotate.class_book import ClassBook
from app.ui.icons import icon
from app.ui.naming import named

_NAME = Qt.ItemDataRole.UserRole


class ClassPanel(QWidget):
    """Lists the classes and adds new ones.

    Signals
    -------
    chosen(str)
        A class was clicked: for the selected boxes, else for new ones.
    added(str)
        A name was typed that is not in the list.
    """

    chosen = Signal(str)
    added = Signal(str)

    def __init__(self, book: ClassBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._counts: Counter[str] = Counter()
        title = named(QLabel(self.tr("Classes"), self), "classes-title", role="section")
        self._list = named(QListWidget(self), "class-list")
        self._list.setIconSize(QSize(12, 12))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # digits choose; the keys are the tab's
        self._list.itemClicked.connect(self._on_clicked)
        self._name = named(QLineEdit(self), "class-name")
        self._name.setPlaceholderText(self.tr("New class…"))
        self._name.returnPressed.connect(self._on_add)
        add = named(QToolButton(self), "class-add")
        add.setIcon(icon("plus"))
        add.setToolTip(self.tr("Add the class"))
        add.clicked.connect(self._on_add)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._name, 1)
        row.addWidget(add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(self._list, 1)
        layout.addLayout(row)
        book.changed.connect(self.refresh)
        book.current_changed.connect(self._mark)
        self.refresh()

    def show_counts(self, boxes: Iterable[LabeledBox]) -> None:
        """Say how many boxes of each class the picture has."""
        self._counts = Counter(box.class_name for box in boxes)
        self.refresh()

    def focus_name(self) -> None:
        """Let the person type a new class."""
        self._name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def refresh(self) -> None:
        """Show the classes of now."""
        self._list.clear()
        for entry in self._book.entries:
            count = self._counts[entry.name]
            text = f"{entry.digit or ' '}   {entry.name}" + (f"   × {count}" if count else "")
            item = QListWidgetItem(_swatch(QColor(entry.color)), text)
            item.setData(_NAME, entry.name)
            hint = self.tr("{0} (key {1})") if entry.digit else "{0}"
            item.setToolTip(hint.format(entry.name, entry.digit))
            self._list.addItem(item)
        self._mark(self._book.current)

    @Slot(str)
    def _mark(self, name: str) -> None:
        for row in range(self._list.count()):
            item = self._list.item(row)
            if item.data(_NAME) == name:
                self._list.setCurrentItem(item)

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(_NAME))

    @Slot()
    def _on_add(self) -> None:
        name = self._name.text().strip()
        if name:
            self._name.clear()
            self.added.emit(name)


def _swatch(color: QColor) -> QIcon:
    pixmap = QPixmap(24, 24)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawRoundedRect(0, 0, 24, 24, 6, 6)
    painter.end()
    shown = QIcon(pixmap)
    shown.addPixmap(pixmap, QIcon.Mode.Selected)  # else the style would tint it
    return shown
