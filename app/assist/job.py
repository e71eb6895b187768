"""The resident child-process job ``propose``: one model, asked again and again.

Commands: ``propose`` with ``pictures`` (POSIX paths relative to the images), ``class_name`` and
``is_folder``; ``stop_folder``. Single pictures come before those of a folder, the newest first.

Events: ``started`` (``model``, ``version``, ``lacking``), ``proposed`` (``picture``,
``proposals``), ``skipped`` (``picture``, ``is_folder`` and the error's fields), for a folder
``progress`` (``done``, ``total``, ``left_s``) and at its end ``folder_done`` (``pictures``,
``with_proposals``, ``skipped``: the first names, ``skipped_count``).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from app.annotation.errors import AnnotationError
from app.annotation.label_folder import LabelFolder
from app.assist.picture_proposing import PictureProposing
from app.assist.proposers import open_proposer
from app.errors import AppError
from app.imaging import ImageReadError
from app.jobs.channel import Channel
from app.project.activity import ActivityFile
from app.project.proposals import Proposal, ProposalStore

_MAX_NAMED = 20


def run(config: Mapping[str, Any], channel: Channel) -> dict[str, Any]:
    """Propose until cancelled, which is the only way to end it.

    Parameters
    ----------
    config : mapping
        ``images``, ``labels`` (None: beside the pictures), ``coordinate_rule``, ``activity``
        (path of the activity file), ``model``, ``models_dir`` (or None), ``classes`` (pairs of id
        and name), ``score`` (or None), ``takes_other_classes``.
    channel : Channel

    Raises
    ------
    JobCancelled
    AppError
        When the model does not open or has no class in common with the project.
    """
    classes = {int(class_id): str(name) for class_id, name in config["classes"]}
    labels, models_dir = config.get("labels"), config.get("models_dir")
    proposer = open_proposer(
        config["model"],
        classes=classes,
        models_dir=Path(models_dir) if models_dir else None,
        min_score=config.get("score"),
        takes_other_classes=bool(config.get("takes_other_classes", False)),
    )
    proposing = PictureProposing(
        proposer,
        LabelFolder(
            Path(config["images"]),
            Path(labels) if labels else None,
            coordinate_rule=config["coordinate_rule"],
        ),
        ProposalStore(ActivityFile(Path(config["activity"]))),
        classes,
    )
    channel.emit("started", model=proposer.name, version=proposer.version, lacking=proposer.lacking)
    try:
        _Desk(channel, proposing).run()
    finally:
        proposer.close()


class _Desk:
    """Takes commands in and works them off."""

    def __init__(self, channel: Channel, proposing: PictureProposing) -> None:
        self._channel, self._proposing = channel, proposing
        self._singles: list[tuple[str, str]] = []  # picture, class; the last one is next
        self._queue: deque[tuple[str, str]] = deque()
        self._run: _FolderRun | None = None

    def run(self) -> NoReturn:
        """Serve until cancelled."""
        while True:
            self._channel.cancel_token.raise_if_cancelled()
            for command in self._channel.poll_commands():
                self._obey(command)
            if self._singles:
                self._look_at(*self._singles.pop())
            elif self._run is not None:
                self._go_on(self._run)
            elif (awaited := self._channel.wait_command()) is not None:
                self._obey(awaited)

    def _obey(self, command: Mapping[str, Any]) -> None:
        match command["command"]:
            case "propose":
                class_name = str(command.get("class_name", ""))
                asked = [(str(picture), class_name) for picture in command["pictures"]]
                if command.get("is_folder"):
                    self._queue.extend(asked)
                    self._run = self._run or _FolderRun()
                    self._run.total += len(asked)
                else:
                    self._singles += reversed(asked)
            case "stop_folder":
                self._queue.clear()
            case unknown:  # the window is the only sender: a programmer's mistake
                raise ValueError(f"unknown command {unknown!r}")

    def _go_on(self, run: _FolderRun) -> None:
        if not self._queue:
            self._run = None
            self._channel.emit("folder_done", **run.report())
            return
        picture, class_name = self._queue.popleft()
        run.count(picture, self._look_at(picture, class_name, is_folder=True))
        self._channel.emit("progress", done=run.done, total=run.total, left_s=run.left_s())

    def _tell_skipped(self, picture: str, error: AppError, *, is_folder: bool) -> None:
        self._channel.emit("skipped", picture=picture, is_folder=is_folder, **error.to_json())

    def _look_at(
        self, picture: str, class_name: str, *, is_folder: bool = False
    ) -> tuple[Proposal, ...] | None:
        """Propose for one picture; one that can't be read is told and left out."""
        try:
            path = self._proposing.folder.images / picture
            found = self._proposing.propose(path, class_name=class_name)
        except (ImageReadError, AnnotationError) as error:
            self._tell_skipped(picture, error, is_folder=is_folder)
            return None
        except AppError as error:
            self._queue.clear()  # no fault of the picture: the next would fail the same way
            self._tell_skipped(picture, error, is_folder=False)
            return None
        self._channel.emit("proposed", picture=picture, proposals=[asdict(p) for p in found])
        return found


class _FolderRun:
    """How far a folder is."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self._with_proposals = 0
        self._skipped: list[str] = []
        self._start = time.monotonic()

    def count(self, picture: str, found: tuple[Proposal, ...] | None) -> None:
        self.done += 1
        if found is None:
            self._skipped.append(picture)
        self._with_proposals += bool(found)

    def left_s(self) -> float:
        return (time.monotonic() - self._start) * (self.total - self.done) / max(1, self.done)

    def report(self) -> dict[str, Any]:
        return {
            "pictures": self.done,
            "with_proposals": self._with_proposals,
            "skipped": self._skipped[:_MAX_NAMED],
            "skipped_count": len(self._skipped),
        }
