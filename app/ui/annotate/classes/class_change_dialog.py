"""Asks for a new name or a class to merge into, and shows what would change before it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.annotation.class_changes import ClassChange, ClassChangePreview
from app.ui.naming import named

_WIDTH_PX = 400

Kind = Literal["rename", "merge", "delete"]


class ClassChangeDialog(QDialog):
    """For one class and one kind of change; `change` is what was accepted.

    A new name that another class has makes it a merge, and says so.

    Parameters
    ----------
    kind : {"rename", "merge", "delete"}
    name : str
        The class.
    others : sequence of str
        All other classes.
    is_kept : bool
        Whether the list of classes is kept in a project.
    """

    def __init__(
        self, kind: Kind, name: str, others: Sequence[str], parent: QWidget, *, is_kept: bool
    ) -> None:
        super().__init__(parent)
        self.setObjectName("class-change-dialog")
        self._kind, self._name, self._others = kind, name, list(others)
        titles = {
            "rename": self.tr("Rename the class “{0}”"),
            "merge": self.tr("Merge the class “{0}” into another"),
            "delete": self.tr("Delete the class “{0}” and its boxes"),
        }
        self.setWindowTitle(titles[kind].format(name))
        self.setMinimumWidth(_WIDTH_PX)
        self._question = named(QLabel(titles[kind].format(name), self), "class-change-title")
        self._question.setProperty("role", "choice-title")
        self._question.setTextFormat(Qt.TextFormat.PlainText)
        self._new_name = named(QLineEdit(name, self), "class-change-name")
        self._new_name.selectAll()
        self._into = named(QComboBox(self), "class-change-into")
        self._into.addItems(self._others)
        self._hint = named(QLabel(self), "class-change-hint", role="muted")
        self._effect = named(QLabel(self.tr("Counting…"), self), "class-change-effect")
        self._note = named(QLabel(self), "class-change-note", role="muted")
        if not is_kept:
            self._note.setText(self.tr("The file classes.txt is not changed."))
        self._lay_out()
        self._new_name.textChanged.connect(self._on_changed)
        self._on_changed()

    def _lay_out(self) -> None:
        texts = {"rename": self.tr("Rename"), "merge": self.tr("Merge")}
        role = "danger" if self._kind == "delete" else "primary"
        self._apply = named(QPushButton(self), "class-change-apply", role=role)
        self._apply.setText(texts.get(self._kind, self.tr("Delete")))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        buttons.addButton(self._apply, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(8)
        for part in (self._question, self._new_name, self._into, self._hint, self._effect):
            layout.addWidget(part)
        layout.addWidget(self._note)
        layout.addSpacing(8)
        layout.addWidget(buttons)
        for label in (self._question, self._hint, self._effect, self._note):
            label.setWordWrap(True)
        self._new_name.setVisible(self._kind == "rename")
        self._into.setVisible(self._kind == "merge")
        self._note.setVisible(bool(self._note.text()))

    @property
    def change(self) -> ClassChange:
        """What is to be done."""
        if self._kind == "delete":
            return ClassChange("delete", self._name)
        if self._kind == "merge":
            return ClassChange("merge", self._name, self._into.currentText())
        target = self._new_name.text().strip()
        return ClassChange("merge" if target in self._others else "rename", self._name, target)

    @Slot(object)
    def show_preview(self, preview: ClassChangePreview) -> None:
        """Say what would change."""
        text = self.tr("{0} in {1}").format(
            self._counted(preview.boxes, self.tr("1 box"), self.tr("{0} boxes")),
            self._counted(preview.pictures, self.tr("1 picture"), self.tr("{0} pictures")),
        )
        if not preview.boxes:
            text = self.tr("No picture has a box of this class")
        if preview.verified:
            text += self.tr("; {0} of the pictures verified").format(preview.verified)
        if preview.unreadable:
            left = (
                self.tr("1 unreadable file is left out"),
                self.tr("{0} unreadable files are left out"),
            )
            text += "; " + self._counted(len(preview.unreadable), *left)
        text += "."
        if preview.examples:
            names = ", ".join(path.name for path in preview.examples)
            text += "\n" + self.tr("For example: {0}").format(names)
        self._effect.setText(text)

    def _counted(self, count: int, one: str, many: str) -> str:
        return one if count == 1 else many.format(f"{count:,}")

    @Slot()
    def _on_changed(self) -> None:
        change = self.change
        is_merging = self._kind == "rename" and change.kind == "merge"
        self._hint.setText(
            self.tr("There is already a class “{0}”: the boxes become boxes of it.").format(
                change.target
            )
            if is_merging
            else ""
        )
        self._hint.setVisible(is_merging)
        if self._kind == "rename":
            self._apply.setText(self.tr("Merge") if is_merging else self.tr("Rename"))
            self._apply.setEnabled(bool(change.target) and change.target != self._name)
