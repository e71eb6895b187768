"""An Export tab on a project of its own, and somebody who uses it."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt

from app.project.project import Project
from app.ui.export.export_tab import ExportTab
from tests.dataset.export_projects import project_with

WAIT_MS = 30_000
SAMPLE = Path(__file__).parents[3] / "sample_data" / "gestures"


class Person:
    """Somebody at the tab: everything goes by its controls."""

    def __init__(self, tab, qtbot):
        self.tab, self._qtbot = tab, qtbot
        self.pictures, self.splits, self.jobs = [], [], []
        tab.picture_requested.connect(self.pictures.append)
        tab.split_requested.connect(lambda: self.splits.append(True))
        tab.job_changed.connect(self.jobs.append)

    def part(self, name):
        found = self.tab.findChild(QObject, name)
        assert found is not None, f"the tab has no {name}"
        return found

    def has(self, name):
        part = self.tab.findChild(QObject, name)
        return part is not None and part.isVisible()

    def press(self, name):
        button = self.part(name)
        assert button.isVisible(), name
        assert button.isEnabled(), name
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def says(self, name):
        return self.part(name).text()

    def until(self, condition):
        self._qtbot.waitUntil(condition, timeout=WAIT_MS)

    def wait(self):
        """Wait until nothing is under way any more."""
        tab = self.tab
        self.until(lambda: not tab._exporting.doing and tab._exporting.job is None)
        self.until(lambda: tab._shelf.is_idle and tab._parts.preview.browsing.is_idle)

    def export(self, name=""):
        if name:
            self.part("export-name").setText(name)
        self.press("export-start-button")
        self.wait()


@pytest.fixture
def sample(tmp_path):
    """Return the gestures that come with Tallybox, as a project that can be changed."""
    return Project.open(shutil.copytree(SAMPLE, tmp_path / "gestures"))


@pytest.fixture
def painted(tmp_path):
    """Return 10 painted pictures with two boxes each, split 7 to 3."""
    return project_with(tmp_path / "painted", 10)


@pytest.fixture
def reported(errors):
    """Return the errors that were shown."""
    found = []
    errors.error_reported.connect(found.append)
    return found


@pytest.fixture
def open_tab(qtbot, state, errors, reported):
    """Return a function that opens the tab on a project."""

    def make(project):
        state.set_project(project)
        tab = ExportTab(state, errors)
        qtbot.addWidget(tab, before_close_func=ExportTab.shutdown)
        tab.resize(1200, 700)
        with qtbot.waitActive(tab, timeout=10_000):
            tab.show()
            tab.activateWindow()
        person = Person(tab, qtbot)
        person.wait()
        return person

    return make
