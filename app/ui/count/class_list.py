"""The classes of a model: searchable, with a tick and their colour."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.ui.count.class_colors import class_color


class ClassList(QWidget):
    """Ticks say which classes are counted; no tick at all means every class.

    Signals
    -------
    changed()
        The person ticked or unticked a class.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class-list")
        self._search = QLineEdit(self)
        self._search.setObjectName("class-search")
        self._search.setPlaceholderText(self.tr("Search classes"))
        self._search.setAccessibleName(self.tr("Search classes"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._filter)
        self._list = QListWidget(self)
        self._list.setObjectName("class-names")
        self._list.setAccessibleName(self.tr("Classes to count"))
        self._list.setMinimumHeight(112)
        self._list.setUniformItemSizes(True)
        self._list.itemChanged.connect(self._on_ticked)
        self._note = QLabel(self)
        self._note.setProperty("role", "muted")
        self._note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._search)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._note)
        self._update_note()

    def show_classes(self, classes: Mapping[int, str], chosen: Collection[str]) -> None:
        """Show the classes of a model by 1-based id, the chosen ones first."""
        self._list.blockSignals(True)
        self._list.clear()
        in_order = sorted(classes.items(), key=lambda each: (each[1] not in chosen, each[1]))
        for class_id, name in in_order:
            item = QListWidgetItem(_swatch(class_color(class_id)), name, self._list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            is_chosen = name in chosen
            item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
        self._list.blockSignals(False)
        self._filter(self._search.text())
        self._update_note()

    def chosen(self) -> tuple[str, ...]:
        """Return the names with a tick, in alphabetical order."""
        items = (self._list.item(row) for row in range(self._list.count()))
        return tuple(
            sorted(item.text() for item in items if item.checkState() == Qt.CheckState.Checked)
        )

    def set_chosen(self, names: Collection[str]) -> None:
        """Tick exactly these classes, as if the person had; emits `changed` once."""
        self._list.blockSignals(True)
        for row in range(self._list.count()):
            item = self._list.item(row)
            is_chosen = item.text() in names
            item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)
        self._list.blockSignals(False)
        self._on_ticked()

    @Slot(str)
    def _filter(self, text: str) -> None:
        wanted = text.strip().casefold()
        for row in range(self._list.count()):
            item = self._list.item(row)
            item.setHidden(wanted not in item.text().casefold())

    @Slot()
    def _on_ticked(self) -> None:
        self._update_note()
        self.changed.emit()

    def _update_note(self) -> None:
        count = self._list.count()
        if count == 0:
            self._note.setText(self.tr("The model's classes appear once a source is open."))
        elif not self.chosen():
            self._note.setText(self.tr("Nothing ticked: every class counts."))
        else:
            self._note.setText(
                self.tr("{chosen} of {count} classes count.").format(
                    chosen=len(self.chosen()), count=count
                )
            )


def _swatch(color: QColor) -> QIcon:
    pixmap = QPixmap(14, 14)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(1, 1, 12, 12, 3, 3)
    painter.end()
    return QIcon(pixmap)
