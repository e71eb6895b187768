"""`ClassBook`: the classes one labels with, from a project or from a list of names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from app.project.classes import ObjectClass, checked
from app.project.colors import class_color
from app.project.project import Project

_MAX_DIGIT = 9


@dataclass(frozen=True)
class ClassEntry:
    """A class as the tab shows it; `digit` is its key, "" from the tenth on."""

    name: str
    color: str
    digit: str


@dataclass(frozen=True)
class RemovedClass:
    """A class that was taken out, and where it was."""

    item: ObjectClass
    place: int


class ClassBook(QObject):
    """The classes in their order.

    The classes of a plain folder live as long as it is open: labelImg's list of names is not
    written to.

    Signals
    -------
    changed()
        There are others, or other names, colours or keys.
    current_changed(str)
        New boxes get another class.
    """

    changed = Signal()
    current_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._own: list[ObjectClass] = []  # of a plain folder
        self._current = ""

    @property
    def is_of_project(self) -> bool:
        """Whether the classes are a project's, and so are kept."""
        return self._project is not None

    @property
    def entries(self) -> list[ClassEntry]:
        """All classes; the digits 1 to 9 go by place unless other keys are given."""
        items = self._items
        given = {item.hotkey for item in items if item.hotkey}
        entries = []
        for place, item in enumerate(items, start=1):
            free = "" if _digit(place) in given else _digit(place)
            entries.append(ClassEntry(item.name, item.color, item.hotkey or free))
        return entries

    @property
    def current(self) -> str:
        """The class that new boxes get; "" while there is none."""
        return self._current

    def open(self, project: Project | None, names: Iterable[str] = ()) -> None:
        """Take the classes of a project, or plain names."""
        self._project = project
        self._own = [
            ObjectClass(number, name, class_color(number))
            for number, name in enumerate(dict.fromkeys(names), start=1)
        ]
        known = [item.name for item in self._items]
        self._current = known[0] if known else ""
        self.changed.emit()
        self.current_changed.emit(self._current)

    def refresh(self) -> None:
        """Tell that the project may have got other classes elsewhere."""
        self.changed.emit()
        if not self._current and self._items:
            self.choose(self._items[0].name)

    def add(self, name: str) -> None:
        """Add a class if there is none of that name.

        Raises
        ------
        app.project.errors.ProjectError
            When it can't be written.
        """
        name = name.strip()
        if not name or name in self._all_names():
            return
        if self._project is not None:
            self._project.add_class(name)
        else:
            self._own.append(checked(self._fresh(name), self._own))
        self._tell_added(name)

    def meet(self, name: str) -> None:
        """Take in a class that a label file names; a project's classes are for a person to add."""
        if self._project is None and name not in self._all_names():
            self._own.append(self._fresh(name))
            self._tell_added(name)

    def _fresh(self, name: str) -> ObjectClass:
        number = max((item.id for item in self._own), default=0) + 1
        return ObjectClass(number, name, class_color(number))

    def _tell_added(self, name: str) -> None:
        self.changed.emit()
        if not self._current:
            self.choose(name)

    def check_name(self, name: str) -> None:
        """Look whether a class may be called so.

        Raises
        ------
        app.project.errors.ProjectError
            When the name is empty, can't be written, or is taken.
        """
        checked(ObjectClass(0, name, class_color(1)), self._items)

    def rename(self, name: str, new_name: str) -> None:
        """Give a class another name; its id, colour and key stay.

        Raises
        ------
        app.project.errors.ProjectError
        """
        was_current = name == self._current
        self._change(self._item(name), name=new_name)
        if was_current:
            self.choose(new_name)

    def recolor(self, name: str, color: str) -> None:
        """Give a class another colour, ``#RRGGBB``.

        Raises
        ------
        app.project.errors.ProjectError
        """
        self._change(self._item(name), color=color)

    def set_key(self, name: str, key: str) -> None:
        """Give a class a key of its own, or with "" the digit of its place.

        Raises
        ------
        app.project.errors.ProjectError
            When another class has been given that key.
        """
        self._change(self._item(name), hotkey=key)

    def key_of(self, name: str) -> str:
        """Return the key that a class has been given; "" where it goes by its place."""
        return self._item(name).hotkey

    def remove(self, name: str) -> RemovedClass:
        """Take a class out; its boxes are the business of others.

        Raises
        ------
        app.project.errors.ProjectError
        """
        place, item = self._items.index(self._item(name)), self._item(name)
        if self._project is not None:
            self._project.remove_class(item.id)
        else:
            del self._own[place]
        if name == self._current:
            names = [other.name for other in self._items]
            self._current = names[min(place, len(names) - 1)] if names else ""
            self.current_changed.emit(self._current)
        self.changed.emit()
        return RemovedClass(item, place)

    def put_back(self, removed: RemovedClass) -> None:
        """Put a class back that was removed: the same id, colour, key and place.

        Raises
        ------
        app.project.errors.ProjectError
            When its name or key belongs to another one by now.
        """
        if self._project is not None:
            self._project.restore_class(removed.item, removed.place)
        else:
            checked(removed.item, self._own)
            self._own.insert(removed.place, removed.item)
        self.changed.emit()
        if not self._current:
            self.choose(removed.item.name)

    def choose(self, name: str) -> None:
        """Give new boxes this class."""
        if name and name != self._current:
            self._current = name
            self.current_changed.emit(name)

    def by_digit(self, digit: str) -> str | None:
        """Return the class of a digit key."""
        return next((entry.name for entry in self.entries if entry.digit == digit), None)

    def color_of(self, name: str) -> QColor:
        """Return the colour of a class; of one that is not in the book, a grey."""
        for item in self._items:
            if item.name == name:
                return QColor(item.color)
        return QColor("#c3c8d0")

    @property
    def _items(self) -> list[ObjectClass]:
        return list(self._project.classes) if self._project is not None else self._own

    def _item(self, name: str) -> ObjectClass:
        return next(item for item in self._items if item.name == name)

    def _change(
        self,
        item: ObjectClass,
        *,
        name: str | None = None,
        color: str | None = None,
        hotkey: str | None = None,
    ) -> None:
        if self._project is not None:
            self._project.change_class(item.id, name=name, color=color, hotkey=hotkey)
        else:
            fresh = ObjectClass(
                item.id,
                item.name if name is None else name,
                item.color if color is None else color,
                item.hotkey if hotkey is None else hotkey,
            )
            others = [other for other in self._own if other is not item]
            self._own[self._own.index(item)] = checked(fresh, others)
        self.changed.emit()

    def _all_names(self) -> set[str]:
        return {item.name for item in self._items}


def _digit(place: int) -> str:
    return str(place) if place <= _MAX_DIGIT else ""
