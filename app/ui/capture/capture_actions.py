"""Every command of the Capture tab as a `QAction`: for buttons, menu and shortcuts page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.ui.action_set import ActionSet


class CaptureActions(ActionSet):
    """Makes the actions; the tab connects them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._make_shutter_actions()
        self._make_class_actions()
        self._make_source_actions()
        self._make_view_actions()

    def _make_shutter_actions(self) -> None:
        self.take = self._action(
            "take", self.tr("&Take picture"), glyph="camera", shortcuts=("S", "Space")
        )
        self.take.setAutoRepeat(False)  # a key that is held is one picture, not a burst
        self.retake = self._action(
            "retake", self.tr("&Retake the last one"), glyph="repeat", shortcuts=("R",)
        )
        self.delete = self._action(
            "delete", self.tr("&Delete selected pictures"), glyph="trash", shortcuts=("Del",)
        )
        self.undo = self._action(
            "undo", self.tr("&Undo delete"), glyph="undo", shortcuts=("Ctrl+Z",)
        )
        self._separate()
        self.countdown = self._action(
            "countdown", self.tr("&Countdown"), shortcuts=("T",), is_checkable=True
        )
        self.burst = self._action(
            "burst", self.tr("&Burst at an interval"), shortcuts=("I",), is_checkable=True
        )
        self._separate()

    def _make_class_actions(self) -> None:
        self.previous_class = self._action(
            "previous-class", self.tr("&Previous class"), shortcuts=("PgUp",)
        )
        self.next_class = self._action("next-class", self.tr("&Next class"), shortcuts=("PgDown",))
        self.advance = self._action(
            "advance", self.tr("Next class by itself"), shortcuts=("A",), is_checkable=True
        )
        self.edit_plan = self._action(
            "edit-plan", self.tr("&Edit plan…"), glyph="settings", shortcuts=("P",)
        )
        self.new_session = self._action(
            "new-session", self.tr("New &session"), glyph="plus", shortcuts=("N",)
        )
        self._separate()

    def _make_source_actions(self) -> None:
        self.open_video = self._action("open-video", self.tr("Open &video…"), glyph="video")
        self.open_stream = self._action(
            "open-stream", self.tr("Open s&tream…"), glyph="stream", shortcuts=("U",)
        )
        self.open_folder = self._action(
            "open-folder", self.tr("Open &folder of pictures…"), glyph="folder"
        )
        self.close_source = self._action("close-source", self.tr("&Close source"), glyph="close")
        self.import_files = self._action(
            "import-files", self.tr("&Import pictures or videos…"), glyph="image"
        )
        self.import_folder = self._action(
            "import-folder", self.tr("Import a folder…"), glyph="folder"
        )
        self._separate()

    def _make_view_actions(self) -> None:
        self.mirror = self._action(
            "mirror", self.tr("&Mirror the preview"), shortcuts=("M",), is_checkable=True
        )
        self.ghost = self._action(
            "ghost", self.tr("&Ghost of the last picture"), shortcuts=("G",), is_checkable=True
        )
        self.beep = self._action("beep", self.tr("Beep"), shortcuts=("B",), is_checkable=True)
        self.advance.setChecked(True)
