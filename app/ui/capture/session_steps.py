"""`SessionSteps`: plan and session of the tab, and everything that shows how far they are."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.capture.plan import CapturePlan
from app.capture.project_plan import colors_of, keep_plan, plan_of
from app.capture.shots import SavedPicture
from app.errors import AppError
from app.project.project import Project
from app.ui.app_state import AppState
from app.ui.capture.capture_actions import CaptureActions
from app.ui.capture.capture_view import CaptureView
from app.ui.capture.capturing import Capturing, SessionWish
from app.ui.capture.picture_strip import PictureStrip
from app.ui.capture.plan_dialog import PlanDialog
from app.ui.capture.preview import Preview
from app.ui.capture.shooting import Shooting
from app.ui.capture.side_panel import SidePanel


class SessionSteps(QObject):
    """Opens sessions, keeps the plan, and shows both.

    Signals
    -------
    completed()
        Whether the plan is complete may have changed.
    failed(AppError)
    """

    completed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        state: AppState,
        actions: CaptureActions,
        capturing: Capturing,
        preview: Preview,
        shooting: Shooting,
        side: SidePanel,
        strip: PictureStrip,
        view: CaptureView,
        tab: QWidget,
    ) -> None:
        super().__init__(tab)
        self._state, self._actions, self._tab = state, actions, tab
        self._capturing, self._preview, self._shooting = capturing, preview, shooting
        self._side, self._strip, self._view = side, strip, view
        self._plan = CapturePlan()
        self._colors: tuple[str, ...] = ()
        self._is_kept = False
        self._connect()
        self._on_project()
        self._on_timing()
        self._on_hands()

    def open(self, *, is_new: bool = False) -> None:
        """Go on with the session of the open source, or begin one."""
        project, info = self._state.project, self._preview.info
        if project is None or info is None:
            return
        picture_format = self._side.options.picture_format
        self._capturing.open(SessionWish(project, info, self._plan, picture_format, is_new))
        self._show_enabled()

    def _connect(self) -> None:
        actions, capturing, options = self._actions, self._capturing, self._side.options
        self._state.project_changed.connect(self._on_project)
        capturing.session_changed.connect(self._on_session)
        capturing.progress_changed.connect(self._show_progress)
        capturing.pictures_listed.connect(self._strip.pictures.show)
        capturing.seen.connect(self._strip.pictures.keep)
        capturing.saved.connect(self._on_saved)
        capturing.gone.connect(self._strip.pictures.remove)
        capturing.restored.connect(self._strip.pictures.add)
        options.timing_changed.connect(self._on_timing)
        options.format_changed.connect(self._on_format)
        options.hands_changed.connect(self._on_hands)
        self._side.rings.chosen.connect(capturing.jump)
        self._strip.selectionModel().selectionChanged.connect(self._show_enabled)
        actions.advance.toggled.connect(capturing.set_advances)
        actions.retake.triggered.connect(capturing.retake)
        actions.undo.triggered.connect(capturing.undo)
        actions.delete.triggered.connect(self._on_delete)
        actions.next_class.triggered.connect(self._on_next_class)
        actions.previous_class.triggered.connect(self._on_previous_class)
        actions.edit_plan.triggered.connect(self._on_edit_plan)

    # -- project and plan -------------------------------------------------------------------

    @Slot()
    def _on_project(self) -> None:
        project = self._state.project
        self._capturing.close()
        self._take_plan(self._read_plan(project) if project is not None else CapturePlan())
        self.open()

    def _read_plan(self, project: Project) -> CapturePlan:
        try:
            return plan_of(project)
        except AppError as error:
            self.failed.emit(error)
            return CapturePlan()

    def _take_plan(self, plan: CapturePlan) -> None:
        self._plan, self._is_kept = plan, False
        project = self._state.project
        if project is not None:
            self._colors = colors_of(project, plan)
            self._side.rings.show_classes(plan.class_names, self._colors)
        self._show_progress()

    @Slot()
    def _on_edit_plan(self) -> None:
        dialog = PlanDialog(self._plan, self._tab)
        if dialog.exec() and dialog.plan != self._plan:
            self.use_plan(dialog.plan)
        dialog.deleteLater()

    def use_plan(self, plan: CapturePlan) -> None:
        """Capture by another plan, in another session."""
        self._capturing.close()
        self._take_plan(plan)
        self._keep_plan()
        self._take_plan(plan)  # with the colours that new classes have got
        self.open()

    def _keep_plan(self) -> None:
        project = self._state.project
        if project is None or self._is_kept:
            return
        self._is_kept = True
        try:
            keep_plan(project, self._plan)
        except AppError as error:
            self.failed.emit(error)

    # -- session ----------------------------------------------------------------------------

    @Slot()
    def _on_session(self) -> None:
        run, info = self._capturing.run, self._preview.info
        if run is None:
            self._strip.pictures.show(())
        elif info is not None and not info.is_live:
            self._go_on_after_last()
        self._show_progress()

    def _go_on_after_last(self) -> None:
        """Play a file on from where the session stopped: no frame of it is taken twice."""
        run = self._capturing.run
        last = run.session.last_taken if run is not None else None
        self._shooting.trigger.begin_after(-1 if last is None else last.frame_index)
        if last is not None:
            self._preview.seek(last.frame_index + 1)

    @Slot(object)
    def _on_saved(self, picture: SavedPicture) -> None:
        self._strip.pictures.add(picture.path)
        self._keep_plan()

    @Slot()
    def _on_timing(self) -> None:
        trigger, options = self._shooting.trigger, self._side.options
        self._shooting.stop()
        trigger.countdown_s, trigger.interval_s = options.countdown_s, options.interval_s

    @Slot()
    def _on_format(self) -> None:
        self.open()

    @Slot()
    def _on_hands(self) -> None:
        use = self._side.options.hand_use
        self._capturing.set_hand_use(use)
        self._shooting.hands.switch(is_on=use != "off")
        self._view.show_hands(None)

    @Slot()
    def _on_delete(self) -> None:
        self._capturing.delete(self._strip.chosen)

    @Slot()
    def _on_next_class(self) -> None:
        self._step_class(1)

    @Slot()
    def _on_previous_class(self) -> None:
        self._step_class(-1)

    def _step_class(self, step: int) -> None:
        run = self._capturing.run
        if run is not None:
            self._capturing.jump(run.class_number + step)

    # -- showing ----------------------------------------------------------------------------

    @Slot()
    def _show_progress(self) -> None:
        run, plan = self._capturing.run, self._plan
        counts = run.counts() if run is not None else (0,) * len(plan.class_names)
        current = run.class_number if run is not None else 0
        if self._side.rings.rows:
            self._side.rings.show_counts(counts, plan.examples, current=current)
        done = sum(min(count, plan.examples) for count in counts)
        self._side.show_total(self.tr("{0} of {1}").format(done, plan.total))
        if run is None:
            self._view.show_progress("", "", "#000000")
        else:
            color = self._colors[current - 1]
            self._view.show_progress(run.text, plan.name_of(current), color)
        self._show_enabled()
        self.completed.emit()

    @Slot()
    def _show_enabled(self) -> None:
        run, actions = self._capturing.run, self._actions
        actions.delete.setEnabled(run is not None and bool(self._strip.chosen))
        actions.undo.setEnabled(run is not None and run.can_undo)
        actions.retake.setEnabled(run is not None)
        actions.new_session.setEnabled(self._preview.info is not None)
