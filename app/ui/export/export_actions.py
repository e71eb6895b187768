"""Every command of the tab *Export* as a `QAction`."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.ui.action_set import ActionSet


class ExportActions(ActionSet):
    """Makes the actions; the parts of the tab connect them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.export = self._action(
            "export-start", self.tr("&Export"), glyph="save", shortcuts=("Ctrl+Return",)
        )
        self.check = self._action(
            "export-check", self.tr("&Check"), glyph="check", shortcuts=("F5",)
        )
        self.stop = self._action("export-stop", self.tr("&Stop"), glyph="stop")
        self._separate()
        self.open_records = self._action(
            "export-open-records",
            self.tr("&Open a record file…"),
            glyph="folder",
            shortcuts=("Ctrl+R",),
        )
        self.previous = self._action(
            "record-previous",
            self.tr("&Previous example"),
            glyph="step-back",
            shortcuts=("A", "Left"),
        )
        self.next = self._action(
            "record-next", self.tr("&Next example"), glyph="step", shortcuts=("D", "Right")
        )

    @property
    def of_preview(self) -> tuple[QAction, ...]:
        """Those whose keys hold in the preview alone: elsewhere A and D are letters."""
        return (self.previous, self.next)
