"""`StatisticsSteps`: leads the open folder to the clock and the statistics page, and back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.annotation.label_folder import LabelFolder
from app.project.activity import ActivityFile, LabelingTime
from app.ui.annotate.annotate_actions import AnnotateActions
from app.ui.annotate.classes.class_book import ClassBook
from app.ui.annotate.labeling import Labeling
from app.ui.annotate.statistics.activity_clock import ActivityClock
from app.ui.annotate.statistics.statistics_page import StatisticsPage
from app.ui.annotate.statistics.statistics_work import StatisticsSource
from app.ui.error_presenter import ErrorPresenter


class StatisticsSteps(QObject):
    """Adds the page to the stack of the tab, and shows it while the action is checked.

    Parameters
    ----------
    actions : AnnotateActions
    labeling : Labeling
    book : ClassBook
    canvas : QWidget
        Time counts while it can be seen.
    stack : QStackedWidget
        Where the page takes the place of the pictures.
    errors : ErrorPresenter
    """

    def __init__(
        self,
        actions: AnnotateActions,
        labeling: Labeling,
        book: ClassBook,
        canvas: QWidget,
        stack: QStackedWidget,
        errors: ErrorPresenter,
    ) -> None:
        super().__init__(stack)
        self._action, self._labeling, self._book = actions.statistics, labeling, book
        of_folder = (actions.statistics, actions.open_folder, actions.label_folder)
        exchange = (actions.import_labels, actions.export_labels)
        self._picture_actions = [
            action for action in actions.all if action not in (*of_folder, *exchange)
        ]
        self._switched_off: list[QAction] = []
        self._canvas, self._stack = canvas, stack
        self._before: QWidget | None = None  # what the page took the place of
        self._folder: LabelFolder | None = None
        self._clock = ActivityClock(canvas, parent=self)
        self._page = StatisticsPage(stack)
        stack.addWidget(self._page)
        self._connect(errors)

    def open_folder(self, folder: LabelFolder | None, activity: Path | None) -> None:
        """Count another folder.

        Parameters
        ----------
        folder : LabelFolder or None
        activity : Path or None
            Its activity file.
        """
        if folder is self._folder:
            return
        self._folder = folder
        self._action.setChecked(False)
        time = LabelingTime(ActivityFile(activity)) if activity is not None else None
        self._clock.open(time)
        self._page.show_source(StatisticsSource(folder, time) if folder is not None else None)
        self._count_picture()

    def stop(self) -> None:
        """Write the last seconds and wait for the threads; the window closes."""
        self._clock.stop()
        self._page.stop()

    def _connect(self, errors: ErrorPresenter) -> None:
        self._action.toggled.connect(self._on_toggled)
        self._stack.currentChanged.connect(self._on_stack)
        self._labeling.picture_changed.connect(self._count_picture)
        self._clock.problem.connect(errors.report)
        self._clock.written.connect(self._page.refresh_times)
        self._page.back_requested.connect(self._back)
        self._page.picture_requested.connect(self._go_to)
        self._page.told.connect(errors.notify)
        self._page.failed.connect(errors.report)

    @Slot(bool)
    def _on_toggled(self, is_wanted: bool) -> None:
        if is_wanted:
            self._show_page()
        else:
            self._leave_page()

    def _show_page(self) -> None:
        self._labeling.save()
        self._clock.pause()
        self._page.set_colors(self._book.color_of)
        self._before = self._stack.currentWidget()
        self._stack.setCurrentWidget(self._page)
        self._page.setFocus()
        # Nobody should change a picture without seeing it.
        self._switched_off = [action for action in self._picture_actions if action.isEnabled()]
        for action in self._switched_off:
            action.setEnabled(False)

    def _leave_page(self) -> None:
        for action in self._switched_off:
            action.setEnabled(True)
        self._switched_off = []
        if self._stack.currentWidget() is self._page and self._before is not None:
            self._stack.setCurrentWidget(self._before)
            self._canvas.setFocus()

    @Slot()
    def _on_stack(self) -> None:
        """Follow the tab, which shows the pictures of another folder by itself."""
        self._action.setChecked(self._stack.currentWidget() is self._page)

    @Slot()
    def _count_picture(self) -> None:
        path, folder = self._labeling.path, self._folder
        if path is None or folder is None or folder is not self._labeling.folder:
            self._clock.show_image("")
        else:
            self._clock.show_image(path.relative_to(folder.images).as_posix())

    @Slot()
    def _back(self) -> None:
        self._action.setChecked(False)

    @Slot(object)
    def _go_to(self, picture: Path) -> None:
        self._action.setChecked(False)
        self._labeling.go_to(picture)
