"""The application as a process: it appears light, and ends when it is told to."""

import signal
import subprocess
import sys

import pytest

# Runs the application as it is, and says when its event loop has begun.
_CHILD = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

start_loop = QApplication.exec
def exec_and_say(application):
    QTimer.singleShot(0, lambda: print("open", *sorted(sys.modules), flush=True))
    return start_loop()
QApplication.exec = exec_and_say

from app.__main__ import main
sys.exit(main([]))
"""


@pytest.fixture
def application_process():
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _CHILD],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_the_window_opens_without_the_heavy_libraries(application_process):
    word, *modules = application_process.stdout.readline().split()
    assert word == "open"
    heavy = {"tensorflow", "dlib", "cv2", "pyqtgraph", "numpy", "pandas", "scipy"}
    assert heavy.isdisjoint(modules)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_window_closes_when_the_terminal_asks(application_process, number):
    assert application_process.stdout.readline().startswith("open")
    application_process.send_signal(number)
    _, messages = application_process.communicate(timeout=30)
    assert application_process.returncode == 0
    assert messages == ""
