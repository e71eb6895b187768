"""Type-ahead choice of a class, at the box it is for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.ui.naming import named

_WIDTH_PX, _HEIGHT_PX = 240, 260


class ClassPicker(QFrame):
    """A small window of its own: type a part of a name, Enter takes it.

    A name that no class has is taken as a new class.

    Signals
    -------
    picked(str)
    """

    picked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("class-picker")
        self.setProperty("role", "card")
        self._names: list[str] = []
        self._field = named(QLineEdit(self), "picker-name")
        self._field.setPlaceholderText(self.tr("Class name"))
        self._field.textChanged.connect(self._narrow)
        self._field.returnPressed.connect(self._take)
        self._field.installEventFilter(self)
        self._list = named(QListWidget(self), "picker-list")
        self._list.itemClicked.connect(self._on_clicked)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._field)
        layout.addWidget(self._list, 1)
        self.resize(_WIDTH_PX, _HEIGHT_PX)

    def ask(self, names: Sequence[str], at: QPoint) -> None:
        """Show the names at a point of the screen; `picked` follows unless it is closed."""
        self._names = list(names)
        self._field.clear()
        self._narrow("")
        available = self.screen().availableGeometry()
        x = min(max(at.x(), available.left()), available.right() - _WIDTH_PX)
        y = min(max(at.y(), available.top()), available.bottom() - _HEIGHT_PX)
        self.move(x, y)
        self.show()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys go through the list while one types."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self._list.count():
                row = (self._list.currentRow() + step) % self._list.count()
                self._list.setCurrentRow(row)
                return True
        return False

    @Slot(str)
    def _narrow(self, text: str) -> None:
        """Show what begins with the text first, then what has it inside."""
        wanted = text.strip().casefold()
        begins = [name for name in self._names if name.casefold().startswith(wanted)]
        has = [name for name in self._names if wanted in name.casefold() and name not in begins]
        self._list.clear()
        self._list.addItems(begins + has)
        self._list.setCurrentRow(0 if self._list.count() else -1)

    @Slot()
    def _take(self) -> None:
        item = self._list.currentItem()
        name = item.text() if item is not None else self._field.text().strip()
        if name:
            self.hide()
            self.picked.emit(name)

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        self.hide()
        self.picked.emit(item.text())
