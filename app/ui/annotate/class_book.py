"""`ClassBook`: the classes one labels with, from a project or from a list of names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from app.project.colors import class_color
from app.project.project import Project

_MAX_DIGIT = 9


@dataclass(frozen=True)
class ClassEntry:
    """A class as the tab shows it; `digit` is "" from the tenth on."""

    name: str
    color: str
    digit: str


class ClassBook(QObject):
    """The classes in their order.

    Signals
    -------
    changed()
        There are others, or other colours.
    current_changed(str)
        New boxes get another class.
    """

    changed = Signal()
    current_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._names: list[str] = []
        self._current = ""

    @property
    def entries(self) -> list[ClassEntry]:
        """All classes; the digits 1 to 9 go by place unless the project gives others."""
        if self._project is None:
            return [
                ClassEntry(name, class_color(place), _digit(place))
                for place, name in enumerate(self._names, start=1)
            ]
        given = {item.hotkey for item in self._project.classes if item.hotkey}
        entries = []
        for place, item in enumerate(self._project.classes, start=1):
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
        self._names = list(dict.fromkeys(names))
        known = [entry.name for entry in self.entries]
        self._current = known[0] if known else ""
        self.changed.emit()
        self.current_changed.emit(self._current)

    def add(self, name: str) -> None:
        """Add a class if there is none of that name.

        Raises
        ------
        app.project.errors.ProjectError
            When the project can't take it.
        """
        name = name.strip()
        if not name or name in self._all_names():
            return
        if self._project is not None:
            self._project.add_class(name)
        else:
            self._names.append(name)
        self.changed.emit()
        if not self._current:
            self.choose(name)

    def meet(self, name: str) -> None:
        """Take in a class that a label file names; a project's classes are for a person to add."""
        if self._project is None:
            self.add(name)

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
        for entry in self.entries:
            if entry.name == name:
                return QColor(entry.color)
        return QColor("#c3c8d0")

    def _all_names(self) -> set[str]:
        return {entry.name for entry in self.entries}


def _digit(place: int) -> str:
    return str(place) if place <= _MAX_DIGIT else ""
