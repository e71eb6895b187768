"""Every command of the Annotate tab as a `QAction`, with labelImg's keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.action_set import ActionSet


class AnnotateActions(ActionSet):
    """Makes the actions; the parts of the tab connect them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._make_file_actions()
        self._make_history_actions()
        self._begin_menu("annotate-picture", self.tr("&Picture"))
        self._make_picture_actions()
        self._begin_menu("annotate-box", self.tr("&Box"))
        self._make_drawing_actions()
        self._make_box_actions()
        self._begin_menu("annotate-assist", self.tr("&Machine"))
        self._make_assist_actions()
        self._begin_menu("annotate-view", self.tr("&View"))
        self._make_zoom_actions()
        self._make_light_actions()
        self._make_visibility_actions()

    def _make_file_actions(self) -> None:
        self.open_folder = self._action(
            "open-pictures",
            self.tr("Open &folder of pictures…"),
            glyph="folder",
            shortcuts=("Ctrl+U",),
        )
        self.label_folder = self._action(
            "label-folder", self.tr("Folder of &labels…"), shortcuts=("Ctrl+R",)
        )
        self.save = self._action(
            "save-labels", self.tr("&Save now"), glyph="save", shortcuts=("Ctrl+S",)
        )
        self._separate()
        self.import_labels = self._action("import-labels", self.tr("&Import labels…"))
        self.export_labels = self._action("export-labels", self.tr("&Export labels…"))
        self.statistics = self._action(
            "statistics",
            self.tr("S&tatistics"),
            glyph="chart",
            shortcuts=("Ctrl+I",),
            is_checkable=True,
        )
        self._separate()

    def _make_history_actions(self) -> None:
        self.undo = self._action("undo-edit", self.tr("&Undo"), glyph="undo", shortcuts=("Ctrl+Z",))
        self.redo = self._action(
            "redo-edit",
            self.tr("&Redo"),
            glyph="redo",
            shortcuts=("Ctrl+Y", "Ctrl+Shift+Z"),
        )
        self._separate()

    def _make_picture_actions(self) -> None:
        self.next = self._action(
            "next-picture", self.tr("&Next picture"), glyph="step", shortcuts=("D",)
        )
        self.previous = self._action(
            "previous-picture", self.tr("&Previous picture"), glyph="step-back", shortcuts=("A",)
        )
        self.next_unlabelled = self._action(
            "next-unlabelled",
            self.tr("Next &unlabelled picture"),
            glyph="next-open",
            shortcuts=("Shift+D",),
        )
        self._separate()
        self.verify = self._action(
            "verify",
            self.tr("&Verified"),
            glyph="check",
            shortcuts=("Space",),
            is_checkable=True,
        )
        self.verify.setToolTip(self.tr("All of this picture is labelled right (Space)"))
        # The canvas tells Space that is tapped from Space that is held to move the picture.
        self.verify.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.delete_picture = self._action(
            "delete-picture", self.tr("Put picture in the &trash"), shortcuts=("Ctrl+Shift+D",)
        )

    def _make_drawing_actions(self) -> None:
        self.draw = self._action(
            "draw-box", self.tr("&Draw a box"), glyph="box", shortcuts=("W",), is_checkable=True
        )
        self.keep_drawing = self._action(
            "keep-drawing",
            self.tr("&Keep drawing"),
            glyph="boxes",
            shortcuts=("Shift+W",),
            is_checkable=True,
        )
        self.edit_mode = self._action(
            "edit-mode", self.tr("&Edit boxes"), glyph="select", shortcuts=("Ctrl+J",)
        )
        self._separate()

    def _make_box_actions(self) -> None:
        self.edit_class = self._action(
            "edit-class", self.tr("Change &class…"), glyph="tag", shortcuts=("Ctrl+E",)
        )
        self.duplicate = self._action(
            "duplicate", self.tr("D&uplicate"), glyph="copy", shortcuts=("Ctrl+D",)
        )
        self.copy = self._action("copy-boxes", self.tr("C&opy boxes"), shortcuts=("Ctrl+C",))
        self.paste = self._action(
            "paste-boxes", self.tr("&Paste boxes"), shortcuts=("Ctrl+Shift+V",)
        )
        self.copy_previous = self._action(
            "copy-previous",
            self.tr("&Take the boxes of the previous picture"),
            shortcuts=("Ctrl+V",),
        )
        self.follow_previous = self._action(
            "follow-previous",
            self.tr("&Follow the boxes of the previous picture"),
            shortcuts=("F",),
        )
        self.select_all = self._action(
            "select-all", self.tr("Select &all"), shortcuts=("Ctrl+Shift+A",)
        )
        self.delete = self._action(
            "delete-boxes", self.tr("De&lete boxes"), glyph="trash", shortcuts=("Del",)
        )

    def _make_assist_actions(self) -> None:
        self.show_assistant = self._action(
            "show-assistant",
            self.tr("&Propose boxes by a model"),
            glyph="assist",
            shortcuts=("Ctrl+P",),
            is_checkable=True,
        )
        self._separate()
        self.propose = self._action("propose", self.tr("Propose &here"), shortcuts=("P",))
        self.propose_all = self._action(
            "propose-all",
            self.tr("Propose in &all pictures without labels"),
            shortcuts=("Shift+P",),
        )
        self._separate()
        self.accept = self._action(
            "accept-proposals", self.tr("&Accept proposals"), shortcuts=("Return", "Enter")
        )
        # In canvas and list alone: Return ends what is typed in a field, and labels nothing.
        self.accept.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.reject = self._action(
            "reject-proposals", self.tr("&Reject proposals"), shortcuts=("Shift+Del",)
        )

    def _make_zoom_actions(self) -> None:
        self.zoom_in = self._action(
            "canvas-zoom-in", self.tr("Zoom &in"), glyph="zoom-in", shortcuts=("Ctrl++",)
        )
        self.zoom_out = self._action(
            "canvas-zoom-out", self.tr("Zoom &out"), glyph="zoom-out", shortcuts=("Ctrl+-",)
        )
        self.actual = self._action("canvas-actual", self.tr("&100 %"), shortcuts=("Ctrl+=",))
        self.fit = self._action(
            "canvas-fit", self.tr("&Fit picture"), glyph="fit", shortcuts=("Ctrl+F",)
        )
        self.fit_width = self._action(
            "canvas-fit-width", self.tr("Fit &width"), shortcuts=("Ctrl+Shift+F",)
        )
        self._separate()

    def _make_light_actions(self) -> None:
        self.brighter = self._action("brighter", self.tr("&Brighter"), shortcuts=("Ctrl+Shift++",))
        self.darker = self._action("darker", self.tr("&Darker"), shortcuts=("Ctrl+Shift+-",))
        self.more_contrast = self._action(
            "more-contrast", self.tr("More &contrast"), shortcuts=("Alt++",)
        )
        self.less_contrast = self._action(
            "less-contrast", self.tr("&Less contrast"), shortcuts=("Alt+-",)
        )
        self.lighter_shadows = self._action(
            "lighter-shadows", self.tr("Lighter &shadows"), shortcuts=("Alt+Shift++",)
        )
        self.darker_shadows = self._action(
            "darker-shadows", self.tr("Dar&ker shadows"), shortcuts=("Alt+Shift+-",)
        )
        self.plain_light = self._action(
            "plain-light", self.tr("Light as it &is"), shortcuts=("Ctrl+Shift+=",)
        )
        self._separate()

    def _make_visibility_actions(self) -> None:
        self.show_labels = self._action(
            "show-labels",
            self.tr("Class &names"),
            glyph="eye",
            shortcuts=("Ctrl+Shift+P",),
            is_checkable=True,
        )
        self.show_labels.setChecked(True)
        self.hide = self._action("hide-boxes", self.tr("&Hide boxes"), shortcuts=("H",))
        self.hide_all = self._action("hide-all", self.tr("Hide all bo&xes"), shortcuts=("Ctrl+H",))
        self.show_all = self._action("show-all", self.tr("Show &all boxes"), shortcuts=("Ctrl+A",))
        self.lock = self._action("lock-boxes", self.tr("Lock or &unlock boxes"), shortcuts=("L",))
        self.unlock_all = self._action(
            "unlock-all", self.tr("Unlock all boxes"), shortcuts=("Shift+L",)
        )
