"""The Count tab: joins the picture, the panels and the counting job."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.counting.geometries import Scene, default_scene
from app.errors import AppError
from app.pipeline.sample import sample_settings
from app.pipeline.settings import CountSettings
from app.ui.app_state import AppState
from app.ui.child_job import JobOutcome
from app.ui.control_keys import ControlKeys
from app.ui.count.count_actions import CountActions
from app.ui.count.count_run import CountRun
from app.ui.count.geometry_editor import GeometryEditor
from app.ui.count.kept_settings import KeptSettings
from app.ui.count.overlay import OverlayBuilder
from app.ui.count.picture_stage import PictureStage
from app.ui.count.playback import Playback
from app.ui.count.results_panel import ResultsPanel
from app.ui.count.saving import Saving
from app.ui.count.scene_panel import ScenePanel
from app.ui.count.settings_panel import SettingsPanel
from app.ui.count.video_view import VideoView
from app.ui.error_presenter import ErrorPresenter
from app.ui.naming import named
from app.ui.source_panel import SourcePanel

SCENE_SETTLE_MS = 150  # arrow keys repeat 30 times a second; each scene begins the count anew
SIDE_WIDTH_PX = 392
_SPLITTER_KEY = "count/splitter"


class CountTab(QWidget):
    """Opens a source, shows it being counted, and passes on what the person changes.

    Signals
    -------
    job_changed(ChildJob | None)
        Another counting job, or none, is at work.
    """

    job_changed = Signal(object)

    def __init__(
        self, state: AppState, errors: ErrorPresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("count-tab")
        self._state = state
        self._errors = errors
        self._settings = KeptSettings(state, errors, self)
        self._model_name = ""
        self._since: dict[str, Any] | None = None
        self._is_recording = False
        self._is_live = False

        self._actions = CountActions(self)
        self._editor = GeometryEditor(default_scene(), self)
        self._overlays = OverlayBuilder()
        self._view = VideoView(self._editor)
        self._stage = PictureStage(self._view, self._actions)
        self._sources = SourcePanel(self._actions, self.tr("Count what a camera sees"), self)
        self._panel = SettingsPanel()
        self._results = ResultsPanel(ScenePanel(self._editor), self._panel)
        self._saving = Saving(self, errors)
        self._run = CountRun(self)
        self._playback = Playback(self._run, self._actions, self._stage.transport, self)
        self._scene_timer = QTimer(self, singleShot=True, interval=SCENE_SETTLE_MS)
        self._lay_out()
        self._connect_job()
        self._connect_widgets()
        self._connect_actions()
        for widget in (self, self._stage):  # the stage is a window of its own on the full screen
            widget.addActions(self._actions.all)
        self._control_keys = ControlKeys(self)
        self._control_keys.install_on(self)
        self._show_project()
        self._show_picture(is_shown=False)
        self._show_closed()

    # What the window asks for.

    @Slot(str)
    def open_source(self, text: str) -> None:
        """Count in a source: a path, a camera number, an address."""
        self._open(self._settings.recall(text))

    @Slot()
    def open_sample(self) -> None:
        """Count in the sample that comes with Tallybox."""
        self._open(sample_settings())

    @property
    def is_busy(self) -> bool:
        """Whether closing would lose something: a file can be counted again at any time."""
        return self._run.job is not None and (self._is_recording or self._is_live)

    def actions_for_menu(self) -> list[QAction]:
        """Return what goes into the tab's menu and onto the shortcuts page."""
        return self._actions.for_menu

    def shutdown(self) -> None:
        """Stop the job and wait for it; the window closes."""
        self._leave_full_screen()
        self._state.settings.setValue(_SPLITTER_KEY, self._splitter.saveState())
        self._settings.keep()
        self._run.shutdown()
        self._results.close_spool()

    # Building.

    def _lay_out(self) -> None:
        side = self._results
        side.setMinimumWidth(360)
        self._splitter = named(QSplitter(Qt.Orientation.Horizontal, self), "count-splitter")
        self._splitter.addWidget(self._stage)
        self._splitter.addWidget(side)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(9)
        self._splitter.setStretchFactor(0, 1)
        kept = self._state.settings.value(_SPLITTER_KEY)
        if not (isinstance(kept, QByteArray) and self._splitter.restoreState(kept)):
            self._splitter.setSizes([1200, SIDE_WIDTH_PX])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self._sources)
        layout.addWidget(self._splitter, 1)

    def _connect_job(self) -> None:
        self._run.job_changed.connect(self.job_changed)
        self._run.started.connect(self._on_started)
        self._run.frame_available.connect(self._on_frame)
        self._run.notice_received.connect(self._on_notice)
        self._run.event_received.connect(self._on_event)
        self._run.ended.connect(self._on_ended)

    def _connect_widgets(self) -> None:
        self._state.project_changed.connect(self._show_project)
        self._sources.source_chosen.connect(self.open_source)
        self._stage.empty.camera_chosen.connect(self.open_source)
        self._stage.empty.sample_requested.connect(self.open_sample)
        self._stage.full_screen_left.connect(self._leave_full_screen)
        self._stage.suggestion.applied.connect(self._panel.apply_suggestion)
        self._playback.playing_changed.connect(self._view.show_playing)
        self._view.space_tapped.connect(self._on_play)
        self._results.recount_requested.connect(self._on_recount)
        self._results.jump_requested.connect(self._playback.look_at)
        self._panel.model_chosen.connect(self._on_model)
        self._panel.settings_changed.connect(self._on_settings)
        self._panel.tracker_chosen.connect(self._on_tracker)
        self._editor.scene_changed.connect(self._on_scene)
        self._editor.tool_changed.connect(self._actions.show_tool)
        self._editor.refused.connect(self._on_refused)
        self._scene_timer.timeout.connect(self._send_scene)

    def _connect_actions(self) -> None:
        actions = self._actions
        actions.close_source.triggered.connect(self._run.close)
        actions.play.triggered.connect(self._on_play)
        actions.recount.triggered.connect(self._on_recount)
        actions.tools.triggered.connect(self._on_tool_action)
        actions.undo.triggered.connect(self._editor.undo)
        actions.redo.triggered.connect(self._editor.redo)
        actions.fit.triggered.connect(self._view.fit)
        actions.actual_size.triggered.connect(self._view.show_actual_pixels)
        actions.zoom_in.triggered.connect(self._view.zoom_in)
        actions.zoom_out.triggered.connect(self._view.zoom_out)
        actions.full_screen.triggered.connect(self._on_full_screen)
        actions.overlay_changed.connect(self._view.set_options)
        actions.record.triggered.connect(self._on_record)
        actions.save_csv.triggered.connect(self._on_save_csv)
        actions.save_json.triggered.connect(self._on_save_json)
        actions.save_picture.triggered.connect(self._on_save_picture)

    # Opening and closing.

    def _open(self, settings: CountSettings) -> None:
        self._errors.clear()
        self._settings.load(settings)
        self._editor.load(settings.scene)
        self._panel.show_settings(settings)
        self._sources.show_source(settings.source, details="")
        project = self._state.project
        self._saving.set_source(settings.source, None if project is None else project.counts_folder)
        self._stage.suggestion.hide()
        self._results.clear()
        self._show_closed()
        self._playback.clear()
        self._actions.close_source.setEnabled(True)
        self._view.show_message(self.tr("Opening…"))
        self._show_picture(is_shown=True)
        self._run.open(settings)

    def _show_picture(self, *, is_shown: bool) -> None:
        """Show everything round the picture, or only how to get one."""
        self._stage.show_picture(is_shown=is_shown)
        self._sources.setVisible(is_shown)
        self._results.setVisible(is_shown)

    def _show_closed(self) -> None:
        self._actions.set_source_open(is_open=False, is_live=False)
        self._playback.show_playing(is_playing=False)
        self._show_recording(is_recording=False)
        self._refresh_undo()

    @Slot()
    def _show_project(self) -> None:
        project = self._state.project
        packages = [] if project is None else sorted(project.models_folder.glob("*/*/model.json"))
        self._panel.show_models([path.parent for path in packages])

    # What the job tells.

    @Slot(object)
    def _on_started(self, started: dict[str, Any]) -> None:
        source = started["source"]
        is_live = source["kind"] in ("camera", "stream")
        width, height, fps = source["width"], source["height"], source["fps"]
        self._model_name = started["model"]
        self._editor.set_picture_size(width, height)
        self._overlays.start({int(key): name for key, name in started["classes"].items()})
        self._panel.show_started(started)
        self._is_live = self._results.is_live = is_live
        self._results.show_scene(self._editor.scene, width=width, height=height)
        self._playback.start(frame_count=source["frame_count"], fps=fps, is_live=is_live)
        details = f"{width} × {height}" + ("" if is_live else f" · {fps:.4g} fps")
        assert self._settings.current is not None
        self._sources.show_source(self._settings.current.source, details=details)
        self._actions.set_source_open(is_open=True, is_live=is_live)
        self._view.fit()
        self._view.setFocus()

    @Slot()
    def _on_frame(self) -> None:
        job = self._run.job
        frame = None if job is None else job.take_frame()
        if frame is None:
            return
        fields = frame.fields
        if fields["since"] != self._since:  # after a seek, trails would leap
            self._since = fields["since"]
            self._overlays.forget_trails()
        overlay = self._overlays.build(fields)
        self._view.show_frame(frame.image, overlay)
        self._playback.show_position(
            frame_index=fields["frame_index"], timestamp_s=fields["timestamp_s"]
        )
        self._results.show_frame(fields, frame.crossings, frame.image, overlay)
        if overlay.marks and self._stage.suggestion.isVisible():
            self._stage.suggestion.hide()
        if overlay.is_recording != self._is_recording:
            self._show_recording(is_recording=overlay.is_recording)

    @Slot(object)
    def _on_notice(self, notice: dict[str, Any]) -> None:
        match notice.get("code"):
            case "nothing-detected":
                self._stage.suggestion.suggest(notice)
            case "stream-lost" | "stream-back" as code:
                self._view.show_lost(is_lost=code == "stream-lost")
                self._errors.notify(notice["message"], notice.get("hint", ""))
            case "source-ended":
                self._playback.show_end()
                if notice.get("hint"):
                    self._errors.notify(notice["message"], notice["hint"])
            case "recording-saved":
                self._show_recording(is_recording=False)
                self._errors.notify(notice["message"])
            case _ if "detail" in notice:
                self._errors.report(AppError.from_json(notice))
            case _:
                self._errors.notify(notice.get("message", ""), notice.get("hint", ""))

    @Slot(object)
    def _on_event(self, event: dict[str, Any]) -> None:
        if event["event"] == "settings_changed":
            self._panel.show_in_force(event)

    @Slot(object)
    def _on_ended(self, outcome: JobOutcome) -> None:
        self._settings.keep()
        self._show_closed()
        if outcome.error is not None:
            self._errors.report(outcome.error)
        if outcome.error is None or not self._results.has_results:
            self._view.clear()
            self._show_picture(is_shown=False)
        else:  # what was counted so far can still be looked at and saved; Play opens it again
            self._actions.set_interrupted()

    # Playback.

    @Slot()
    def _on_play(self) -> None:
        if self._run.job is not None:
            self._playback.toggle()
        elif self._settings.current is not None:  # counting broke off: open the source again
            self._open(self._settings.current)

    @Slot()
    def _on_recount(self) -> None:
        self._results.events.clear()
        self._playback.recount()

    # Scene and settings.

    @Slot(object)
    def _on_scene(self, scene: Scene) -> None:
        self._settings.change(scene=scene)
        width, height = self._editor.picture_size
        self._results.show_scene(scene, width=width, height=height)
        self._refresh_undo()
        self._scene_timer.start()

    @Slot()
    def _send_scene(self) -> None:
        self._run.send("scene", scene=self._editor.scene.to_json())

    @Slot(object)
    def _on_settings(self, values: dict[str, Any]) -> None:
        every = values["detect_every"]
        self._settings.change(
            class_names=tuple(values["class_names"]),
            score=values["score"],
            detect_every=None if every == "auto" else every,
            merge_kindred=values["merge_kindred"],
        )
        self._stage.suggestion.hide()
        self._run.send("settings", **values)

    @Slot(str)
    def _on_tracker(self, tracker: str) -> None:
        self._settings.change(tracker=tracker)
        self._run.send("tracker", tracker=tracker)

    @Slot(str)
    def _on_model(self, model: str) -> None:
        # Classes and score of one model mean nothing to another.
        self._settings.change(model=model, class_names=None, score=None)
        if self._settings.current is not None:
            self._open(self._settings.current)

    def _refresh_undo(self) -> None:
        self._actions.undo.setEnabled(self._editor.can_undo)
        self._actions.redo.setEnabled(self._editor.can_redo)

    @Slot(QAction)
    def _on_tool_action(self, action: QAction) -> None:
        self._editor.set_tool(action.data())
        self._view.setFocus()

    @Slot(str)
    def _on_refused(self, message: str) -> None:
        self._errors.notify(message)

    # Full screen, recording, saving.

    @Slot(bool)
    def _on_full_screen(self, is_wanted: bool) -> None:
        if is_wanted:
            self._stage.fill_screen()
        else:
            self._leave_full_screen()

    @Slot()
    def _leave_full_screen(self) -> None:
        self._actions.full_screen.setChecked(False)
        if self._stage.parent() is None:
            self._splitter.insertWidget(0, self._stage)
            self._splitter.setStretchFactor(0, 1)
            self._view.setFocus()

    def _show_recording(self, *, is_recording: bool) -> None:
        self._is_recording = is_recording
        self._actions.show_recording(is_recording=is_recording)
        self._view.show_recording(is_recording=is_recording)

    @Slot()
    def _on_record(self) -> None:
        if self._is_recording:
            self._run.send("stop_recording")
            self._actions.show_recording(is_recording=True)  # until the file is complete
            return
        self._actions.show_recording(is_recording=False)  # not before the first frame is written
        path = self._saving.ask_video()
        if path is not None:
            self._run.send("record", output=str(path), exists_ok=path.exists())

    @Slot()
    def _on_save_csv(self) -> None:
        self._saving.save_events(self._results.events.spool.lines())

    @Slot()
    def _on_save_json(self) -> None:
        settings = self._settings.current
        if self._results.has_results and settings is not None:
            self._saving.save_totals(
                self._results.summary(source=settings.source, model=self._model_name)
            )

    @Slot()
    def _on_save_picture(self) -> None:
        if not self._view.image.isNull():
            self._saving.save_picture(self._view.rendered_picture())
