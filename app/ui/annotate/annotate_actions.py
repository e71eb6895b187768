"""Every command of the Annotate tab as a `QAction`, with labelImg's keys."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from app.ui.icons import icon


class AnnotateActions(QObject):
    """Makes the actions; the tab connects them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: list[QAction] = []
        self.open_folder = self._action(
            "open-pictures", self.tr("Open &folder of pictures…"), "folder", "Ctrl+U"
        )
        self.label_folder = self._action(
            "label-folder", self.tr("Folder of &labels…"), "", "Ctrl+R"
        )
        self.save = self._action("save-labels", self.tr("&Save now"), "save", "Ctrl+S")
        self._separate()
        self.next = self._action("next-picture", self.tr("&Next picture"), "step", "D")
        self.previous = self._action(
            "previous-picture", self.tr("&Previous picture"), "step-back", "A"
        )
        self.next_unlabelled = self._action(
            "next-unlabelled", self.tr("Next &unlabelled picture"), "next-open", "Shift+D"
        )
        self.verify = self._action("verify", self.tr("&Verified"), "check", is_checkable=True)
        self.verify.setToolTip(self.tr("All of this picture is labelled right (Space)"))
        self._separate()
        self.draw = self._action("draw-box", self.tr("&Draw a box"), "box", "W", is_checkable=True)
        self.keep_drawing = self._action(
            "keep-drawing", self.tr("&Keep drawing"), "boxes", "Shift+W", is_checkable=True
        )
        self.edit_mode = self._action("edit-mode", self.tr("&Edit boxes"), "select", "Ctrl+J")
        self.edit_class = self._action("edit-class", self.tr("Change &class…"), "tag", "Ctrl+E")
        self.duplicate = self._action("duplicate", self.tr("D&uplicate"), "copy", "Ctrl+D")
        self.copy = self._action("copy-boxes", self.tr("&Copy boxes"), "", "Ctrl+C")
        self.paste = self._action("paste-boxes", self.tr("&Paste boxes"), "", "Ctrl+Shift+V")
        self.copy_previous = self._action(
            "copy-previous", self.tr("Take the boxes of the previous picture"), "", "Ctrl+V"
        )
        self.select_all = self._action("select-all", self.tr("Select &all"), "", "Ctrl+Shift+A")
        self.delete = self._action("delete-boxes", self.tr("De&lete boxes"), "trash", "Del")
        self._separate()
        self.undo = self._action("undo-edit", self.tr("&Undo"), "undo", "Ctrl+Z")
        self.redo = self._action("redo-edit", self.tr("&Redo"), "redo", "Ctrl+Y", "Ctrl+Shift+Z")
        self._separate()
        self.zoom_in = self._action("canvas-zoom-in", self.tr("Zoom &in"), "zoom-in", "Ctrl++")
        self.zoom_out = self._action("canvas-zoom-out", self.tr("Zoom &out"), "zoom-out", "Ctrl+-")
        self.actual = self._action("canvas-actual", self.tr("&100 %"), "", "Ctrl+=")
        self.fit = self._action("canvas-fit", self.tr("&Fit picture"), "fit", "Ctrl+F")
        self.fit_width = self._action("canvas-fit-width", self.tr("Fit &width"), "", "Ctrl+Shift+F")
        self.brighter = self._action("brighter", self.tr("&Brighter"), "", "Ctrl+Shift++")
        self.darker = self._action("darker", self.tr("Da&rker"), "", "Ctrl+Shift+-")
        self.more_contrast = self._action("more-contrast", self.tr("More c&ontrast"), "", "Alt++")
        self.less_contrast = self._action("less-contrast", self.tr("L&ess contrast"), "", "Alt+-")
        self.plain_light = self._action(
            "plain-light", self.tr("As it &is (brightness and contrast)"), "", "Ctrl+Shift+="
        )
        self.show_labels = self._action(
            "show-labels", self.tr("Show class names"), "eye", "Ctrl+Shift+P", is_checkable=True
        )
        self.show_labels.setChecked(True)

    @property
    def all(self) -> list[QAction]:
        """Every action, in the order of the menu."""
        return list(self._all)

    def _action(
        self, name: str, text: str, glyph: str = "", *keys: str, is_checkable: bool = False
    ) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        if glyph:
            action.setIcon(icon(glyph))
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.setCheckable(is_checkable)
        plain = text.replace("&", "").rstrip("…")
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{plain} ({shown})" if shown else plain)
        self._all.append(action)
        return action

    def _separate(self) -> None:
        line = QAction(self)
        line.setSeparator(True)
        self._all.append(line)
