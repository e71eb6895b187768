"""`Showing`: the current picture large, in words what speaks against it, and its duplicate."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Slot

from app.ui.dataset.cleaning import Cleaning
from app.ui.dataset.picture_pair import PicturePair
from app.ui.dataset.reason_words import difference_text, facts_text, measure_text
from app.ui.dataset.review import ReviewRow
from app.ui.dataset.suspect_list import SuspectList
from app.ui.dataset.suspect_model import SuspectModel

_PREFETCHED = 2


class Showing(QObject):
    """Follows the current row of the gallery.

    Parameters
    ----------
    cleaning : Cleaning
    model : SuspectModel
    gallery : SuspectList
    pair : PicturePair
    parent : QObject
    """

    def __init__(
        self,
        cleaning: Cleaning,
        model: SuspectModel,
        gallery: SuspectList,
        pair: PicturePair,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._cleaning, self._model, self._list, self._pair = cleaning, model, gallery, pair
        # Once for all changes of one key press.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._show)
        gallery.current_row_changed.connect(self._on_current)
        cleaning.files_changed.connect(self._on_current)
        pair.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the picture when it can be seen again."""
        if event.type() == QEvent.Type.Show:
            self._timer.start()
        return False

    @Slot()
    def _on_current(self) -> None:
        self._timer.start()

    @Slot()
    def _show(self) -> None:
        row, scanned = self._list.current_row, self._cleaning.scanned
        if row is None or scanned is None or not self._pair.isVisible():
            return
        best = row.cluster.kept if row.cluster is not None and not row.is_best else None
        if any(name is not None and name not in scanned.by_name for name in (row.name, best)):
            return  # they have just gone, or come back: other rows are under way
        self._show_picture(row)
        if best is None:
            self._pair.show_words("\n".join(map(measure_text, row.suspects)), is_pair=False)
            return
        picture, other = scanned.by_name[row.name], scanned.by_name[best]
        facts = facts_text(other, scanned.labelled)
        title = self.tr("Best: {0}").format(best)
        self._pair.best.show_picture(self._path(best), title, facts, [])
        words = [difference_text(picture, other, scanned.labelled)]
        words += [measure_text(each) for each in row.suspects if each.kept is None]
        self._pair.show_words("\n".join(words), is_pair=True)

    def _show_picture(self, row: ReviewRow) -> None:
        scanned = self._cleaning.scanned
        assert scanned is not None
        facts = facts_text(scanned.by_name[row.name], scanned.labelled)
        place = self._list.currentIndex().row()
        following = (self._model.review_row(place + step) for step in range(1, _PREFETCHED + 1))
        paths = [self._path(each.name) for each in following if each is not None]
        self._pair.current.show_picture(self._path(row.name), row.name, facts, paths)

    def _path(self, name: str) -> Path:
        assert self._cleaning.source is not None
        return self._cleaning.source.images / name
