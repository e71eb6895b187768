"""`ExportQuestions`: what the page asks and tells in its bar."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from app.ui.export.export_bar import Answer, ExportBar
from app.ui.export.export_shelf import ExportShelf
from app.ui.export.export_words import when_text
from app.ui.export.exporting import ExportEnd, Exporting


class ExportQuestions(QObject):
    """Replace or not, go on or discard, and what has gone out.

    Signals
    -------
    replace_chosen()
    name_chosen(str)
        Export under this name instead.
    go_on_chosen(str)
        Name of the interrupted export.
    preview_chosen(str)
    """

    replace_chosen = Signal()
    name_chosen = Signal(str)
    go_on_chosen = Signal(str)
    preview_chosen = Signal(str)

    def __init__(self, exporting: Exporting, shelf: ExportShelf, bar: ExportBar) -> None:
        super().__init__(bar)
        self._exporting, self._shelf, self._bar = exporting, shelf, bar
        self._offered: tuple[str, ...] = ()
        bar.closed.connect(self._on_closed)
        self._put_off: set[str] = set()

    def take_back(self) -> None:
        """Ask nothing any more; what is interrupted later is offered anew."""
        self._offered = ()
        self._put_off.clear()
        self._bar.dismiss()

    def ask_replace(self, name: str) -> None:
        """Ask whether the export of that name is to be replaced."""
        kept = self._shelf.shelf.named(name)
        when = "" if kept is None else when_text(kept)
        other = self._free_name(name)
        text = self.tr("There is an export {0} of {1}. It stays until the new one is whole.")
        answers = (
            Answer("replace", self.tr("Replace it"), self.replace_chosen.emit, is_primary=True),
            Answer(
                "other-name",
                self.tr("Export as {0}").format(other),
                partial(self.name_chosen.emit, other),
            ),
        )
        self._bar.ask("info", text.format(name, when), answers)

    @Slot()
    def offer_partial(self) -> None:
        """Offer what an interrupted export has left, unless the person has put it off."""
        partials = self._shelf.shelf.partials
        if partials == self._offered or self._exporting.is_writing:
            return
        self._offered = partials
        name = next((each for each in partials if each not in self._put_off), None)
        if name is None:
            return
        text = self.tr("The export {0} was interrupted. What is whole of it is kept.")
        answers = (
            Answer("go-on", self.tr("Go on"), partial(self._go_on, name), is_primary=True),
            Answer("discard", self.tr("Discard"), partial(self._discard, name)),
        )
        self._bar.ask("warning", text.format(name), answers)

    def tell_done(self, end: ExportEnd) -> None:
        """Tell what has gone out."""
        if end.folder is None:
            return
        name = end.folder.name
        text = self.tr("The export {0} is whole.").format(name)
        if end.config is not None:
            text += " " + self.tr("The configuration is {0}.").format(end.config.name)
        answer = Answer("preview", self.tr("Preview"), partial(self.preview_chosen.emit, name))
        self._bar.ask("check", text, (answer,))

    def _go_on(self, name: str) -> None:
        self.go_on_chosen.emit(name)

    def _discard(self, name: str) -> None:
        self._offered = ()
        self._exporting.discard(name)

    @Slot()
    def _on_closed(self) -> None:
        self._put_off.update(self._offered[:1])

    def _free_name(self, name: str) -> str:
        shelf = self._shelf.shelf
        taken = {each.name for each in shelf.exports} | set(shelf.partials)
        number = 2
        while f"{name}-{number}" in taken:
            number += 1
        return f"{name}-{number}"
