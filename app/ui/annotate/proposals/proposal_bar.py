"""`ProposalBar`: the slim bar above the canvas that proposes boxes and takes decisions on them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.assist.hand_card import HAND_NAME
from app.detection.registry import STARTER_NAME, list_models
from app.ui.annotate.proposals.assistant import Assistant
from app.ui.icons import icon
from app.ui.naming import named

_CHOOSE_FILE, _CHOOSE_FOLDER = object(), object()


class ProposalBar(QFrame):
    """Hidden while it is not used; open, it shows what the `Assistant` knows.

    Parameters
    ----------
    assistant : Assistant
    parent : QWidget or None

    Signals
    -------
    folder_requested()
        Propose in all pictures without labels: the tab knows which.
    opened(bool)
        Whether the bar was opened or closed.
    """

    folder_requested = Signal()
    opened = Signal(bool)

    def __init__(self, assistant: Assistant, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("proposal-bar")
        self._assistant = assistant
        self._models = named(QComboBox(self), "proposal-model")
        self._models.setToolTip(self.tr("Who proposes boxes"))
        self._models.setAccessibleName(self.tr("Who proposes boxes"))
        self._text = named(QLabel(self), "proposal-text", role="muted")
        self._propose = self._button(self.tr("Propose"), "proposal-propose", "assist")
        self._propose.setToolTip(self.tr("Propose boxes for this picture (P)"))
        self._more = self._more_button()
        self._accept = self._button(self.tr("Accept all"), "proposal-accept-all", "check")
        self._accept.setToolTip(self.tr("Make boxes of all proposals (Enter)"))
        self._reject = self._button(self.tr("Reject all"), "proposal-reject-all", "close")
        self._reject.setToolTip(
            self.tr("Drop all proposals (Shift+Del); this model does not make them again")
        )
        self._back = self._button(self.tr("Bring back"), "proposal-bring-back", "undo")
        self._back.setToolTip(self.tr("Show the rejected proposals again"))
        self._close = self._close_button()
        self.setProperty("role", "notice-bar")
        self._lay_out()
        self._connect()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether the bar is shown."""
        return not self.isHidden()

    def set_open(self, *, is_open: bool) -> None:
        """Show the bar, or hide it."""
        if is_open == self.is_open:
            return
        self.setVisible(is_open)
        if is_open:
            self._show_models()
            self._show_state()
        self.opened.emit(is_open)

    # -- building ---------------------------------------------------------------------------

    def _button(self, text: str, name: str, glyph: str) -> QPushButton:
        return named(QPushButton(icon(glyph), text, self), name)

    def _more_button(self) -> QToolButton:
        button = named(QToolButton(self), "proposal-more", role="flat")
        button.setIcon(icon("settings"))
        button.setToolTip(self.tr("More about proposing"))
        button.setAccessibleName(self.tr("More about proposing"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        self._all = self._action(
            self.tr("Propose in all pictures without labels"), "proposal-folder"
        )
        self._automatic = self._action(
            self.tr("Propose whenever a picture is opened"), "proposal-automatic", checkable=True
        )
        self._others = self._action(
            self.tr("Also classes that the project lacks"), "proposal-other-classes", checkable=True
        )
        menu.addActions([self._all, self._automatic, self._others])
        button.setMenu(menu)
        return button

    def _action(self, text: str, name: str, *, checkable: bool = False) -> QAction:
        action = QAction(text, self, checkable=checkable)
        action.setObjectName(name)
        return action

    def _close_button(self) -> QToolButton:
        button = named(QToolButton(self), "proposal-close", role="flat")
        button.setIcon(icon("close"))
        button.setToolTip(self.tr("Close the bar"))
        button.setAccessibleName(self.tr("Close the bar of proposals"))
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        for widget in (self._models, self._propose, self._more):
            row.addWidget(widget)
        # Words are the first to give way where the window is narrow; they are in the tip too.
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self._text, 1)
        for button in (self._accept, self._reject, self._back, self._close):
            row.addWidget(button)

    def _connect(self) -> None:
        assistant = self._assistant
        self._close.clicked.connect(self._on_close)
        self._models.activated.connect(self._on_model)
        self._propose.clicked.connect(assistant.propose_current)
        self._all.triggered.connect(self.folder_requested)
        self._automatic.toggled.connect(assistant.set_automatic)
        self._others.toggled.connect(assistant.set_takes_other_classes)
        self._accept.clicked.connect(assistant.accept_all)
        self._reject.clicked.connect(assistant.reject_all)
        self._back.clicked.connect(assistant.bring_back)
        assistant.state_changed.connect(self._show_state)

    # -- showing ----------------------------------------------------------------------------

    @Slot()
    def _on_close(self) -> None:
        self.set_open(is_open=False)

    def _show_models(self) -> None:
        """Fill the list: models may have been trained since it was last looked at."""
        folder = self._assistant.folder
        own = list_models(None if folder is None else folder.models_dir)
        self._models.clear()
        self._models.addItem(self.tr("Hand assistant"), HAND_NAME)
        for name in own:
            text = self.tr("Starter model") if name == STARTER_NAME else name
            self._models.addItem(text, name)
        chosen = self._assistant.model
        if self._models.findData(chosen) < 0:
            self._models.addItem(Path(chosen).name, chosen)
        self._models.insertSeparator(self._models.count())
        self._models.addItem(self.tr("Model file…"), _CHOOSE_FILE)
        self._models.addItem(self.tr("Model folder…"), _CHOOSE_FOLDER)
        self._models.setCurrentIndex(self._models.findData(chosen))

    @Slot(int)
    def _on_model(self, index: int) -> None:
        chosen = self._models.itemData(index)
        if chosen is _CHOOSE_FILE:
            kinds = self.tr("Models (*.tflite *.zip *.tar.gz)")
            chosen = QFileDialog.getOpenFileName(self, self.tr("Choose a model"), "", kinds)[0]
        elif chosen is _CHOOSE_FOLDER:
            chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a model folder"))
        if chosen:
            self._assistant.set_model(str(chosen))
        self._show_models()

    @Slot()
    def _show_state(self) -> None:
        assistant, proposals = self._assistant, self._assistant.proposals
        self._propose.setEnabled(assistant.folder is not None and not assistant.is_waiting)
        self._all.setEnabled(assistant.folder is not None and not assistant.is_at_folder)
        for button in (self._accept, self._reject):
            button.setVisible(bool(proposals))
        self._back.setVisible(assistant.can_bring_back and not proposals)
        self._text.setText(self._state_text(len(proposals)))
        self._text.setToolTip(self._told_by() if proposals else "")

    def _state_text(self, count: int) -> str:
        if self._assistant.is_waiting:
            return self.tr("Looking at the picture…")
        if not count:
            return self._nothing_text()
        if self._assistant.proposals[0].model != self._assistant.model:
            return self._told_by()
        return self._counted(count)  # the chooser beside it says by whom

    def _counted(self, count: int) -> str:
        return self.tr("1 proposal") if count == 1 else self.tr("{0} proposals").format(count)

    def _told_by(self) -> str:
        """Return how many proposals there are and whose they are."""
        proposals = self._assistant.proposals
        name, version = proposals[0].model, proposals[0].version
        if name == HAND_NAME:
            return self.tr("{0} by the hand assistant").format(self._counted(len(proposals)))
        return self.tr("{0} by {1}, version {2}").format(
            self._counted(len(proposals)), name, version
        )

    def _nothing_text(self) -> str:
        if self._assistant.can_bring_back:
            return self.tr("Rejected")
        return self.tr("Nothing found") if self._assistant.found_nothing else ""
