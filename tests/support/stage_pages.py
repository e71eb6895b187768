"""Small pages for the window's tabs: they keep what they were asked, and can run a job."""

import sys

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.ui.child_job import ChildJob
from app.ui.stages import Stage
from tests.support import echo_job


class SmallPage(QWidget):
    job_changed = Signal(object)

    def __init__(self, state, errors, parent=None):
        super().__init__(parent)
        self.asked = []
        self.job = None
        self.has_nothing_to_lose = False
        self.menu_action = QAction("Do &something…", self)
        self.menu_action.setShortcut("Ctrl+J")

    @property
    def is_busy(self):
        return self.job is not None and self.job.is_running and not self.has_nothing_to_lose

    def actions_for_menu(self):
        return [self.menu_action]

    def open_source(self, text):
        self.asked.append(text)

    def open_sample(self):
        self.asked.append("sample")

    def start_job(self, **config):
        self.job = ChildJob(
            "echo",
            config,
            self,
            command_for=lambda path: [sys.executable, echo_job.__file__, str(path)],
        )
        self.job.start()
        self.job_changed.emit(self.job)
        return self.job

    def shutdown(self):
        if self.job is not None:
            self.job.shutdown()


PAGE = f"{__name__}:SmallPage"
LABEL_STAGE = Stage("label", "Label", "tag", PAGE, needs_project=True, purpose="Draw boxes.")
COUNT_STAGE = Stage("count", "Count", "count", PAGE, needs_project=False)
