"""The resident child process that proposes boxes, as the Annotate tab sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.assist.errors import AssistError
from app.errors import AppError
from app.project.proposals import Proposal
from app.ui.child_job import ChildJob, JobOutcome


@dataclass(frozen=True)
class ProposingFolder:
    """Where pictures, labels and proposals of the open folder are.

    Attributes
    ----------
    images : Path
    labels : Path or None
        None: beside the pictures.
    coordinate_rule : str
        What the coordinates in the label files mean.
    activity : Path
        The activity file.
    classes : mapping of int to str
        The project's, by id; in a plain folder by place from 1.
    models_dir : Path or None
        The project's ``models/``.
    """

    images: Path
    labels: Path | None
    coordinate_rule: str
    activity: Path
    classes: Mapping[int, str]
    models_dir: Path | None = None

    def to_config(self) -> dict[str, Any]:
        """Return the fields as the job ``propose`` takes them."""
        return {
            "images": str(self.images),
            "labels": None if self.labels is None else str(self.labels),
            "coordinate_rule": self.coordinate_rule,
            "activity": str(self.activity),
            "classes": list(self.classes.items()),
            "models_dir": None if self.models_dir is None else str(self.models_dir),
        }


class ProposingChild(QObject):
    """Starts the child at the first question and keeps it for the next ones.

    Signals
    -------
    proposed(str, tuple)
        An image and its open proposals, as they are in the store now.
    job_changed(ChildJob | None)
        A folder is worked on; None when it is done.
    answered()
        Another picture is done, or none is waited for any more.
    told(str)
        A sentence for the person.
    failed(AppError)
    """

    proposed = Signal(str, object)
    job_changed = Signal(object)
    answered = Signal()
    told = Signal(str)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: ChildJob | None = None
        self._ending: list[ChildJob] = []
        self._waiting: set[str] = set()
        self._is_folder = False
        self._is_outdated = False

    @property
    def is_waiting(self) -> bool:
        """Whether the answer for a single picture is awaited."""
        return bool(self._waiting)

    @property
    def is_at_folder(self) -> bool:
        """Whether a folder is worked on."""
        return self._is_folder

    def ask(self, config: Mapping[str, Any], image: str, class_name: str) -> None:
        """Ask for one picture, before all that wait; `config` serves where a child must start."""
        self._end_if_outdated()
        self._waiting.add(image)
        self._send(config, [image], class_name, is_folder=False)

    def ask_folder(self, config: Mapping[str, Any], images: Sequence[str], class_name: str) -> None:
        """Ask for many pictures, one after the other."""
        self._end_if_outdated()
        self._send(config, images, class_name, is_folder=True)
        if not self._is_folder:
            self._is_folder = True
            self.job_changed.emit(self._job)

    def renew(self) -> None:
        """Let another child answer from the next question on that finds this one idle."""
        self._is_outdated = True

    def stop(self) -> None:
        """Let the child end; what it has found stays. The next question starts another one."""
        job, self._job = self._job, None
        if job is not None:
            self._ending.append(job)
            job.cancel()
        self._forget()

    def _end_if_outdated(self) -> None:
        if self._is_outdated and not self._waiting and not self._is_folder:
            self.stop()

    def shutdown(self) -> None:
        """End the child and wait until it is gone."""
        self.stop()
        for job in list(self._ending):
            job.shutdown()

    def _send(
        self, config: Mapping[str, Any], images: Sequence[str], class_name: str, *, is_folder: bool
    ) -> None:
        if self._job is None:
            self._is_outdated = False
            self._job = self._started(config)
        self._job.send(
            {
                "command": "propose",
                "pictures": list(images),
                "class_name": class_name,
                "is_folder": is_folder,
            }
        )

    def _started(self, config: Mapping[str, Any]) -> ChildJob:
        job = ChildJob("propose", dict(config), self)
        job.started.connect(self._on_started)
        job.event_received.connect(self._on_event)
        job.job_ended.connect(self._on_ended)
        job.start()
        return job

    @Slot(object)
    def _on_started(self, event: dict[str, Any]) -> None:
        if event["lacking"]:
            self.told.emit(
                self.tr("{0} also knows {1}, which the project lacks; these are left out.").format(
                    event["model"], _listed(event["lacking"])
                )
            )

    @Slot(object)
    def _on_event(self, event: dict[str, Any]) -> None:
        if self.sender() is not self._job:
            return  # it was told to end: another model or folder is in hand
        match event["event"]:
            case "proposed":
                self._waiting.discard(event["picture"])
                found = tuple(Proposal(**fields) for fields in event["proposals"])
                self.proposed.emit(event["picture"], found)
            case "skipped":
                self._waiting.discard(event["picture"])
                if not event["is_folder"]:  # those of a folder are told together
                    self.failed.emit(AppError.from_json(event))
            case "folder_done":
                self._on_folder_done(event)
        self.answered.emit()

    def _on_folder_done(self, event: dict[str, Any]) -> None:
        self._is_folder = False
        self.job_changed.emit(None)
        self.told.emit(
            self.tr("Looked at {0} pictures; {1} have proposals.").format(
                event["pictures"], event["with_proposals"]
            )
        )
        if event["skipped"]:
            self.failed.emit(
                AssistError(
                    "pictures-skipped",
                    self.tr("{0} pictures could not be read and were left out: {1}.").format(
                        event["skipped_count"], _listed(event["skipped"])
                    ),
                    self.tr("Open them one by one to see why."),
                )
            )

    @Slot(object)
    def _on_ended(self, outcome: JobOutcome) -> None:
        job = self.sender()
        if not isinstance(job, ChildJob):
            return
        job.deleteLater()
        if job in self._ending:
            self._ending.remove(job)  # how it ends is of no interest any more
        elif job is self._job:
            self._job = None
            self._forget()
            if outcome.error is not None:
                self.failed.emit(outcome.error)

    def _forget(self) -> None:
        self._waiting.clear()
        if self._is_folder:
            self._is_folder = False
            self.job_changed.emit(None)
        self.answered.emit()


def _listed(names: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(names[:most])
    return f"{shown}…" if len(names) > most else shown
