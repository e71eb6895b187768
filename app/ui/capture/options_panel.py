"""`OptionsPanel`: how pictures are taken, kept for the next time."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.capture.session import PICTURE_FORMATS, PictureFormat
from app.ui.capture.capture_actions import CaptureActions
from app.ui.capture.hand_labelling import HandUse
from app.ui.naming import named

COUNTDOWN_S = 3.0
INTERVAL_S = 1.0
_CHOICE_PX = 128
_KEY = "capture/"


class OptionsPanel(QWidget):
    """Switches and numbers beside the picture.

    Signals
    -------
    timing_changed()
        Countdown or interval.
    format_changed()
    hands_changed(str)
        What is done with hands: ``off``, ``proposal`` or ``label``.
    """

    timing_changed = Signal()
    format_changed = Signal()
    hands_changed = Signal(str)

    def __init__(
        self, actions: CaptureActions, settings: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("capture-options")
        self.setProperty("role", "page")
        self._actions, self._settings = actions, settings
        self._countdown = self._seconds("countdown-seconds", COUNTDOWN_S, least=0.5)
        self._interval = self._seconds("interval-seconds", INTERVAL_S, least=0.1)
        self._hands = named(QComboBox(self), "hand-use")
        for use, text in (
            ("off", self.tr("Off")),
            ("proposal", self.tr("To review")),
            ("label", self.tr("As labels")),
        ):
            self._hands.addItem(text, use)
        self._hands.setToolTip(
            self.tr(
                "The hand assistant draws a box round the hand: as a proposal that you review "
                "in Annotate, or straight as a label."
            )
        )
        self._format = named(QComboBox(self), "picture-format")
        for picture_format in PICTURE_FORMATS:
            self._format.addItem(picture_format.upper(), picture_format)
        self._lay_out()
        self._restore()
        self._connect()

    @property
    def countdown_s(self) -> float:
        """Seconds before a picture; 0 without a countdown."""
        return self._countdown.value() if self._actions.countdown.isChecked() else 0.0

    @property
    def interval_s(self) -> float | None:
        """Seconds between the pictures of a burst; None without one."""
        return self._interval.value() if self._actions.burst.isChecked() else None

    @property
    def picture_format(self) -> PictureFormat:
        """The kind of picture files."""
        chosen: PictureFormat = self._format.currentData()
        return chosen

    @property
    def hand_use(self) -> HandUse:
        """What is done with hands."""
        chosen: HandUse = self._hands.currentData()
        return chosen

    def _seconds(self, name: str, value: float, *, least: float) -> QDoubleSpinBox:
        box = named(QDoubleSpinBox(self), name)
        box.setRange(least, 60.0)
        box.setDecimals(1)
        box.setSingleStep(0.5)
        box.setSuffix(self.tr(" s"))
        box.setValue(value)
        box.setFixedWidth(88)
        return box

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(4)
        actions = self._actions
        for action, text, box in (
            (actions.countdown, self.tr("Countdown"), self._countdown),
            (actions.burst, self.tr("Burst every"), self._interval),
        ):
            row = QHBoxLayout()
            row.addWidget(_check_box(action, text, self), 1)
            row.addWidget(box)
            box.setAccessibleName(text)
            column.addLayout(row)
        for action, text in (
            (actions.advance, self.tr("Next class by itself")),
            (actions.ghost, self.tr("Ghost of the last picture")),
            (actions.mirror, self.tr("Mirror the preview")),
            (actions.beep, self.tr("Beep")),
        ):
            column.addWidget(_check_box(action, text, self))
        for text, choice in (
            (self.tr("Hand boxes"), self._hands),
            (self.tr("Files"), self._format),
        ):
            row = QHBoxLayout()
            label = QLabel(text, self)
            label.setBuddy(choice)
            choice.setFixedWidth(_CHOICE_PX)
            row.addWidget(label, 1)
            row.addWidget(choice)
            column.addLayout(row)
        column.addStretch(1)

    def _restore(self) -> None:
        """Take what was chosen the last time; what starts by itself does not start so."""
        actions, settings = self._actions, self._settings
        for action, key in ((actions.beep, "beep"), (actions.ghost, "ghost")):
            action.setChecked(bool(settings.value(f"{_KEY}{key}", False, bool)))
        for spin, key in ((self._countdown, "countdown_s"), (self._interval, "interval_s")):
            kept_s = settings.value(f"{_KEY}{key}", spin.value(), float)
            spin.setValue(kept_s if isinstance(kept_s, float) else spin.value())
        for box, key in ((self._hands, "hands"), (self._format, "format")):
            box.setCurrentIndex(max(0, box.findData(settings.value(f"{_KEY}{key}", ""))))

    def _connect(self) -> None:
        for action in (self._actions.countdown, self._actions.burst):
            action.toggled.connect(self.timing_changed)
        for box in (self._countdown, self._interval):
            box.valueChanged.connect(self.timing_changed)
            box.valueChanged.connect(self._keep)
        for action in (self._actions.beep, self._actions.ghost):
            action.toggled.connect(self._keep)
        self._hands.currentIndexChanged.connect(self._on_hands)
        self._format.currentIndexChanged.connect(self._keep)
        self._format.currentIndexChanged.connect(self.format_changed)

    @Slot()
    def _on_hands(self) -> None:
        self._keep()
        self.hands_changed.emit(self.hand_use)

    @Slot()
    def _keep(self) -> None:
        for key, value in (
            ("beep", self._actions.beep.isChecked()),
            ("ghost", self._actions.ghost.isChecked()),
            ("countdown_s", self._countdown.value()),
            ("interval_s", self._interval.value()),
            ("hands", self.hand_use),
            ("format", self.picture_format),
        ):
            self._settings.setValue(f"{_KEY}{key}", value)


def _check_box(action: QAction, text: str, parent: QWidget) -> QCheckBox:
    """Return a check box that is one with a checkable action."""
    box = named(QCheckBox(text, parent), f"{action.objectName()}-box")
    box.setChecked(action.isChecked())
    box.setToolTip(action.toolTip())
    box.toggled.connect(action.setChecked)
    action.toggled.connect(box.setChecked)
    return box
