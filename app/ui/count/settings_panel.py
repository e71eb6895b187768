"""What is looked for and how: model, classes, score, cadence, tracker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.pipeline.settings import MAX_DETECT_EVERY, CountSettings
from app.ui.count.class_list import ClassList

SETTLE_MS = 300  # a slider that moves is not a decision yet
_CHOOSE_FILE, _CHOOSE_FOLDER = object(), object()


class SettingsPanel(QScrollArea):
    """Shows and changes the settings of a run.

    Signals
    -------
    model_chosen(str)
        Path of a model; empty for the starter.
    settings_changed(dict)
        ``class_names``, ``score``, ``detect_every``, ``merge_kindred`` as the person wants them.
    tracker_chosen(str)
        "auto", "classic" or "dlib".
    """

    model_chosen = Signal(str)
    settings_changed = Signal(object)
    tracker_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settings-panel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._models: list[Path] = []
        self._model = ""
        self._is_showing = False
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._emit_settings)
        page = QWidget()
        page.setProperty("role", "page")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(4, 8, 12, 8)
        self._column.setSpacing(4)
        self._make_model()
        self._make_classes()
        self._make_score()
        self._make_cadence()
        self._make_tracker()
        self._column.addStretch(1)
        self.setWidget(page)
        self._show_model()

    # Building.

    def _section(self, text: str, buddy: QWidget | None = None) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "section")
        if buddy is not None:
            label.setBuddy(buddy)
        if self._column.count():
            self._column.addSpacing(8)
        self._column.addWidget(label)
        return label

    def _make_model(self) -> None:
        self._model_box = QComboBox()
        self._model_box.setObjectName("model-box")
        self._model_box.setAccessibleName(self.tr("Model"))
        self._model_box.setToolTip(self.tr("What finds the objects"))
        self._model_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._model_box.setMinimumContentsLength(12)
        self._model_box.activated.connect(self._on_model)
        self._section(self.tr("&Model"), self._model_box)
        self._column.addWidget(self._model_box)

    def _make_classes(self) -> None:
        self.classes = ClassList()
        self.classes.changed.connect(self._on_edit)
        self._section(self.tr("Classes"))
        self._column.addWidget(self.classes, 1)

    def _make_score(self) -> None:
        self._score = QSlider(Qt.Orientation.Horizontal)
        self._score.setObjectName("score-slider")
        self._score.setAccessibleName(self.tr("Least score"))
        self._score.setRange(1, 99)
        self._score.setValue(30)
        self._score.setPageStep(5)
        self._score.setToolTip(
            self.tr("How sure the model must be. Lower finds more objects, and more that are none.")
        )
        self._score_text = QLabel("0.30")
        self._score_text.setMinimumWidth(36)
        self._score_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._score.valueChanged.connect(self._on_score)
        row = QHBoxLayout()
        row.addWidget(self._score, 1)
        row.addWidget(self._score_text)
        self._section(self.tr("Least &score"), self._score)
        self._column.addLayout(row)

    def _make_cadence(self) -> None:
        self._cadence = QComboBox()
        self._cadence.setObjectName("cadence-box")
        self._cadence.setAccessibleName(self.tr("How often objects are looked for"))
        self._cadence.addItems([self.tr("As needed"), self.tr("Every … frames")])
        self._cadence.setToolTip(
            self.tr("As needed: sooner where something moves that is not followed yet")
        )
        self._every = QSpinBox()
        self._every.setObjectName("detect-every")
        self._every.setAccessibleName(self.tr("Frames between two detections"))
        self._every.setRange(1, MAX_DETECT_EVERY)
        self._every.setValue(5)
        self._every.hide()
        self._cadence.currentIndexChanged.connect(self._on_cadence)
        self._every.valueChanged.connect(self._on_edit)
        row = QHBoxLayout()
        row.addWidget(self._cadence, 1)
        row.addWidget(self._every)
        self._section(self.tr("&Detect"), self._cadence)
        self._column.addLayout(row)

    def _make_tracker(self) -> None:
        self._tracker = QComboBox()
        self._tracker.setObjectName("tracker-box")
        self._tracker.setAccessibleName(self.tr("Tracker"))
        self._tracker.addItem(self.tr("Automatic (recommended)"), "auto")
        self._tracker.addItem(self.tr("Classic: the course's method"), "classic")
        self._tracker.addItem(self.tr("dlib correlation"), "dlib")
        self._tracker.setToolTip(self.tr("How objects are followed from frame to frame"))
        self._tracker.activated.connect(self._on_tracker)
        self._section(self.tr("&Tracker"), self._tracker)
        self._column.addWidget(self._tracker)
        self._merge = QCheckBox(self.tr("&Join kindred boxes on one object"))
        self._merge.setObjectName("merge-kindred")
        self._merge.setChecked(True)
        self._merge.setToolTip(self.tr("A Car inside a Vehicle is one object, not two"))
        self._merge.toggled.connect(self._on_edit)
        self._column.addSpacing(8)
        self._column.addWidget(self._merge)

    # Showing.

    def show_models(self, packages: Sequence[Path]) -> None:
        """Offer the model packages of a project beside the starter."""
        self._models = list(packages)
        self._show_model()

    def show_settings(self, settings: CountSettings) -> None:
        """Show what was saved for a source; what is None waits for the model's own choice."""
        self._is_showing = True
        self._model = settings.model
        self._show_model()
        if settings.score is not None:
            self._score.setValue(round(settings.score * 100))
        self._cadence.setCurrentIndex(0 if settings.detect_every is None else 1)
        if settings.detect_every is not None:
            self._every.setValue(settings.detect_every)
        self._tracker.setCurrentIndex(self._tracker.findData(settings.tracker))
        self._merge.setChecked(settings.merge_kindred)
        self._is_showing = False

    def show_started(self, started: Mapping[str, Any]) -> None:
        """Show the classes and the score in force from a ``started`` event."""
        self._is_showing = True
        classes = {int(class_id): name for class_id, name in started["classes"].items()}
        self.classes.show_classes(classes, started["class_names"])
        self._score.setValue(round(float(started["score"]) * 100))
        self._is_showing = False

    def show_in_force(self, changed: Mapping[str, Any]) -> None:
        """Show the score that a ``settings_changed`` event tells: each tracker has its default."""
        if not self._settle.isActive():
            self._is_showing = True
            self._score.setValue(round(float(changed["score"]) * 100))
            self._is_showing = False

    def apply_suggestion(self, suggestion: Mapping[str, Any]) -> None:
        """Take over suggested classes and score, as if the person had set them."""
        if suggestion.get("class_names"):
            self.classes.set_chosen(suggestion["class_names"])
        if suggestion.get("score"):
            self._score.setValue(round(float(suggestion["score"]) * 100))

    def _show_model(self) -> None:
        self._model_box.clear()
        self._model_box.addItem(self.tr("Starter (people, vehicles, …)"), "")
        for path in self._models:
            self._model_box.addItem(f"{path.parent.name} {path.name}", str(path))
        if self._model and self._model_box.findData(self._model) < 0:
            self._model_box.addItem(Path(self._model).name, self._model)
        self._model_box.insertSeparator(self._model_box.count())
        self._model_box.addItem(self.tr("Model file…"), _CHOOSE_FILE)
        self._model_box.addItem(self.tr("Model folder…"), _CHOOSE_FOLDER)
        self._model_box.setCurrentIndex(self._model_box.findData(self._model))

    # Changing.

    @Slot(int)
    def _on_model(self, index: int) -> None:
        chosen = self._model_box.itemData(index)
        if chosen is _CHOOSE_FILE:
            title, kinds = self.tr("Choose a model"), self.tr("Models (*.tflite *.zip *.tar.gz)")
            chosen = QFileDialog.getOpenFileName(self, title, "", kinds)[0]
        elif chosen is _CHOOSE_FOLDER:
            chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a model folder"))
        elif chosen == self._model:
            return
        was_cancelled = not chosen and index > 0
        if not was_cancelled:
            self._model = str(chosen)
        self._show_model()
        if not was_cancelled:
            self.model_chosen.emit(self._model)

    @Slot(int)
    def _on_score(self, hundredths: int) -> None:
        self._score_text.setText(f"{hundredths / 100:.2f}")
        self._on_edit()

    @Slot(int)
    def _on_cadence(self, index: int) -> None:
        self._every.setVisible(index == 1)
        self._on_edit()

    @Slot(int)
    def _on_tracker(self, index: int) -> None:
        self.tracker_chosen.emit(self._tracker.itemData(index))

    @Slot()
    def _on_edit(self) -> None:
        if not self._is_showing:
            self._settle.start()

    @Slot()
    def _emit_settings(self) -> None:
        is_automatic = self._cadence.currentIndex() == 0
        self.settings_changed.emit(
            {
                "class_names": list(self.classes.chosen()),
                "score": self._score.value() / 100,
                "detect_every": "auto" if is_automatic else self._every.value(),
                "merge_kindred": self._merge.isChecked(),
            }
        )
