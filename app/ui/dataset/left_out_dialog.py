"""`LeftOutDialog`: every file of the folder that is not looked at, with the reason."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.dataset.left_out import LeftOut
from app.ui.dataset.reason_words import left_out_text
from app.ui.naming import named

_SIZE_PX = (560, 400)


class LeftOutDialog(QDialog):
    """A list that can be read and copied; Escape closes it.

    Parameters
    ----------
    left_out : iterable of LeftOut
    parent : QWidget
    """

    def __init__(self, left_out: Iterable[LeftOut], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("left-out-dialog")
        self.setWindowTitle(self.tr("Files that are not looked at"))
        self.resize(*_SIZE_PX)
        self._list = named(QPlainTextEdit(self), "left-out-list")
        self._list.setReadOnly(True)
        self._list.setTabChangesFocus(True)
        self._list.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._list.setPlainText("\n".join(map(left_out_text, left_out)))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self._list)
        layout.addWidget(buttons)
