"""The window's shared state: signals on change only, kept between starts."""

from app.project.project import Project
from app.project.settings import settings_file
from app.ui.app_state import AppState, window_settings


def test_signals_come_only_on_change(qtbot, state, project):
    with qtbot.waitSignals([state.project_changed, state.recent_projects_changed]):
        state.set_project(project)
    with qtbot.assertNotEmitted(state.project_changed):
        state.set_project(project)
    with qtbot.assertNotEmitted(state.recent_projects_changed):
        state.set_project(None)
        state.set_project(project)
    with qtbot.waitSignal(state.theme_changed):
        state.set_theme("dark")
    with qtbot.assertNotEmitted(state.theme_changed):
        state.set_theme("dark")


def test_the_newest_project_comes_first_and_all_are_kept(state, project, tmp_path):
    other = Project.create(tmp_path / "bridge")
    state.set_project(project)
    state.set_project(other)
    assert list(state.recent_projects) == [other.folder, project.folder]
    state.set_project(project)
    again = AppState(window_settings())
    assert list(again.recent_projects) == [project.folder, other.folder]
    assert again.project is None


def test_settings_that_can_not_be_written_do_not_stop_anybody(state, project, caplog):
    settings_file().mkdir(parents=True)
    state.set_project(project)
    assert state.project is project
    assert "Can't keep the settings" in caplog.text
    caplog.clear()
