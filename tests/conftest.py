"""Every test: no screen, settings of its own, nothing left behind, no warning unheard."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_SCALE_FACTOR"] = "1"
os.environ["QT_FONT_DPI"] = "96"

REPOSITORY = Path(__file__).resolve().parent.parent
REFERENCE_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Return the folder of real videos and images that lies beside the checkout."""
    if not REFERENCE_DATA.is_dir():
        reason = "no ../shared/data beside the checkout"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return REFERENCE_DATA


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the person's own settings and recent projects out of the tests, and the other way."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("TALLYBOX_CONFIG_DIR", str(home / "tallybox"))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name))


@pytest.fixture(autouse=True)
def no_unexpected_warnings(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test whose code logged a warning; `caplog.clear()` says that it was expected."""
    yield
    records = [r for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    if records:
        lines = [f"{record.name}: {record.getMessage()}" for record in records]
        pytest.fail("Unexpected log messages:\n" + "\n".join(lines))


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a child process, a window or a QThread running."""
    threads_before = set(threading.enumerate())
    children_before = _child_pids()
    yield
    left = [
        *_threads_left(threads_before),
        *(f"child process {pid}: {_command(pid)}" for pid in _child_pids() - children_before),
        *_qt_left(),
    ]
    if left:
        pytest.fail("Left behind:\n" + "\n".join(left))


def _threads_left(before: set[threading.Thread]) -> list[str]:
    """Name the new threads that do not end within a second."""
    left = []
    for thread in set(threading.enumerate()) - before:
        if _is_of_python(thread):
            continue  # can't be joined
        thread.join(timeout=1)
        if thread.is_alive():
            left.append(f"thread {thread.name} ({type(thread).__name__})")
    return left


def _is_of_python(thread: threading.Thread) -> bool:
    """Whether the thread is the interpreter's view of a foreign one (a QThread's, a codec's)."""
    return isinstance(thread, threading._DummyThread)


def _child_pids() -> set[int]:
    """Return the process ids of our children: on Linux all, elsewhere multiprocessing's."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return {child.pid for child in multiprocessing.active_children() if child.pid}
    multiprocessing.active_children()  # collects those that have ended
    pids: set[int] = set()
    for children in tasks.glob("*/children"):
        try:
            pids.update(int(pid) for pid in children.read_text().split())
        except OSError:  # the thread ended meanwhile
            continue
    return {pid for pid in pids if "resource_tracker" not in _command(pid)}


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return "?"


def _qt_left() -> list[str]:
    """Name the windows still open and the QThreads still running."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    application = widgets.QApplication.instance() if widgets else None
    if application is None:
        return []
    core = sys.modules["PySide6.QtCore"]
    application.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
    left = [
        f"window {widget.objectName()!r} ({type(widget).__name__})"
        for widget in application.topLevelWidgets()
        if widget.isVisible()
    ]
    is_valid = sys.modules["shiboken6"].isValid
    # Through the collector: a thread need not have a parent.
    left += [
        f"QThread {thread.objectName()!r}"
        for thread in gc.get_objects()
        if isinstance(thread, core.QThread) and is_valid(thread) and thread.isRunning()
        if thread is not application.thread()
    ]
    return left
