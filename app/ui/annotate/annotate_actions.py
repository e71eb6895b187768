"""Every command of the Annotate tab as a `QAction`, with labelImg's keys."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.ui.action_set import ActionSet


class AnnotateActions(ActionSet):
    """Makes the actions; the tab connects them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
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
        self.verify = self._action("verify", self.tr("&Verified"), glyph="check", is_checkable=True)
        self.verify.setToolTip(self.tr("All of this picture is labelled right (Space)"))
        self._separate()
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
        self.edit_class = self._action(
            "edit-class", self.tr("Change &class…"), glyph="tag", shortcuts=("Ctrl+E",)
        )
        self.duplicate = self._action(
            "duplicate", self.tr("D&uplicate"), glyph="copy", shortcuts=("Ctrl+D",)
        )
        self.copy = self._action("copy-boxes", self.tr("&Copy boxes"), shortcuts=("Ctrl+C",))
        self.paste = self._action(
            "paste-boxes", self.tr("&Paste boxes"), shortcuts=("Ctrl+Shift+V",)
        )
        self.copy_previous = self._action(
            "copy-previous",
            self.tr("Take the boxes of the previous picture"),
            shortcuts=("Ctrl+V",),
        )
        self.select_all = self._action(
            "select-all", self.tr("Select &all"), shortcuts=("Ctrl+Shift+A",)
        )
        self.delete = self._action(
            "delete-boxes", self.tr("De&lete boxes"), glyph="trash", shortcuts=("Del",)
        )
        self._separate()
        self.undo = self._action("undo-edit", self.tr("&Undo"), glyph="undo", shortcuts=("Ctrl+Z",))
        self.redo = self._action(
            "redo-edit",
            self.tr("&Redo"),
            glyph="redo",
            shortcuts=(
                "Ctrl+Y",
                "Ctrl+Shift+Z",
            ),
        )
        self._separate()
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
        self.brighter = self._action("brighter", self.tr("&Brighter"), shortcuts=("Ctrl+Shift++",))
        self.darker = self._action("darker", self.tr("Da&rker"), shortcuts=("Ctrl+Shift+-",))
        self.more_contrast = self._action(
            "more-contrast", self.tr("More c&ontrast"), shortcuts=("Alt++",)
        )
        self.less_contrast = self._action(
            "less-contrast", self.tr("L&ess contrast"), shortcuts=("Alt+-",)
        )
        self.plain_light = self._action(
            "plain-light",
            self.tr("As it &is (brightness and contrast)"),
            shortcuts=("Ctrl+Shift+=",),
        )
        self.show_labels = self._action(
            "show-labels",
            self.tr("Show class names"),
            glyph="eye",
            shortcuts=("Ctrl+Shift+P",),
            is_checkable=True,
        )
        self.show_labels.setChecked(True)
