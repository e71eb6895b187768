"""`Deciding`: leads keys and buttons to decisions, and goes on to the next picture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from app.ui.dataset.clean_actions import CleanActions
from app.ui.dataset.cleaning import Cleaning
from app.ui.dataset.reason_bar import ReasonBar
from app.ui.dataset.suspect_list import SuspectList
from app.ui.dataset.suspect_model import SuspectModel


class Deciding(QObject):
    """Connects the actions that decide.

    Parameters
    ----------
    actions : CleanActions
    cleaning : Cleaning
    model : SuspectModel
    gallery : SuspectList
    reasons : ReasonBar
    parent : QObject
    """

    def __init__(
        self,
        actions: CleanActions,
        cleaning: Cleaning,
        model: SuspectModel,
        gallery: SuspectList,
        reasons: ReasonBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._cleaning, self._model = cleaning, model
        self._list, self._reasons = gallery, reasons
        actions.keep.triggered.connect(self._keep)
        actions.discard.triggered.connect(self._discard)
        actions.discard_cluster.triggered.connect(self._discard_cluster)
        actions.discard_clusters.triggered.connect(self._discard_clusters)
        actions.keep_group.triggered.connect(self._keep_group)
        actions.discard_group.triggered.connect(self._discard_group)
        actions.next_open.triggered.connect(gallery.go_on)
        cleaning.brought_back.connect(self._show_brought_back)

    @Slot()
    def _keep(self) -> None:
        """Keep the current picture; on the best of a cluster, all of the cluster."""
        row = self._list.current_row
        if row is None:
            return
        if row.name in self._cleaning.decisions.gone:
            self._cleaning.told.emit(self.tr("It is in the trash. Ctrl+Z takes steps back."))
            return
        whole = row.cluster.pictures if row.is_best and row.cluster is not None else (row.name,)
        self._cleaning.keep(whole)
        self._go_on()

    @Slot()
    def _discard(self) -> None:
        row = self._list.current_row
        if row is not None:
            self._cleaning.discard([row.name])
            self._go_on()

    @Slot()
    def _discard_cluster(self) -> None:
        """Discard what is to be decided of the current cluster; its best stays."""
        row = self._list.current_row
        if row is None or row.cluster is None:
            self._cleaning.told.emit(self.tr("This picture has no duplicates."))
            return
        is_open = self._cleaning.decisions.is_open
        self._cleaning.discard(name for name in row.cluster.discards if is_open(name))
        self._go_on()

    @Slot()
    def _discard_clusters(self) -> None:
        """Discard all duplicates that are to be decided; the best of each cluster stays."""
        is_open = self._cleaning.decisions.is_open
        rows = self._cleaning.review.rows
        self._cleaning.discard(
            row.name
            for row in rows
            if row.cluster is not None and not row.is_best and is_open(row.name)
        )
        self._go_on()

    @Slot()
    def _keep_group(self) -> None:
        self._cleaning.keep(self._names_of_group())
        self._go_on()

    @Slot()
    def _discard_group(self) -> None:
        self._cleaning.discard(self._names_of_group())
        self._go_on()

    def _names_of_group(self) -> list[str]:
        """Return what is to be decided of the reason that is chosen, or of the current row."""
        row = self._list.current_row
        if self._model.group is not None:
            return self._model.open_names()
        return self._model.open_names(row.group) if row is not None else []

    def _go_on(self) -> None:
        """Go to the next picture to decide: of this reason, else of all."""
        if self._model.group is not None and self._model.next_open(-1) < 0:
            self._reasons.choose(None)
        self._list.go_on()

    @Slot(object)
    def _show_brought_back(self, names: Sequence[str]) -> None:
        """Go to what an undo brought back, or is about to."""
        if self._model.row_of(names[0]) < 0 and self._model.group is not None:
            self._reasons.choose(None)
        self._list.go_to_name(names[0])
