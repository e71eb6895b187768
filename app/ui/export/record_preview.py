"""`RecordPreview`: a look into record files, whoever made them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.ui.annotate.pictures.picture_loader import LoadedPicture
from app.ui.annotate.statistics.statistics_words import count_text
from app.ui.export.export_actions import ExportActions
from app.ui.export.export_message import ExportMessage
from app.ui.export.record_browsing import RecordBrowsing
from app.ui.export.record_contents_view import RecordContentsView
from app.ui.export.record_picture import RecordPicture
from app.ui.naming import named


class RecordPreview(QStackedWidget):
    """The picture with its boxes, a slider, and beside it what the whole file holds.

    Parameters
    ----------
    actions : ExportActions
    parent : QWidget or None

    Signals
    -------
    open_requested()
    """

    open_requested = Signal()

    def __init__(self, actions: ExportActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("record-preview")
        self.browsing = RecordBrowsing(self)
        self._actions = actions
        self._picture = named(RecordPicture(self), "record-picture")
        self._contents = RecordContentsView(self)
        self._make_head()
        self._make_steps()
        self._lay_out()
        self.addActions([actions.previous, actions.next])
        actions.previous.triggered.connect(self._previous)
        actions.next.triggered.connect(self._next)
        self.browsing.changed.connect(self._show)
        self.browsing.summarised.connect(self._show_contents)
        self._show()

    def open_files(self, files: Sequence[Path]) -> None:
        """Look into the first of some files; the others can be chosen."""
        self._files.blockSignals(True)
        self._files.clear()
        for path in files:
            self._files.addItem(f"{path.parent.name}/{path.name}", path)
            self._files.setItemData(self._files.count() - 1, str(path), Qt.ItemDataRole.ToolTipRole)
        self._files.blockSignals(False)
        self._on_file()
        self._picture.setFocus()

    def forget(self) -> None:
        """Look into none: the file is about to be replaced."""
        self.open_files(())

    def stop(self) -> None:
        """Wait for the threads; the window closes."""
        self.browsing.stop()

    # -- building ---------------------------------------------------------------------------

    def _make_head(self) -> None:
        self._files = named(QComboBox(self), "record-file")
        self._files.setAccessibleName(self.tr("Record file"))
        self._files.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._files.currentIndexChanged.connect(self._on_file)
        self._open = named(QPushButton(self.tr("Open…"), self), "record-open")
        self._open.setIcon(self._actions.open_records.icon())
        self._open.setToolTip(self._actions.open_records.toolTip())
        self._open.clicked.connect(self.open_requested)

    def _make_steps(self) -> None:
        self._buttons = []
        for action in (self._actions.previous, self._actions.next):
            button = named(QPushButton(action.icon(), "", self), f"{action.objectName()}-button")
            button.setToolTip(action.toolTip())
            button.setAccessibleName(action.text().replace("&", ""))
            button.clicked.connect(action.trigger)
            self._buttons.append(button)
        self._slider = named(QSlider(Qt.Orientation.Horizontal, self), "record-slider")
        self._slider.setAccessibleName(self.tr("Example"))
        self._slider.setMinimum(1)
        self._slider.valueChanged.connect(self.browsing.go_to)
        self._place = named(QLabel(self), "record-place")
        self._facts = named(QLabel(self), "record-facts", role="muted")
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        self._facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._files, 1)
        head.addWidget(self._open)
        steps = QHBoxLayout()
        steps.setSpacing(8)
        steps.addWidget(self._buttons[0])
        steps.addWidget(self._slider, 1)
        steps.addWidget(self._buttons[1])
        steps.addWidget(self._place)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._picture, 1)
        column.addWidget(self._facts)
        column.addLayout(steps)
        whole = QWidget(self)
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._halves(left), 1)
        self.addWidget(self._make_empty())
        self.addWidget(whole)

    def _make_empty(self) -> ExportMessage:
        button = named(QPushButton(self.tr("Open a record file…"), self), "record-open-first")
        button.setIcon(self._actions.open_records.icon())
        button.clicked.connect(self.open_requested)
        title = self.tr("Look into records")
        text = self.tr(
            "Press Preview at an export, open any TFRecord file, or drop one here: its "
            "pictures are shown with their boxes, and what is wrong is said."
        )
        return ExportMessage("record-none", "eye", title, text, button=button, parent=self)

    def _halves(self, left: QWidget) -> QSplitter:
        halves = named(QSplitter(Qt.Orientation.Horizontal, self), "record-halves")
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(8)
        halves.addWidget(left)
        halves.addWidget(self._contents)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 1)
        return halves

    # -- what a person does -----------------------------------------------------------------

    @Slot()
    def _on_file(self) -> None:
        path = self._files.currentData()
        self.browsing.open(path if isinstance(path, Path) else None)

    @Slot()
    def _previous(self) -> None:
        self.browsing.go_by(-1)

    @Slot()
    def _next(self) -> None:
        self.browsing.go_by(1)

    # -- showing ----------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        browsing = self.browsing
        self.setCurrentIndex(0 if browsing.path is None else 1)
        if browsing.failure is not None and browsing.path is not None:
            self._picture.show_example(None)
            self._picture.set_picture(LoadedPicture(browsing.path, (), 3, browsing.failure))
        else:
            self._picture.show_example(browsing.shown)
        self._facts.setText(self._facts_text())
        self._facts.setToolTip(self._facts.text())
        self._show_place()

    def _show_place(self) -> None:
        number, last = self.browsing.number, self.browsing.last
        self._slider.blockSignals(True)
        self._slider.setEnabled(bool(last and last > 1))
        self._slider.setMaximum(max(last or number, 1))
        self._slider.setValue(number)
        self._slider.blockSignals(False)
        words = self.tr("{0} of {1}")
        total = "…" if last is None else count_text(last)
        self._place.setText(words.format(count_text(number), total) if number and last != 0 else "")
        self._actions.previous.setEnabled(number > 1)
        self._actions.next.setEnabled(number > 0 and (last is None or number < last))
        for button, action in zip(
            self._buttons, (self._actions.previous, self._actions.next), strict=True
        ):
            button.setEnabled(action.isEnabled())

    def _facts_text(self) -> str:
        shown = self.browsing.shown
        if shown is None:
            return ""
        example = shown.example
        size = self.tr("{0} × {1}").format(example.width, example.height)
        boxes = self.tr("boxes: {0}").format(count_text(len(example.boxes)))
        facts = [example.name, size, example.format, boxes, *example.problems]
        return " · ".join(each for each in facts if each)

    @Slot()
    def _show_contents(self) -> None:
        self._contents.show_summary(self.browsing.summary)
