"""PySide6 6.12.0 on Python < 3.12 aborts after some hundred signals; the pin keeps it out."""

from __future__ import annotations

import subprocess
import sys

SOURCE = """
from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

class Counter(QObject):
    told = Signal(bool, object)
    count = 0

    @Slot(bool, object)
    def take(self, flag, nothing):
        self.count += 1

application = QCoreApplication([])
counter = Counter()
counter.told.connect(counter.take)
for _ in range(5000):
    counter.told.emit(True, None)
assert counter.count == 5000
"""


def test_five_thousand_signals_arrive_and_the_process_lives():
    shown = subprocess.run(
        [sys.executable, "-c", SOURCE], capture_output=True, text=True, timeout=120, check=False
    )
    assert (shown.returncode, shown.stderr) == (0, "")
