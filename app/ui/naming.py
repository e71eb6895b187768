"""Object names and style roles of widgets."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


def named(widget: AnyWidget, name: str, *, role: str = "") -> AnyWidget:
    """Give a new widget its `objectName`, and its role in ``resources/themes/tallybox.qss``."""
    widget.setObjectName(name)
    if role:
        widget.setProperty("role", role)
    return widget
