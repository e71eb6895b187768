"""What one stage asks of another through the window."""

import cv2
import numpy as np
import pytest

from app.project.project import Project
from app.ui.main_window import MainWindow


@pytest.fixture
def window(qtbot, state, errors, tmp_path):
    project = Project.create(tmp_path / "gate")
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(project.images_folder / name), np.zeros((40, 60, 3), np.uint8))
    state.set_project(project)
    window = MainWindow(state, errors)
    qtbot.addWidget(window, before_close_func=MainWindow.close_without_asking)
    window.show()
    return window


def page_of(window, key):
    return window.show_stage(key)


def test_a_problem_of_the_export_leads_to_its_picture_in_annotate(window, state, qtbot):
    picture = state.project.images_folder / "b.png"
    page_of(window, "export").picture_requested.emit(picture)
    labeling = page_of(window, "annotate")._labeling
    qtbot.waitUntil(lambda: labeling.picture is not None and labeling.picture.path == picture)


def test_it_does_so_while_another_folder_is_labelled(window, state, tmp_path, qtbot):
    other = tmp_path / "other"
    other.mkdir()
    cv2.imwrite(str(other / "c.png"), np.zeros((40, 60, 3), np.uint8))
    window.annotate(other, (), None)
    labeling = page_of(window, "annotate")._labeling
    qtbot.waitUntil(lambda: labeling.picture is not None)
    picture = state.project.images_folder / "b.png"
    page_of(window, "export").picture_requested.emit(picture)
    qtbot.waitUntil(lambda: labeling.picture is not None and labeling.picture.path == picture)


def test_the_export_leads_to_the_split(window):
    page_of(window, "export").split_requested.emit()
    assert page_of(window, "dataset")._split.isVisible()
