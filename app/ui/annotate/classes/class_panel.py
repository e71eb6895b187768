"""The classes with colour, key and counts; click one to use it, or change it by its menu."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.annotation.labels import LabeledBox
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.classes.class_rows import (
    COLOR_ROLE,
    COUNTS_ROLE,
    KEY_ROLE,
    NAME_ROLE,
    ClassRows,
)
from app.ui.icons import icon
from app.ui.naming import named

_ROLES = (NAME_ROLE, COLOR_ROLE, KEY_ROLE, COUNTS_ROLE)


class ClassPanel(QWidget):
    """Lists the classes, adds new ones, and asks for changes of one.

    Signals
    -------
    chosen(str)
        A class was clicked: for the selected boxes, else for new ones.
    added(str)
        A name was typed that is not in the list.
    rename_requested(str), merge_requested(str), color_requested(str), delete_requested(str)
    key_requested(str, str)
        The class and the key it is to have; "": the digit of its place.
    """

    chosen = Signal(str)
    added = Signal(str)
    rename_requested = Signal(str)
    merge_requested = Signal(str)
    color_requested = Signal(str)
    key_requested = Signal(str, str)
    delete_requested = Signal(str)

    def __init__(self, book: ClassBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._counts: Counter[str] = Counter()
        self._dataset_counts: Counter[str] = Counter()
        title = named(QLabel(self.tr("Classes"), self), "classes-title", role="section")
        self._menu_button = named(QToolButton(self), "class-menu-button", role="flat")
        self._menu_button.setIcon(icon("settings"))
        self._menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the canvas' keys
        self._menu_button.setToolTip(self.tr("Change the marked class"))
        self._menu_button.clicked.connect(self._open_current_menu)
        self._make_list()
        self._name = named(QLineEdit(self), "class-name")
        self._name.setPlaceholderText(self.tr("New class…"))
        self._name.returnPressed.connect(self._on_add)
        add = named(QToolButton(self), "class-add")
        add.setIcon(icon("plus"))
        add.setToolTip(self.tr("Add the class"))
        add.clicked.connect(self._on_add)
        self._lay_out(title, add)
        book.changed.connect(self.refresh)
        book.current_changed.connect(self._mark)
        self.refresh()

    def _make_list(self) -> None:
        self._list = named(QListWidget(self), "class-list")
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # digits choose; the keys are the tab's
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._on_clicked)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._on_context_menu)
        self._rows = ClassRows(self._list)
        self._rows.menu_requested.connect(self._open_menu)
        self._list.setItemDelegate(self._rows)

    def _lay_out(self, title: QLabel, add: QToolButton) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title, 1)
        head.addWidget(self._menu_button)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._name, 1)
        row.addWidget(add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._list, 1)
        layout.addLayout(row)

    # -- showing ----------------------------------------------------------------------------

    def show_counts(self, boxes: Iterable[LabeledBox]) -> None:
        """Say how many boxes of each class the picture has."""
        self._counts = Counter(box.class_name for box in boxes)
        self.refresh()

    def set_dataset_counts(self, counts: Counter[str]) -> None:
        """Say how many boxes of each class all pictures have."""
        self._dataset_counts = Counter(counts)
        self.refresh()

    def focus_name(self) -> None:
        """Let the person type a new class."""
        self._name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def refresh(self) -> None:
        """Show the classes of now; rows that stay are kept, so that the list does not jump."""
        entries = self._book.entries
        while self._list.count() > len(entries):
            self._list.takeItem(self._list.count() - 1)
        for _ in range(self._list.count(), len(entries)):
            QListWidgetItem(self._list)
        for row, entry in enumerate(entries):
            item = self._list.item(row)
            here, all_of = self._counts[entry.name], self._dataset_counts[entry.name]
            counts = f"{here} / {all_of:,}" if all_of else f"{here or ''}"
            shown = (entry.name, entry.color, entry.digit, counts)
            if shown != tuple(item.data(role) for role in _ROLES):
                for role, value in zip(_ROLES, shown, strict=True):
                    item.setData(role, value)
                item.setText(entry.name)
                item.setToolTip(self._hint(entry.name, entry.digit, here, all_of))
        self._menu_button.setEnabled(bool(self._book.current))
        self._mark(self._book.current)

    def _hint(self, name: str, key: str, here: int, all_of: int) -> str:
        hint = self.tr("{0} (key {1})").format(name, key) if key else name
        counts = self.tr("{0} boxes in this picture").format(here)
        if all_of:
            counts = self.tr("{0} boxes in this picture, {1} in all").format(here, all_of)
        return f"{hint}\n{counts}"

    @Slot(str)
    def _mark(self, name: str) -> None:
        for row in range(self._list.count()):
            item = self._list.item(row)
            if item.data(NAME_ROLE) == name:
                self._list.setCurrentItem(item)

    # -- the menu of a class ----------------------------------------------------------------

    def menu_for(self, name: str) -> QMenu:
        """Return the menu of a class; it deletes itself once it is closed."""
        menu = named(QMenu(self), "class-menu")
        menu.aboutToHide.connect(menu.deleteLater)
        others = len(self._book.entries) > 1
        self._add(menu, "rename", self.tr("&Rename…"), lambda: self.rename_requested.emit(name))
        merge = self.tr("&Merge into…")
        self._add(menu, "merge", merge, lambda: self.merge_requested.emit(name), is_on=others)
        self._add(menu, "color", self.tr("&Colour…"), lambda: self.color_requested.emit(name))
        menu.addMenu(self._key_menu(menu, name))
        menu.addSeparator()
        self._add(menu, "delete", self.tr("&Delete…"), lambda: self.delete_requested.emit(name))
        return menu

    def _key_menu(self, menu: QMenu, name: str) -> QMenu:
        keys = named(QMenu(self.tr("&Key"), menu), "class-key-menu")
        holders = {entry.digit: entry.name for entry in self._book.entries if entry.digit}
        given = {self._book.key_of(other) for other in holders.values()}
        for key in "123456789":
            holder = holders.get(key, "")
            text = f"{key}   {holder.replace('&', '&&')}" if holder else key
            is_free = holder == name or key not in given
            self._add(keys, f"key-{key}", text, self._asks_key(name, key), is_on=is_free)
        keys.addSeparator()
        by_place = self.tr("By its place")
        self._add(keys, "key-none", by_place, self._asks_key(name, ""))
        return keys

    def _asks_key(self, name: str, key: str) -> Callable[[], None]:
        return lambda: self.key_requested.emit(name, key)

    def _add(
        self, menu: QMenu, name: str, text: str, act: Callable[[], None], *, is_on: bool = True
    ) -> None:
        action = menu.addAction(text)
        action.setObjectName(f"class-{name}")
        action.setEnabled(is_on)
        action.triggered.connect(act)

    @Slot(str, QPoint)
    def _open_menu(self, name: str, at: QPoint) -> None:
        self.menu_for(name).popup(at)

    @Slot()
    def _open_current_menu(self) -> None:
        below = self._menu_button.mapToGlobal(self._menu_button.rect().bottomLeft())
        self._open_menu(self._book.current, below)

    @Slot(QPoint)
    def _on_context_menu(self, at: QPoint) -> None:
        item = self._list.itemAt(at)
        if item is not None:
            self._open_menu(item.data(NAME_ROLE), self._list.viewport().mapToGlobal(at))

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(NAME_ROLE))

    @Slot()
    def _on_add(self) -> None:
        name = self._name.text().strip()
        if name:
            self._name.clear()
            self.added.emit(name)
