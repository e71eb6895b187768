"""The selected box in numbers and flags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.annotation.labels import UNSPECIFIED_POSE, LabeledBox
from app.ui.naming import named

_EDGES = ("xmin", "ymin", "xmax", "ymax")
_POSES = (UNSPECIFIED_POSE, "Frontal", "Rear", "Left", "Right")  # VOC's own, as files have them


class BoxPanel(QWidget):
    """Edges to type, a pose to choose or type, flags to tick; all but edges go for all selected.

    Signals
    -------
    changed(object, str)
        The selected boxes as they should be, and what was done.
    entered()
        Enter was pressed in a number.
    """

    changed = Signal(object, str)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: list[LabeledBox] = []
        self._size = (0, 0)
        title = named(QLabel(self.tr("Box"), self), "box-title", role="section")
        self._hint = named(QLabel(self), "box-hint", role="muted")
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setWordWrap(True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self._edges: dict[str, QSpinBox] = {}
        for place, (edge, text) in enumerate(
            zip(
                _EDGES,
                (self.tr("Left"), self.tr("Top"), self.tr("Right"), self.tr("Bottom")),
                strict=True,
            )
        ):
            field = named(QSpinBox(self), f"box-{edge}")
            field.setKeyboardTracking(False)
            field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            field.installEventFilter(self)
            field.valueChanged.connect(self._on_edge)
            field.lineEdit().returnPressed.connect(self.entered)
            label = named(QLabel(text, self), f"box-{edge}-label", role="muted")
            grid.addWidget(label, place // 2 * 2, place % 2)
            grid.addWidget(field, place // 2 * 2 + 1, place % 2)
            self._edges[edge] = field
        self._pose = self._pose_field()
        grid.addWidget(named(QLabel(self.tr("Pose"), self), "box-pose-label", role="muted"), 4, 0)
        grid.addWidget(self._pose, 5, 0, 1, 2)
        self._flags = {
            "is_difficult": named(QCheckBox(self.tr("Difficult"), self), "box-difficult"),
            "is_truncated": named(QCheckBox(self.tr("Truncated"), self), "box-truncated"),
            "is_occluded": named(QCheckBox(self.tr("Occluded"), self), "box-occluded"),
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(self._hint)
        layout.addLayout(grid)
        for flag in self._flags.values():
            flag.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys to the canvas
            flag.clicked.connect(self._on_flag)
            layout.addWidget(flag)
        self.show_boxes([], (0, 0))

    def _pose_field(self) -> QComboBox:
        field = named(QComboBox(self), "box-pose")
        text = self._pose_text = named(QLineEdit(field), "box-pose-text")
        field.setLineEdit(text)
        field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for pose in _POSES:
            field.addItem(pose)
        field.setAccessibleName(self.tr("Pose"))
        field.textActivated.connect(self._on_pose)
        text.editingFinished.connect(self._on_pose)
        text.returnPressed.connect(self.entered)
        return field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel scroll the panel over a number that nobody is typing in."""
        if event.type() == QEvent.Type.Wheel and watched in self._edges.values():
            event.ignore()
            return not cast("QSpinBox", watched).hasFocus()
        return False

    def show_boxes(self, boxes: Sequence[LabeledBox], size: tuple[int, int]) -> None:
        """Show the selected boxes of a picture of `size`."""
        self._boxes, self._size = list(boxes), size
        is_one = len(boxes) == 1
        if not boxes:
            self._hint.setText(self.tr("Select a box to see its numbers."))
        elif is_one:
            box = boxes[0]
            self._hint.setText(
                self.tr("{0}, {1} × {2} pixels").format(
                    box.class_name, round(box.xmax - box.xmin), round(box.ymax - box.ymin)
                )
            )
        else:
            self._hint.setText(self.tr("{0} boxes").format(len(boxes)))
        for edge, field in self._edges.items():
            with QSignalBlocker(field):
                field.setEnabled(is_one)
                field.setRange(0, size[0] if edge[0] == "x" else size[1])
                field.setValue(int(getattr(boxes[0], edge)) if is_one else 0)
        self._show_pose({box.pose for box in boxes})
        for name, flag in self._flags.items():
            flag.setEnabled(bool(boxes))
            flag.setChecked(bool(boxes) and all(getattr(box, name) for box in boxes))

    def _show_pose(self, poses: set[str]) -> None:
        pose = next(iter(poses)) if len(poses) == 1 else ""
        with QSignalBlocker(self._pose):
            self._pose.setEnabled(bool(poses))
            self._pose.setCurrentIndex(self._pose.findText(pose))  # where the arrow keys go on
            self._pose.setEditText(pose)
        self._pose_text.setPlaceholderText(self.tr("Several") if poses else "")

    @Slot()
    def _on_edge(self) -> None:
        if len(self._boxes) != 1:
            return
        box = self._boxes[0]
        # Only what was typed changes: an edge between two pixels stays where it is.
        edges: dict[str, Any] = {
            edge: float(field.value())
            for edge, field in self._edges.items()
            if field.value() != int(getattr(box, edge))
        }
        box = replace(box, **edges)
        low_x, high_x = sorted((box.xmin, box.xmax))
        low_y, high_y = sorted((box.ymin, box.ymax))
        if low_x == high_x or low_y == high_y:
            self.show_boxes(self._boxes, self._size)  # a box has an inside
            return
        box = replace(box, xmin=low_x, ymin=low_y, xmax=high_x, ymax=high_y)
        self.changed.emit([box], self.tr("Change edges"))

    @Slot()
    def _on_pose(self) -> None:
        pose = self._pose.currentText().strip()
        if not pose or all(box.pose == pose for box in self._boxes):
            self.show_boxes(self._boxes, self._size)  # left empty: each keeps its own
            return
        boxes = [replace(box, pose=pose) for box in self._boxes]
        self.changed.emit(boxes, self.tr("Change pose"))

    @Slot()
    def _on_flag(self) -> None:
        for name, flag in self._flags.items():
            if flag is self.sender():
                change: dict[str, Any] = {name: flag.isChecked()}
                boxes = [replace(box, **change) for box in self._boxes]
                self.changed.emit(boxes, flag.text())
