"""The first tab: begin something, or go on with what was begun."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui.app_state import AppState
from app.ui.icons import application_icon, icon
from app.ui.naming import named

CONTENT_WIDTH_PX = 860
LOGO_PX = 52


class StartPage(QScrollArea):
    """Says what Tallybox does and offers the ways in.

    Signals
    -------
    new_requested(), open_requested(), video_requested(), sample_requested()
    project_requested(Path)
        A recent project was chosen.
    """

    new_requested = Signal()
    open_requested = Signal()
    video_requested = Signal()
    sample_requested = Signal()
    project_requested = Signal(object)

    def __init__(self, state: AppState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start-page")
        self._state = state
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        content = named(QWidget(self), "start-content", role="page")
        self.setWidget(content)

        columns = QHBoxLayout()
        columns.setSpacing(32)
        columns.addLayout(self._make_ways_in(), 1)
        columns.addLayout(self._make_recent(), 1)
        column = QVBoxLayout()
        column.setSpacing(28)
        column.addStretch(1)
        column.addLayout(self._make_heading())
        column.addLayout(columns)
        column.addStretch(2)
        inner = QWidget(content)
        inner.setLayout(column)
        inner.setMaximumWidth(CONTENT_WIDTH_PX)
        outer = QHBoxLayout(content)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.addStretch(1)
        outer.addWidget(inner, 20)
        outer.addStretch(1)

        state.recent_projects_changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the recent projects as they are now on the disk."""
        self._recent.clear()
        for folder in self._state.recent_projects:
            self._add_recent(folder)
        has_some = self._recent.count() > 0
        self._recent.setVisible(has_some)
        self._no_recent.setVisible(not has_some)

    def _make_heading(self) -> QHBoxLayout:
        logo = QLabel(self)
        logo.setPixmap(application_icon().pixmap(LOGO_PX, LOGO_PX))
        title = named(QLabel("Tallybox", self), "start-title", role="display")
        tagline = named(
            QLabel(self.tr("From labelling to counting, in one window."), self),
            "start-tagline",
            role="muted",
        )
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(title)
        texts.addWidget(tagline)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(logo)
        row.addLayout(texts, 1)
        return row

    def _make_ways_in(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._section(self.tr("Count")))
        sample = self._choice("start-sample", "sample", self.tr("Try the sample"))
        sample.setToolTip(self.tr("Counts people in a short street scene that comes with Tallybox"))
        sample.clicked.connect(self.sample_requested)
        video = self._choice("start-video", "video", self.tr("Open a video…"))
        video.setToolTip(self.tr("Or drop a video anywhere on this window"))
        video.clicked.connect(self.video_requested)
        column.addWidget(sample)
        column.addWidget(video)
        column.addSpacing(12)
        column.addWidget(self._section(self.tr("Project")))
        new = self._choice("start-new", "folder-new", self.tr("New project…"))
        new.clicked.connect(self.new_requested)
        open_ = self._choice("start-open", "folder", self.tr("Open a project…"))
        open_.clicked.connect(self.open_requested)
        column.addWidget(new)
        column.addWidget(open_)
        column.addStretch(1)
        return column

    def _make_recent(self) -> QVBoxLayout:
        self._recent = named(QListWidget(self), "recent-projects")
        self._recent.setAccessibleName(self.tr("Recent projects"))
        self._recent.setIconSize(QSize(20, 20))
        self._recent.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._recent.itemActivated.connect(self._on_chosen)
        self._recent.itemClicked.connect(self._on_chosen)
        self._no_recent = named(
            QLabel(
                self.tr("Projects that you open appear here.\nCounting a video needs none."), self
            ),
            "no-recent-projects",
            role="muted",
        )
        self._no_recent.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._section(self.tr("Recent projects")))
        column.addWidget(self._recent, 1)
        column.addWidget(self._no_recent, 1)
        return column

    def _section(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("role", "section")
        return label

    def _choice(self, name: str, icon_name: str, text: str) -> QPushButton:
        button = named(QPushButton(icon(icon_name), f"  {text}", self), name, role="choice")
        button.setIconSize(QSize(22, 22))
        return button

    def _add_recent(self, folder: Path) -> None:
        is_there = folder.is_dir()
        path_text = str(folder) if is_there else self.tr("{0} (not found)").format(folder)
        item = QListWidgetItem(icon("folder"), f"{folder.name}\n{path_text}")
        item.setData(Qt.ItemDataRole.UserRole, folder)
        item.setToolTip(path_text)
        if not is_there:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
        self._recent.addItem(item)

    @Slot(QListWidgetItem)
    def _on_chosen(self, item: QListWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.project_requested.emit(item.data(Qt.ItemDataRole.UserRole))
