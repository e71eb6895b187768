"""What a row of the picture list can be asked for."""

from __future__ import annotations

from PySide6.QtCore import Qt

STATUS_ROLE = Qt.ItemDataRole.UserRole + 1
PATH_ROLE = Qt.ItemDataRole.UserRole + 2
THUMBNAIL_ROLE = Qt.ItemDataRole.UserRole + 3
