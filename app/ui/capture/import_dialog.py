"""`ImportDialog`: copies pictures into the project, and frames out of videos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QThreadPool, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.capture.frame_import import EveryFrames, EverySeconds, OnChange
from app.capture.session import PictureFormat
from app.capture.source import FrameSource
from app.jobs.cancel import CancelToken
from app.ui.capture.import_report import report_text
from app.ui.capture.import_task import (
    ImportOutcome,
    ImportProgress,
    ImportTask,
    ImportWish,
    RuleFor,
)
from app.ui.icons import icon
from app.ui.naming import named

_PERCENT = 100.0


class ImportDialog(QDialog):
    """Shows what was dropped or chosen, how far it is, and what became of it.

    Signals
    -------
    imported(int)
        How many pictures the project has more.
    play_requested(str)
        The one file is to stand in for the camera instead.
    """

    imported = Signal(int)
    play_requested = Signal(str)

    def __init__(
        self,
        paths: Sequence[Path],
        images_folder: Path,
        picture_format: PictureFormat,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("import-dialog")
        self.setWindowTitle(self.tr("Import into the project"))
        self._paths, self._images_folder = tuple(paths), images_folder
        self._picture_format = picture_format
        self._token: CancelToken | None = None
        self._progress = ImportProgress()  # no parent: the thread may outlive the dialog
        self._progress.advanced.connect(self._on_advanced)
        self._progress.done.connect(self._on_done)
        self._pool = QThreadPool(self)
        self._make_parts()
        self._lay_out()
        self._show_rule()

    @property
    def is_running(self) -> bool:
        """Whether files are being copied."""
        return self._token is not None

    @property
    def report(self) -> str:
        """What became of the files, for people; empty until it is done."""
        return self._report.toPlainText()

    def shutdown(self) -> None:
        """Stop, and wait for the thread."""
        self._stop()
        self._pool.waitForDone()

    def done(self, result: int) -> None:
        """Close; what is under way is stopped, what was copied stays."""
        self.shutdown()
        super().done(result)

    # -- building ---------------------------------------------------------------------------

    def _make_parts(self) -> None:
        names = ", ".join(path.name for path in self._paths[:3])
        more = len(self._paths) - 3
        self._what = named(
            QLabel(names + (self.tr(" and {0} more").format(more) if more > 0 else ""), self),
            "import-what",
        )
        self._what.setWordWrap(True)
        self._rule = named(QComboBox(self), "import-rule")
        for rule, text in (
            ("seconds", self.tr("every so many seconds")),
            ("frames", self.tr("every so many frames")),
            ("change", self.tr("when so much has changed")),
        ):
            self._rule.addItem(text, rule)
        self._amount = named(QDoubleSpinBox(self), "import-amount")
        self._amount.setFixedWidth(112)
        self._rule.currentIndexChanged.connect(self._show_rule)
        self._bar = named(QProgressBar(self), "import-progress")
        self._where = named(QLabel(self), "import-where", role="muted")
        self._report = named(QPlainTextEdit(self), "import-report")
        self._report.setReadOnly(True)
        for widget in (self._bar, self._where, self._report):
            widget.hide()
        self._play = named(QPushButton(icon("play"), self.tr("Use as camera"), self), "import-play")
        self._play.setVisible(len(self._paths) == 1)
        self._stop_button = named(QPushButton(icon("stop"), self.tr("Stop"), self), "import-stop")
        self._stop_button.hide()
        self._start = named(QPushButton(self.tr("Import"), self), "import-start", role="primary")
        self._close = named(QPushButton(self.tr("Close"), self), "import-close")
        self._play.clicked.connect(self._on_play)
        self._stop_button.clicked.connect(self._stop)
        self._start.clicked.connect(self.start)
        self._close.clicked.connect(self.accept)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self._what)
        note = QLabel(self.tr("Pictures are copied, upright; originals stay as they are."), self)
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        layout.addWidget(note)
        rule = QLabel(self.tr("From &videos, take a frame"), self)
        rule.setBuddy(self._rule)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(rule)
        row.addWidget(self._rule, 1)
        row.addWidget(self._amount)
        layout.addLayout(row)
        layout.addWidget(self._bar)
        layout.addWidget(self._where)
        layout.addWidget(self._report, 1)
        layout.addStretch(0)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._play)
        buttons.addStretch(1)
        for button in (self._close, self._stop_button, self._start):
            buttons.addWidget(button)
        layout.addLayout(buttons)
        self._start.setDefault(True)
        self.setMinimumWidth(520)

    # -- doing ------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Import."""
        self._token = CancelToken()
        wish = ImportWish(
            self._paths, self._images_folder, self._chosen_rule(), self._picture_format
        )
        for control in (self._rule, self._amount, self._play, self._start):
            control.setEnabled(False)
        self._bar.setRange(0, 0)
        for widget in (self._bar, self._where, self._stop_button):
            widget.show()
        self._start.hide()
        self._pool.start(ImportTask(wish, self._progress, self._token))

    @Slot()
    def _stop(self) -> None:
        if self._token is not None:
            self._token.cancel()
            self._stop_button.setEnabled(False)

    @Slot()
    def _on_play(self) -> None:
        self.play_requested.emit(str(self._paths[0]))
        self.accept()

    @Slot()
    def _show_rule(self) -> None:
        """Give the number the range and unit of the rule."""
        rule = self._rule.currentData()
        decimals, least, most, value, unit = {
            "seconds": (1, 0.1, 3600.0, 1.0, self.tr(" s")),
            "frames": (0, 1.0, 100_000.0, 30.0, self.tr(" frames")),
            "change": (0, 1.0, _PERCENT, 5.0, self.tr(" %")),
        }[rule]
        self._amount.setDecimals(decimals)
        self._amount.setRange(least, most)
        self._amount.setSuffix(unit)
        self._amount.setValue(value)

    def _chosen_rule(self) -> RuleFor:
        amount = self._amount.value()
        match self._rule.currentData():
            case "frames":
                return lambda _source: EveryFrames(round(amount))
            case "change":
                return lambda _source: OnChange(amount / _PERCENT)
            case _:
                return lambda source: _every_seconds(source, amount)

    @Slot(str, int, int)
    def _on_advanced(self, name: str, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        text = self.tr("{0} of {1}").format(done, total) if total else str(done)
        self._where.setText(f"{name}: {text}" if name else text)

    @Slot(object)
    def _on_done(self, outcome: ImportOutcome) -> None:
        self._token = None
        for widget in (self._bar, self._where, self._stop_button):
            widget.hide()
        self._report.setPlainText(report_text(outcome))
        self._report.show()
        self._close.setDefault(True)
        self._close.setFocus()
        self.imported.emit(outcome.new_pictures)


def _every_seconds(source: FrameSource, interval_s: float) -> EverySeconds:
    return EverySeconds(interval_s, fps=source.info.fps)
