"""Play, step, seek and speed below the picture, recording and saving beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QStyle,
    QToolButton,
    QWidget,
)

from app.ui.count.clock_text import clock_text
from app.ui.count.count_actions import CountActions
from app.ui.icons import icon
from app.ui.naming import named

SEEK_INTERVAL_MS = 120  # while the slider is dragged; a seek decodes from the last key frame
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)


class SeekSlider(QSlider):
    """A slider that jumps to where it is clicked."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle under the cursor before it is taken hold of."""
        if event.button() == Qt.MouseButton.LeftButton and self.maximum() > 0:
            value = QStyle.sliderValueFromPosition(
                self.minimum(), self.maximum(), round(event.position().x()), self.width()
            )
            self.setSliderPosition(value)
            self.sliderMoved.emit(value)
        super().mousePressEvent(event)


class Transport(QWidget):
    """Controls of playback; those that need a file are hidden for live sources.

    Signals
    -------
    seek_requested(int)
        Frame to go to.
    speed_changed(float)
        Times the source's own speed; 0 is as fast as it goes.
    """

    seek_requested = Signal(int)
    speed_changed = Signal(float)

    def __init__(self, actions: CountActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("transport")
        self._fps = 25.0
        self._pending: int | None = None
        self._seek_timer = QTimer(self, singleShot=True, interval=SEEK_INTERVAL_MS)
        self._seek_timer.timeout.connect(self._send_seek)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for action in (actions.play, actions.step):
            button = named(QToolButton(self), f"{action.objectName()}-button")
            button.setDefaultAction(action)
            layout.addWidget(button)
            if action is actions.step:
                self._step = button
        self._time = named(QLabel("0:00", self), "time-now")
        self._time.setMinimumWidth(self._time.fontMetrics().horizontalAdvance("00:00"))
        self._time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._slider = named(SeekSlider(Qt.Orientation.Horizontal, self), "seek-slider")
        self._slider.setAccessibleName(self.tr("Position in the video"))
        self._slider.setToolTip(self.tr("Drag to go to another time"))
        self._slider.sliderMoved.connect(self._on_moved)
        self._slider.sliderReleased.connect(self._on_released)
        self._slider.actionTriggered.connect(self._on_key)
        self._duration = named(QLabel(self), "duration", role="muted")
        self._live = named(QLabel(self.tr("Live"), self), "live-label", role="muted")
        self._speed = named(QComboBox(self), "speed-box")
        self._speed.setAccessibleName(self.tr("Speed"))
        self._speed.setToolTip(self.tr("How fast the video plays; every frame is counted anyway"))
        for speed in SPEEDS:
            self._speed.addItem(f"{speed:g}×", speed)
        self._speed.addItem(self.tr("Fastest"), 0.0)
        self._speed.setMaximumWidth(112)
        self._speed.setCurrentIndex(SPEEDS.index(1.0))
        self._speed.currentIndexChanged.connect(self._on_speed)
        layout.addWidget(self._time)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._live, 1)
        layout.addWidget(self._duration)
        layout.addWidget(self._speed)
        record = named(QToolButton(self), "record-button")
        record.setDefaultAction(actions.record)
        record.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        layout.addWidget(record)
        layout.addWidget(self._save_button(actions))
        self.show_source(frame_count=None, fps=25.0, is_live=False)

    def _save_button(self, actions: CountActions) -> QPushButton:
        button = named(QPushButton(icon("save"), self.tr("Save"), self), "save-button")
        button.setToolTip(self.tr("Save the events, the totals or the picture"))
        menu = QMenu(button)
        menu.addActions([actions.save_csv, actions.save_json, actions.save_picture])
        button.setMenu(menu)
        return button

    def show_source(self, *, frame_count: int | None, fps: float, is_live: bool) -> None:
        """Take the length and rate of the open source; a live one has no position."""
        self._fps = fps
        self._slider.setRange(0, max((frame_count or 1) - 1, 0))
        self._slider.setPageStep(max(round(10 * fps), 1))
        self._slider.setSingleStep(max(round(fps), 1))
        self._slider.setValue(0)
        self._slider.setEnabled(bool(frame_count))
        self._duration.setText(clock_text(frame_count / fps) if frame_count else "")
        self._time.setText(clock_text(0))
        for widget in (self._slider, self._speed, self._step, self._duration):
            widget.setVisible(not is_live)
        self._live.setVisible(is_live)

    def show_position(self, *, frame_index: int, timestamp_s: float) -> None:
        """Show where the source is, unless the person is moving the slider."""
        self._time.setText(clock_text(timestamp_s))
        if not self._slider.isSliderDown() and self._pending is None:
            self._slider.setValue(frame_index)

    @property
    def speed(self) -> float:
        """The chosen speed; 0 is as fast as it goes."""
        return float(self._speed.currentData())

    @Slot(int)
    def _on_moved(self, frame_index: int) -> None:
        self._pending = frame_index
        self._time.setText(clock_text(frame_index / self._fps))
        if not self._seek_timer.isActive():
            self._seek_timer.start()

    @Slot()
    def _on_released(self) -> None:
        self._pending = self._slider.sliderPosition()
        self._seek_timer.stop()
        self._send_seek()

    @Slot(int)
    def _on_key(self, action: int) -> None:
        if action != QSlider.SliderAction.SliderMove.value:
            self._on_moved(self._slider.sliderPosition())

    @Slot()
    def _send_seek(self) -> None:
        if self._pending is not None:
            frame_index, self._pending = self._pending, None
            self.seek_requested.emit(frame_index)

    @Slot()
    def _on_speed(self) -> None:
        self.speed_changed.emit(self.speed)
