"""Brightness, contrast and gamma of the shown picture, a step at a time."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.canvas.box_canvas import BoxCanvas
from app.ui.annotate.canvas.picture_layer import Adjustment

_STEP, _FACTOR = 0.08, 1.15
_MOST = 0.8
_CONTRAST = (0.3, 4.0)
_GAMMA = (0.3, 4.0)


class LightSteps(QObject):
    """Connects the actions of light with the canvas; no file is touched."""

    def __init__(self, actions: AnnotateActions, canvas: BoxCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._light = Adjustment()
        actions.brighter.triggered.connect(self._brighter)
        actions.darker.triggered.connect(self._darker)
        actions.more_contrast.triggered.connect(self._more_contrast)
        actions.less_contrast.triggered.connect(self._less_contrast)
        actions.lighter_shadows.triggered.connect(self._more_gamma)
        actions.darker_shadows.triggered.connect(self._less_gamma)
        actions.plain_light.triggered.connect(self._plain)

    def _show(self, light: Adjustment) -> None:
        self._light = replace(
            light,
            brightness=min(max(light.brightness, -_MOST), _MOST),
            contrast=min(max(light.contrast, _CONTRAST[0]), _CONTRAST[1]),
            gamma=min(max(light.gamma, _GAMMA[0]), _GAMMA[1]),
        )
        self._canvas.set_adjustment(self._light)

    @Slot()
    def _brighter(self) -> None:
        self._show(replace(self._light, brightness=self._light.brightness + _STEP))

    @Slot()
    def _darker(self) -> None:
        self._show(replace(self._light, brightness=self._light.brightness - _STEP))

    @Slot()
    def _more_contrast(self) -> None:
        self._show(replace(self._light, contrast=self._light.contrast * _FACTOR))

    @Slot()
    def _less_contrast(self) -> None:
        self._show(replace(self._light, contrast=self._light.contrast / _FACTOR))

    @Slot()
    def _more_gamma(self) -> None:
        self._show(replace(self._light, gamma=self._light.gamma * _FACTOR))

    @Slot()
    def _less_gamma(self) -> None:
        self._show(replace(self._light, gamma=self._light.gamma / _FACTOR))

    @Slot()
    def _plain(self) -> None:
        self._show(Adjustment())
