"""Every command of the page *Split* as a `QAction`."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.action_set import ActionSet


class SplitActions(ActionSet):
    """Makes the actions; the page connects them.

    Undo and reading again have the keys that the page *Clean* has for them, by `QShortcut`: a menu
    must not name a key twice.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._begin_menu("dataset-split", self.tr("S&plit"))
        self.apply = self._action(
            "split-apply", self.tr("&Apply the plan"), glyph="check", shortcuts=("Ctrl+Return",)
        )
        self.undo = self._action("split-undo", self.tr("Bring the &former split back"))
        self._separate()
        self.another = self._action(
            "split-another-action", self.tr("Another &seed"), shortcuts=("Ctrl+Shift+A",)
        )
        self.read = self._action("split-read", self.tr("&Read the pictures again"))
        self.folders = self._action(
            "split-make-folders", self.tr("Make &folders…"), shortcuts=("Ctrl+Shift+F",)
        )
