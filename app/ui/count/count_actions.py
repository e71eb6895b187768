"""Every command of the Count tab as a `QAction`: for buttons, the menu and the shortcuts page."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QPalette
from PySide6.QtWidgets import QWidget

from app.ui.action_set import ActionSet
from app.ui.count.overlay import OverlayOptions
from app.ui.icons import icon


class CountActions(ActionSet):
    """Makes the actions; the tab connects them.

    Signals
    -------
    overlay_changed(OverlayOptions)
        Another choice of what is drawn over the picture.
    """

    overlay_changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._make_source_actions()
        self._make_playback_actions()
        self._make_drawing_actions()
        self._make_view_actions()
        self._make_overlay_actions()
        self._make_saving_actions()

    def _make_source_actions(self) -> None:
        self.open_video = self._action("open-video", self.tr("Open &video…"), glyph="video")
        self.open_stream = self._action(
            "open-stream", self.tr("Open s&tream…"), glyph="stream", shortcuts=("U",)
        )
        self.close_source = self._action("close-source", self.tr("&Close source"), glyph="close")
        self._separate()

    def _make_playback_actions(self) -> None:
        self.play = self._action(
            "play", self.tr("&Play or pause"), glyph="play", shortcuts=("Space",)
        )
        self.step = self._action(
            "step", self.tr("&One frame on"), glyph="step", shortcuts=("S", ".")
        )
        self.back = self._action("seek-back", self.tr("5 seconds back"), shortcuts=("Left",))
        self.forward = self._action("seek-forward", self.tr("5 seconds on"), shortcuts=("Right",))
        self.recount = self._action(
            "recount", self.tr("Recount from start"), glyph="repeat", shortcuts=("Ctrl+Home",)
        )
        self._separate()

    def _make_drawing_actions(self) -> None:
        self.select = self._action(
            "tool-select",
            self.tr("Select and move"),
            glyph="select",
            shortcuts=("V",),
            is_checkable=True,
        )
        self.line = self._action(
            "tool-line", self.tr("Draw a &line"), glyph="line", shortcuts=("L",), is_checkable=True
        )
        self.band = self._action(
            "tool-band", self.tr("Draw a &band"), glyph="band", shortcuts=("B",), is_checkable=True
        )
        self.zone = self._action(
            "tool-zone", self.tr("Draw a &zone"), glyph="zone", shortcuts=("Z",), is_checkable=True
        )
        tools = QActionGroup(self)
        for action, tool in (
            (self.select, "select"),
            (self.line, "line"),
            (self.band, "band"),
            (self.zone, "zone"),
        ):
            action.setData(tool)
            tools.addAction(action)
        self.tools = tools
        self.select.setChecked(True)
        self.undo = self._action(
            "undo", self.tr("Undo drawing"), glyph="undo", shortcuts=("Ctrl+Z",)
        )
        self.redo = self._action(
            "redo", self.tr("Redo drawing"), glyph="redo", shortcuts=("Ctrl+Y", "Ctrl+Shift+Z")
        )
        self._separate()

    def _make_view_actions(self) -> None:
        self.fit = self._action("fit", self.tr("&Fit the picture"), glyph="fit", shortcuts=("F",))
        self.actual_size = self._action("actual-size", self.tr("100 %"), shortcuts=("1",))
        self.zoom_in = self._action(
            "zoom-in", self.tr("Zoom in"), glyph="zoom-in", shortcuts=("+", "=")
        )
        self.zoom_out = self._action(
            "zoom-out", self.tr("Zoom out"), glyph="zoom-out", shortcuts=("-",)
        )
        self.full_screen = self._action(
            "full-screen",
            self.tr("Picture on the full screen"),
            glyph="full-screen",
            shortcuts=("Shift+F11",),
            is_checkable=True,
        )
        self._separate()

    def _make_overlay_actions(self) -> None:
        defaults = OverlayOptions()
        names = {
            "boxes": self.tr("Boxes"),
            "ids": self.tr("IDs"),
            "classes": self.tr("Classes"),
            "scores": self.tr("Scores"),
            "centroids": self.tr("Centres"),
            "trails": self.tr("Trails"),
            "geometries": self.tr("Lines and zones"),
            "totals": self.tr("Totals"),
            "status": self.tr("State and speed"),
        }
        self.overlay: dict[str, QAction] = {}
        for number, (field, text) in enumerate(names.items(), start=1):
            action = self._action(
                f"show-{field}", text, shortcuts=(f"Shift+F{number}",), is_checkable=True
            )
            action.setToolTip(self.tr("Show or hide: {0}").format(text))
            action.setChecked(getattr(defaults, field))
            action.toggled.connect(self._on_overlay)
            self.overlay[field] = action
        self._separate()

    def _make_saving_actions(self) -> None:
        self.record = self._action(
            "record", self.tr("&Record video…"), glyph="record", shortcuts=("R",), is_checkable=True
        )
        self.record.setIcon(icon("record", QPalette.ColorRole.BrightText))
        self.record.setIconText(self.tr("REC"))
        self.save_csv = self._action(
            "save-csv", self.tr("Save events as &CSV…"), glyph="table", shortcuts=("Ctrl+E",)
        )
        self.save_json = self._action(
            "save-json", self.tr("Save totals as &JSON…"), glyph="save", shortcuts=("Ctrl+J",)
        )
        self.save_picture = self._action(
            "save-picture", self.tr("Save picture as P&NG…"), glyph="image", shortcuts=("Ctrl+P",)
        )

    @Slot()
    def _on_overlay(self) -> None:
        chosen = {field: action.isChecked() for field, action in self.overlay.items()}
        self.overlay_changed.emit(OverlayOptions(**chosen))

    def set_source_open(self, *, is_open: bool, is_live: bool) -> None:
        """Enable what makes sense with no source, a file or a live source."""
        for action in (self.step, self.back, self.forward, self.recount):
            action.setEnabled(is_open and not is_live)
        for action in (
            self.close_source,
            self.play,
            self.record,
            self.save_csv,
            self.save_json,
            self.save_picture,
            self.select,
            self.line,
            self.band,
            self.zone,
            self.fit,
            self.actual_size,
            self.zoom_in,
            self.zoom_out,
            self.full_screen,
        ):
            action.setEnabled(is_open)

    def set_interrupted(self) -> None:
        """Enable what is left when counting broke off: opening again and saving."""
        for action in (self.play, self.save_csv, self.save_json, self.save_picture, self.fit):
            action.setEnabled(True)

    def show_playing(self, *, is_playing: bool) -> None:
        """Show on the play action what it would do."""
        self.play.setIcon(icon("pause" if is_playing else "play"))
        self.play.setToolTip(self.tr("Pause (Space)") if is_playing else self.tr("Play (Space)"))

    def show_tool(self, tool: str) -> None:
        """Check the action of the tool in hand."""
        for action in self.tools.actions():
            if action.data() == tool:
                action.setChecked(True)

    def show_recording(self, *, is_recording: bool) -> None:
        """Check the record action and say what it would do."""
        self.record.setChecked(is_recording)
        text = self.tr("Stop &recording") if is_recording else self.tr("&Record video…")
        self.record.setText(text)
        self.record.setIconText(self.tr("Stop") if is_recording else self.tr("REC"))
        self.record.setToolTip(
            self.tr("Stop recording (R)") if is_recording else self.tr("Record a video (R)")
        )
