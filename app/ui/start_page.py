"""The first tab: begin something, or go on with what was begun."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.ui.app_state import AppState
from app.ui.icons import IconLabel, application_icon, icon
from app.ui.naming import named

CONTENT_WIDTH_PX = 860
LOGO_PX = 52
CHOICE_ICON_PX = 24
_IS_THERE_ROLE = Qt.ItemDataRole.UserRole + 1


class StartPage(QScrollArea):
    """Says what Tallybox does and offers the ways in.

    Signals
    -------
    new_requested(), open_requested(), pictures_requested(), video_requested(), sample_requested()
    project_requested(Path)
        A recent project was chosen.
    """

    new_requested = Signal()
    open_requested = Signal()
    pictures_requested = Signal()
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
        for choice in (
            self._choice(
                "start-sample",
                "sample",
                self.tr("Try the sample"),
                self.tr("Counts people in a short street scene."),
                self.sample_requested,
            ),
            self._choice(
                "start-video",
                "video",
                self.tr("Open a video…"),
                self.tr("Or drop one anywhere on this window."),
                self.video_requested,
            ),
        ):
            column.addWidget(choice)
        column.addSpacing(12)
        column.addWidget(self._section(self.tr("Label")))
        column.addWidget(
            self._choice(
                "start-pictures",
                "tag",
                self.tr("Draw boxes on pictures…"),
                self.tr("In any folder; labels are Pascal VOC, as labelImg writes them."),
                self.pictures_requested,
            )
        )
        column.addSpacing(12)
        column.addWidget(self._section(self.tr("Project")))
        for choice in (
            self._choice(
                "start-new",
                "folder-new",
                self.tr("New project…"),
                self.tr("A folder for your images, models and counts."),
                self.new_requested,
            ),
            self._choice(
                "start-open",
                "folder",
                self.tr("Open a project…"),
                self.tr("Go on with a folder that Tallybox made."),
                self.open_requested,
            ),
        ):
            column.addWidget(choice)
        column.addStretch(1)
        return column

    def _make_recent(self) -> QVBoxLayout:
        self._recent = named(QListWidget(self), "recent-projects")
        self._recent.setAccessibleName(self.tr("Recent projects"))
        self._recent.setIconSize(QSize(20, 20))
        self._recent.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._recent.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._recent.customContextMenuRequested.connect(self._on_menu)
        self._forget = QAction(icon("trash"), self.tr("Forget this project"), self._recent)
        self._forget.setObjectName("forget-project")
        self._forget.setToolTip(self.tr("Take it off this list; its files stay"))
        self._forget.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self._forget.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._forget.triggered.connect(self._on_forget)
        self._recent.addAction(self._forget)
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

    def _choice(
        self, name: str, icon_name: str, title: str, hint: str, requested: SignalInstance
    ) -> QPushButton:
        button = named(_ChoiceButton(self), name, role="choice")
        button.setAccessibleName(title.rstrip("…"))
        button.setAccessibleDescription(hint)
        picture = IconLabel(CHOICE_ICON_PX, button)
        picture.set_icon(icon(icon_name))
        title_label = named(QLabel(title, button), f"{name}-title", role="choice-title")
        hint_label = named(QLabel(hint, button), f"{name}-hint", role="muted")
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(title_label)
        texts.addWidget(hint_label)
        row = QHBoxLayout(button)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(picture)
        row.addLayout(texts, 1)
        button.clicked.connect(requested)
        return button

    def _add_recent(self, folder: Path) -> None:
        is_there = folder.is_dir()
        path_text = str(folder) if is_there else self.tr("{0} (not found)").format(folder)
        item = QListWidgetItem(icon("folder"), f"{folder.name}\n{path_text}")
        item.setData(Qt.ItemDataRole.UserRole, folder)
        item.setToolTip(path_text + "\n" + self.tr("Right-click or Del: forget this project"))
        item.setData(_IS_THERE_ROLE, is_there)
        if not is_there:  # still to be selected, so that it can be forgotten
            item.setForeground(self.palette().brush(QPalette.ColorRole.PlaceholderText))
        self._recent.addItem(item)

    @Slot(QPoint)
    def _on_menu(self, position: QPoint) -> None:
        if self._recent.itemAt(position) is not None:
            QMenu.exec([self._forget], self._recent.viewport().mapToGlobal(position))

    @Slot()
    def _on_forget(self) -> None:
        item = self._recent.currentItem()
        if item is not None:
            self._state.forget_project(item.data(Qt.ItemDataRole.UserRole))

    @Slot(QListWidgetItem)
    def _on_chosen(self, item: QListWidgetItem) -> None:
        if item.data(_IS_THERE_ROLE):
            self.project_requested.emit(item.data(Qt.ItemDataRole.UserRole))


class _ChoiceButton(QPushButton):
    """A button as large as what is laid out in it; a plain one does not ask its layout."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size that the texts need."""
        layout = self.layout()
        return super().sizeHint() if layout is None else layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the same: texts are not to be cut."""
        return self.sizeHint()
