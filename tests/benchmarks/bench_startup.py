"""From starting the process to the first painted window: what a person waits."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

GOAL_S = 1.5
RUN_COUNT = 5

# Runs the application as it is, but ends it when its window has been painted, and says when.
_CHILD = """
import sys, time
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            QTimer.singleShot(0, self.on_painted)
        return False

    def on_painted(self):
        heavy = [name for name in ("tensorflow", "dlib", "cv2", "pyqtgraph") if name in sys.modules]
        print(time.time(), *heavy, flush=True)
        QCoreApplication.exit(0)

start_loop = QApplication.exec
def exec_until_painted(application):
    first_paint = FirstPaint()
    application.installEventFilter(first_paint)
    return start_loop()
QApplication.exec = exec_until_painted

from app.__main__ import main
sys.exit(main([]))
"""
_EMPTY_WINDOW = """
import time
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
QMainWindow().show()
application.processEvents()
print(time.time(), flush=True)
"""


def run():
    seconds = statistics.median(_seconds(_CHILD) for _ in range(RUN_COUNT))
    empty_s = statistics.median(_seconds(_EMPTY_WINDOW) for _ in range(RUN_COUNT))
    return [
        {
            "name": "window painted after process start",
            "value": seconds,
            "unit": "s",
            "baseline": empty_s,  # Python, Qt and a window with nothing in it
            "goal": f"<= {GOAL_S} s",
            "ok": seconds <= GOAL_S,
        }
    ]


def _seconds(code):
    with tempfile.TemporaryDirectory() as folder:
        environment = {"QT_QPA_PLATFORM": "offscreen"} | os.environ
        environment["TALLYBOX_CONFIG_DIR"] = folder
        started = time.time()
        done = subprocess.run(
            [sys.executable, "-P", "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    painted, *heavy = done.stdout.split()
    if heavy:
        raise RuntimeError(f"loaded before the window was shown: {heavy}")
    return float(painted) - started
