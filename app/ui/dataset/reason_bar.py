"""`ReasonBar`: the reasons with their counts; one of them, or all, is shown in the gallery."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QToolBar, QWidget

from app.ui.dataset.reason_words import group_title
from app.ui.dataset.review import GROUPS, Group


class ReasonBar(QToolBar):
    """A button for each reason that there are pictures of; what does not fit is in a menu.

    Signals
    -------
    chosen(object)
        The `Group` to show; None: all.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("clean-reasons")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._exclusive = QActionGroup(self)
        self._by_group: dict[Group | None, QAction] = {}
        for group in (None, *GROUPS):
            action = QAction(self)
            action.setObjectName(f"clean-reason-{group or 'all'}")
            action.setCheckable(True)
            action.setData(group)
            self._exclusive.addAction(action)
            self._by_group[group] = action
            self.addAction(action)
            self.widgetForAction(action).setObjectName(f"clean-reason-{group or 'all'}-button")
        self._by_group[None].setChecked(True)
        self._exclusive.triggered.connect(self._on_triggered)

    @property
    def group(self) -> Group | None:
        """The group that is chosen; None: all."""
        checked = self._exclusive.checkedAction()
        found: Group | None = checked.data() if checked is not None else None
        return found

    def show_counts(self, counts: Mapping[Group, int], total: int) -> None:
        """Show how many pictures are to be decided, for each reason and in all."""
        self._by_group[None].setText(self.tr("All {0}").format(total))
        for group in GROUPS:
            action, count = self._by_group[group], counts.get(group, 0)
            action.setText(f"{group_title(group)} {count}")
            action.setVisible(count > 0 or action.isChecked())

    def choose(self, group: Group | None) -> None:
        """Choose a group, as if it were clicked."""
        action = self._by_group[group]
        action.setVisible(True)
        action.trigger()

    @Slot()
    def choose_next(self) -> None:
        """Choose the reason to the right."""
        self._step(1)

    @Slot()
    def choose_previous(self) -> None:
        """Choose the reason to the left."""
        self._step(-1)

    def _step(self, step: int) -> None:
        shown = [action for action in self._exclusive.actions() if action.isVisible()]
        place = shown.index(self._by_group[self.group]) + step
        if 0 <= place < len(shown):
            shown[place].trigger()

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
