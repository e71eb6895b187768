"""`ExportCard`: one export, and whether it is whole."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.export.export_words import (
    damage_text,
    first_notes_text,
    form_text,
    notes_text,
    sets_text,
    when_text,
)
from app.ui.export.kept_exports import KeptExport
from app.ui.icons import IconLabel, icon
from app.ui.naming import named

_SIGN_PX = 16


class ExportCard(QFrame):
    """Shows one export.

    Parameters
    ----------
    kept : KeptExport
    damage : tuple of str or None
        Names of damaged files; None: not all bytes were read.
    is_verifying : bool
    parent : QWidget or None

    Signals
    -------
    preview_requested(KeptExport)
    verify_requested(KeptExport)
    """

    preview_requested = Signal(object)
    verify_requested = Signal(object)

    def __init__(
        self,
        kept: KeptExport,
        damage: tuple[str, ...] | None,
        *,
        is_verifying: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kept = kept
        self._name = f"export-card-{kept.name}"
        self.setObjectName(self._name)
        self.setProperty("role", "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(4)
        layout.addLayout(self._head())
        for key, text in (
            ("sets", sets_text(kept)),
            ("forms", form_text(kept)),
            ("notes", notes_text(kept)),
        ):
            if text:
                label = self._words(key, text, role="muted")
                label.setToolTip(first_notes_text(kept) if key == "notes" else "")
                layout.addWidget(label)
        layout.addLayout(self._state(damage, is_verifying=is_verifying))

    def _head(self) -> QHBoxLayout:
        title = self._words("name", self._kept.name, role="choice-title")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(title, 1)
        row.addWidget(
            named(QLabel(when_text(self._kept), self), f"{self._name}-when", role="muted")
        )
        return row

    def _words(self, key: str, text: str, *, role: str = "") -> QLabel:
        label = named(QLabel(text, self), f"{self._name}-{key}", role=role)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _state(self, damage: tuple[str, ...] | None, *, is_verifying: bool) -> QHBoxLayout:
        """Say whether it is whole, and offer what can be done with it."""
        error = self._kept.error
        if error is not None:
            glyph, text = "warning", f"{error.message} {error.hint}".strip()
        elif damage:
            glyph, text = "warning", damage_text(damage)
        elif damage is not None:
            glyph, text = "check", self.tr("Whole")
        elif is_verifying:
            glyph, text = "search", self.tr("Reading all files…")
        else:
            glyph, text = "info", self.tr("All files are there; not read through yet")
        roles = {"warning": QPalette.ColorRole.BrightText, "check": QPalette.ColorRole.Accent}
        sign = IconLabel(_SIGN_PX, self)
        sign.set_icon(icon(glyph, roles.get(glyph, QPalette.ColorRole.PlaceholderText)))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(sign)
        row.addWidget(self._words("state", text), 1)
        if error is None and damage is None and not is_verifying:
            self._button(row, "verify", self.tr("Read through"), "search", self._verify)
        self._button(row, "folder", "", "folder", self._open_folder)
        if self._kept.record_files:
            self._button(row, "preview", self.tr("Preview"), "eye", self._preview)
        return row

    def _button(self, row: QHBoxLayout, key: str, text: str, glyph: str, slot: object) -> None:
        button = named(QPushButton(icon(glyph), text, self), f"{self._name}-{key}")
        if not text:
            button.setToolTip(self.tr("Show its folder"))
            button.setAccessibleName(button.toolTip())
        button.clicked.connect(slot)
        row.addWidget(button)

    @Slot()
    def _preview(self) -> None:
        self.preview_requested.emit(self._kept)

    @Slot()
    def _verify(self) -> None:
        self.verify_requested.emit(self._kept)

    @Slot()
    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._kept.folder)))
