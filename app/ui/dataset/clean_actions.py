"""Every command of the page *Clean* as a `QAction`."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.ui.action_set import ActionSet


class CleanActions(ActionSet):
    """Makes the actions; the parts of the page connect them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.open_folder = self._action(
            "clean-open-folder",
            self.tr("Clean a &folder of pictures…"),
            glyph="folder",
            shortcuts=("Ctrl+U",),
        )
        self.scan = self._action("clean-scan", self.tr("&Scan"), glyph="search", shortcuts=("F5",))
        self.limits = self._action(
            "clean-limits",
            self.tr("&Limits"),
            glyph="settings",
            shortcuts=("L",),
            is_checkable=True,
        )
        self._separate()
        self.undo = self._action(
            "clean-undo", self.tr("&Undo"), glyph="undo", shortcuts=("Ctrl+Z",)
        )
        self._separate()
        self._make_deciding_actions()
        self._separate()
        self._make_view_actions()

    @property
    def deciding(self) -> tuple[QAction, ...]:
        """Those that decide about pictures."""
        return (
            self.keep,
            self.discard,
            self.discard_cluster,
            self.discard_clusters,
            self.keep_group,
            self.discard_group,
        )

    def _make_deciding_actions(self) -> None:
        self.keep = self._action("clean-keep", self.tr("&Keep"), glyph="check", shortcuts=("K",))
        self.discard = self._action(
            "clean-discard", self.tr("&Discard"), glyph="trash", shortcuts=("X", "Del")
        )
        self.discard_cluster = self._action(
            "clean-discard-cluster", self.tr("Keep the &best of these"), shortcuts=("B",)
        )
        self.discard_clusters = self._action(
            "clean-discard-clusters",
            self.tr("Keep the best of &all duplicates"),
            shortcuts=("Shift+B",),
        )
        self.keep_group = self._action(
            "clean-keep-group", self.tr("Keep all of this &reason"), shortcuts=("Shift+K",)
        )
        self.discard_group = self._action(
            "clean-discard-group", self.tr("Discard all of this reas&on"), shortcuts=("Shift+X",)
        )

    def _make_view_actions(self) -> None:
        self.look = self._action("clean-look", self.tr("Look &closely"), glyph="zoom-in")
        self.look.setToolTip(self.tr("Show single pixels, and back (Space)"))
        self.next_open = self._action(
            "clean-next", self.tr("&Next to decide"), glyph="step", shortcuts=("N",)
        )
        self.next_group = self._action(
            "clean-next-group", self.tr("Next r&eason"), shortcuts=("Right",)
        )
        self.previous_group = self._action(
            "clean-previous-group", self.tr("&Previous reason"), shortcuts=("Left",)
        )
