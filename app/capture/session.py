"""`CaptureSession`: the folder of one run of capturing, and what it knows of its pictures."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from app.annotation.errors import AnnotationError
from app.annotation.folder_lock import folder_lock
from app.capture.errors import CaptureError
from app.capture.plan import CapturePlan, PictureNumber, PlanProgress
from app.capture.source import SourceInfo
from app.errors import AppError
from app.files import atomic_write_text, partial_path, remove_quietly, write_error
from app.project.run_folder import new_run_folder
from app.project.scenes import source_key

SESSION_FILE = "session.json"
_LOCK_FILE = ".in-use"
_VERSION = 1
_ENDINGS = (".png", ".jpg", ".jpeg")
_JPEG_MAX_PX = 65_500  # libjpeg's, a side

PictureFormat = Literal["png", "jpg"]
PICTURE_FORMATS: tuple[PictureFormat, ...] = get_args(PictureFormat)


@dataclass(frozen=True)
class TakenPicture:
    """What a session knows of one picture.

    Attributes
    ----------
    class_name : str
    frame_index : int
        0-based position in the source.
    timestamp_s : float
        Of the frame, on the source's own clock.
    taken : str
        When, ISO 8601 with the offset from UTC.
    is_deleted : bool
        Whether the person put it in the trash.
    """

    class_name: str
    frame_index: int
    timestamp_s: float
    taken: str
    is_deleted: bool = False


class CaptureSession:
    """A folder of pictures ``c{class}_e{example}`` of one camera and plan, with `SESSION_FILE`.

    While it is open no other run, in this or another process, goes on with it. Each picture is
    written down before its file appears, so that after a kill no frame is taken twice; what is
    written down and has no file is forgotten when the session is opened again. For any thread.

    Attributes
    ----------
    folder : Path
    plan : CapturePlan
    picture_format : {"png", "jpg"}
    """

    def __init__(self, folder: Path, fields: dict[str, Any], lock: ExitStack) -> None:
        self.folder = folder
        self.plan = CapturePlan.from_json(fields["plan"])
        self.picture_format: PictureFormat = fields["format"]
        self._fields = fields
        self._lock = lock
        self._writing = threading.Lock()
        self._pictures = {
            str(name): TakenPicture(**taken) for name, taken in fields["pictures"].items()
        }

    @property
    def last_taken(self) -> TakenPicture | None:
        """The picture latest in the source, deleted ones too; None without any."""
        every = self._pictures.values()
        return max(every, key=lambda taken: taken.frame_index, default=None)

    def numbers(self) -> list[PictureNumber]:
        """Return the numbers of the picture files in the folder, whoever put them there."""
        return [number for number, _ in _numbered_files(self.folder)]

    def files_of(self, class_number: int) -> list[Path]:
        """Return the picture files of a class in the order of their numbers."""
        every = sorted(_numbered_files(self.folder))
        return [path for number, path in every if number.class_number == class_number]

    def files_of_number(self, number: PictureNumber) -> list[Path]:
        """Return the picture files of that number: one, none, or one of each ending."""
        paths = [self.folder / f"{number.stem}{ending}" for ending in _ENDINGS]
        return [path for path in paths if os.path.lexists(path)]

    def path_of(self, number: PictureNumber) -> Path:
        """Return where a new picture of that number goes."""
        return self.folder / f"{number.stem}.{self.picture_format}"

    def record(self, name: str, taken: TakenPicture) -> None:
        """Write down a picture that is about to be written, or that was deleted or came back.

        Raises
        ------
        app.files.FileWriteError
        """
        with self._writing:
            before = self._pictures.get(name)
            if before == taken:
                return
            self._pictures[name] = taken
            try:
                self._write()
            except AppError:
                self._pictures.pop(name)
                if before is not None:
                    self._pictures[name] = before
                raise

    def mark_deleted(self, name: str, *, is_deleted: bool) -> None:
        """Write down that a picture was deleted, or came back.

        Raises
        ------
        app.files.FileWriteError
        """
        known = self._pictures.get(name)
        if known is not None:
            self.record(name, replace(known, is_deleted=is_deleted))

    def close(self) -> None:
        """Let others go on with it; a session without any picture leaves no folder behind.

        When it ended is written down if the disk allows; nothing depends on it.
        """
        with self._writing, self._lock:
            if self._pictures or _numbered_files(self.folder):
                self._fields["runs"][-1]["ended"] = now()
                with suppress(AppError):
                    self._write()
            else:
                remove_quietly(self.folder / SESSION_FILE)
        if not (self.folder / SESSION_FILE).exists():
            _remove_if_empty(self.folder)

    def _write(self) -> None:
        # Neither asdict nor an indent: both take five times as long, and the preview waits.
        self._fields["pictures"] = {name: vars(each) for name, each in self._pictures.items()}
        text = json.dumps(self._fields, ensure_ascii=False)
        atomic_write_text(self.folder / SESSION_FILE, text + "\n")

    def _begin_run(self) -> None:
        self._fields["runs"].append({"started": now(), "ended": None})
        self._write()


def begin_session(
    images_folder: Path, source: SourceInfo, plan: CapturePlan, picture_format: PictureFormat
) -> CaptureSession:
    """Make the folder of a new session below `images_folder`, named after the time, and open it.

    Raises
    ------
    CaptureError
        ``picture-too-large``: JPEG has no such size.
    app.files.FileWriteError
    """
    if picture_format == "jpg" and max(source.width, source.height) > _JPEG_MAX_PX:
        size = f"{source.width}x{source.height}"
        raise CaptureError("picture-too-large", f"JPEG has no pictures of {size}.", "Choose PNG.")
    folder = new_run_folder(images_folder)
    fields = {
        "version": _VERSION,
        "started": now(),
        **_likeness(source, plan, picture_format, images_folder),
        "runs": [],
        "pictures": {},
    }
    try:
        session = CaptureSession(folder, fields, _locked(folder))
    except AppError:
        _remove_if_empty(folder)
        raise
    return _begun(session)


def continue_session(
    images_folder: Path,
    source: SourceInfo,
    plan: CapturePlan,
    picture_format: PictureFormat,
    *,
    on_problem: Callable[[AppError], None],
) -> CaptureSession | None:
    """Open the newest session begun like this that is not complete; None without one.

    One that another run is busy with is left alone.

    Parameters
    ----------
    images_folder : Path
    source : SourceInfo
    plan : CapturePlan
    picture_format : {"png", "jpg"}
    on_problem : callable
        Told of each session whose file can't be read; it is left as it is.

    Raises
    ------
    app.files.FileWriteError
    """
    wanted = _likeness(source, plan, picture_format, images_folder)
    for folder in _session_folders(images_folder):
        try:
            fields = _read(folder)
        except CaptureError as error:
            on_problem(error)
            continue
        is_alike = all(fields.get(key) == value for key, value in wanted.items())
        if is_alike and not _is_complete(folder, plan):
            session = _reopened(folder)
            if session is not None:
                return session
    return None


def now() -> str:
    """Return the time as it is written down, ISO 8601 with the offset from UTC."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def _reopened(folder: Path) -> CaptureSession | None:
    try:
        lock = _locked(folder)
    except AnnotationError:  # busy: another run goes on with it right now
        return None
    try:
        fields = _read(folder)  # again: it may have changed until it was ours
        _drop_what_was_not_written(folder, fields)
        session = CaptureSession(folder, fields, lock)
    except AppError:
        lock.close()
        raise
    return _begun(session)


def _begun(session: CaptureSession) -> CaptureSession:
    try:
        session._begin_run()
    except AppError:
        session._lock.close()
        _remove_if_empty(session.folder)
        raise
    return session


def _locked(folder: Path) -> ExitStack:
    with ExitStack() as stack:
        stack.enter_context(folder_lock(folder / _LOCK_FILE))
        return stack.pop_all()


def _likeness(
    source: SourceInfo, plan: CapturePlan, picture_format: PictureFormat, images_folder: Path
) -> dict[str, Any]:
    """Return what two runs must have in common to share a session."""
    return {
        "camera": source_key(source.uri, images_folder.parent.resolve()),
        "kind": source.kind,
        "width": source.width,
        "height": source.height,
        "fps": source.fps,
        "frames": source.frame_count,
        "format": picture_format,
        "plan": plan.to_json(),
    }


def _is_complete(folder: Path, plan: CapturePlan) -> bool:
    numbers = (number for number, _ in _numbered_files(folder))
    return PlanProgress(plan, numbers).is_complete


def _session_folders(images_folder: Path) -> list[Path]:
    """Return the folders of sessions, the newest first."""
    folders = sorted(_listed(images_folder), reverse=True)
    return [folder for folder in folders if (folder / SESSION_FILE).is_file()]


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []  # not made yet, or its disk was pulled out: writing will tell
    except OSError as error:
        raise write_error(folder, error) from error


def _read(folder: Path) -> dict[str, Any]:
    path = folder / SESSION_FILE
    try:
        fields: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if fields["version"] > _VERSION:
            raise _broken(path, "a newer Tallybox made it")
        CapturePlan.from_json(fields["plan"])
        pictures = {name: TakenPicture(**taken) for name, taken in fields["pictures"].items()}
        is_sound = fields["format"] in PICTURE_FORMATS and isinstance(fields["runs"], list)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, CaptureError) as error:
        raise _broken(path, "it can't be read", error) from error
    if not is_sound or any(type(each.frame_index) is not int for each in pictures.values()):
        raise _broken(path, "a field in it makes no sense")
    return fields


def _broken(path: Path, reason: str, error: Exception | None = None) -> CaptureError:
    return CaptureError(
        "session-broken",
        f"Can't go on with the session in {path.parent}: {reason} ({path.name}).",
        "Its pictures are untouched, and another session is begun.",
        detail=repr(error) if error is not None else "",
    )


def _drop_what_was_not_written(folder: Path, fields: dict[str, Any]) -> None:
    """Forget what a killed run had written down or begun and not finished."""
    fields["pictures"] = {
        name: taken
        for name, taken in fields["pictures"].items()
        if taken.get("is_deleted") or (folder / name).exists()
    }
    for name in (SESSION_FILE, *fields["pictures"]):
        remove_quietly(partial_path(folder / name))
    for path in folder.glob("c*_e*.partial"):
        if PictureNumber.of_stem(path.name.partition(".")[0]) is not None:
            remove_quietly(path)


def _numbered_files(folder: Path) -> list[tuple[PictureNumber, Path]]:
    found = []
    for path in _listed(folder):
        number = PictureNumber.of_stem(path.stem)
        if number is not None and path.suffix.lower() in _ENDINGS:
            found.append((number, path))
    return found


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # something is in it, or it is gone
