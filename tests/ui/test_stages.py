"""The stages as they are: each gives the window what it asks of a page."""

import pytest

from app.paths import resource_path
from app.project.project import Project
from app.ui.main_window import MainWindow
from app.ui.stages import STAGES


@pytest.fixture
def real_window(qtbot, state, errors, tmp_path):
    state.set_project(Project.create(tmp_path / "gate"))
    window = MainWindow(state, errors)
    qtbot.addWidget(window, before_close_func=MainWindow.close_without_asking)
    window.resize(900, 600)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.key)
def test_a_stage_has_an_icon_and_says_why_it_needs_a_project(stage):
    assert resource_path("icons", f"{stage.icon}.svg").is_file()
    assert bool(stage.purpose) == stage.needs_project


@pytest.mark.parametrize("index", range(len(STAGES)), ids=lambda index: STAGES[index].key)
def test_a_stage_s_page_opens_on_a_small_screen_and_has_shortcuts(real_window, part_of, index):
    part_of(real_window, "stages").setCurrentIndex(index + 1)
    page = part_of(real_window, f"stage-{STAGES[index].key}").page
    assert page.isVisible()
    assert any(action.shortcuts() for action in page.actions_for_menu())
    assert (real_window.width(), real_window.height()) == (900, 600)


def test_no_shortcut_is_given_twice(real_window, part_of):
    # A stage's keys hold while it is in front: two stages may share one, the window may not.
    for index in range(len(STAGES)):
        part_of(real_window, "stages").setCurrentIndex(index + 1)
    titles = {stage.display_title for stage in STAGES}
    groups = real_window._menus.groups
    for shown in titles:
        keys = [
            key.toString()
            for title, actions in groups
            if title == shown or title not in titles
            for action in actions
            for key in action.shortcuts()
        ]
        assert sorted(keys) == sorted(set(keys))
