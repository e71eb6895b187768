"""Type-ahead choice of a class, at the box it is for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.ui.naming import named

_WIDTH_PX, _HEIGHT_PX = 240, 260
_NAME = Qt.ItemDataRole.UserRole


class ClassPicker(QFrame):
    """A small window of its own: type a part of a name, Enter takes it.

    A name that no class has is taken as a new class.

    Signals
    -------
    picked(str)
    given_up()
        It was closed without a choice.
    """

    picked = Signal(str)
    given_up = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("class-picker")
        self.setProperty("role", "card")
        self._names: list[str] = []
        self._is_answered = True
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
        self._is_answered = False
        self._field.setPlaceholderText(
            self.tr("Class name") if names else self.tr("First class, then Enter")
        )
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
        """Show the name itself first, then what begins with the text, then what has it inside."""
        new = text.strip()
        wanted = new.casefold()
        found = [name for name in self._names if wanted in name.casefold()]
        found.sort(key=lambda name: _likeness(name.casefold(), wanted))
        self._list.clear()
        for name in found:
            self._add(name, name)
        if new and new not in self._names:
            self._add(self.tr("New class “{0}”").format(new), new)
        self._list.setCurrentRow(0 if self._list.count() else -1)
        has_names = self._list.count() > 0
        self._list.setVisible(has_names)
        self.resize(_WIDTH_PX, _HEIGHT_PX if has_names else self.minimumSizeHint().height())

    def _add(self, text: str, name: str) -> None:
        item = QListWidgetItem(text)
        item.setData(_NAME, name)
        self._list.addItem(item)

    @Slot()
    def _take(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self._on_clicked(item)

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        self._is_answered = True
        self.hide()
        self.picked.emit(item.data(_NAME))

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell when it was closed without a choice."""
        if not self._is_answered:
            self._is_answered = True
            self.given_up.emit()


def _likeness(name: str, wanted: str) -> int:
    """Return 0 for the name itself, 1 for one that begins like it, 2 for the others."""
    return 0 if name == wanted else 1 if name.startswith(wanted) else 2
