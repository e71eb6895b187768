"""The window: tabs, projects, drops, jobs, closing."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

from app.ui.app_state import AppState, window_settings
from app.ui.main_window import MainWindow
from app.ui.new_project_dialog import NewProjectDialog
from app.ui.stages import STAGES
from tests.support.stage_pages import COUNT_STAGE

TIMEOUT_MS = 30_000


def show_tab(window, part, title):
    part("stages").setCurrentIndex(window.tab_titles().index(title))
    return part(f"stage-{title.lower()}")


def test_the_tabs_are_the_stages_in_order(window):
    assert window.tab_titles() == ["Start", "Label", "Count"]
    titles = [stage.title for stage in STAGES]  # those that exist so far
    assert titles == ["Capture", "Annotate", "Dataset", "Export", "Count"]


def test_a_page_is_made_when_it_is_first_looked_at(window, part):
    frame = part("stage-count")
    assert frame.page is None
    show_tab(window, part, "Count")
    page = frame.page
    show_tab(window, part, "Label")
    show_tab(window, part, "Count")
    assert frame.page is page
    assert page.isVisible()


def test_a_stage_that_needs_a_project_says_what_to_do(window, part, state, project):
    frame = show_tab(window, part, "Label")
    assert frame.page is None
    assert part("label-needs-project").isVisible()
    assert part("label-new-project").isVisible()
    state.set_project(project)
    assert frame.page.isVisible()
    assert not part("label-needs-project").isVisible()
    state.set_project(None)
    assert part("label-needs-project").isVisible()


def test_next_leads_to_the_following_stage_and_the_last_has_none(qtbot, window, part):
    show_tab(window, part, "Label")
    button = part("label-next")
    assert button.text() == "Next: Count"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert part("stages").currentWidget() is part("stage-count")
    assert window.findChild(object, "count-next") is None


def test_the_title_names_the_project_and_the_stage(window, part, state, project):
    assert window.windowTitle() == "Tallybox"
    state.set_project(project)
    show_tab(window, part, "Count")
    assert window.windowTitle() == "Street corner · Count — Tallybox"


def test_the_stage_in_front_has_its_menu_before_help(window, part):
    def titles():
        shown = [action for action in window.menuBar().actions() if action.isVisible()]
        return [action.text().replace("&", "") for action in shown]

    assert titles() == ["File", "View", "Help"]
    show_tab(window, part, "Count")
    assert titles() == ["File", "View", "Count", "Help"]
    part("stages").setCurrentIndex(0)
    assert titles() == ["File", "View", "Help"]


def test_tabs_are_reached_by_keyboard(qtbot, window, part):
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert part("stages").currentWidget() is part("stage-count")
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert part("stages").currentWidget() is part("start-page")


def test_full_screen_and_back(qtbot, window, part):
    part("action-full-screen").trigger()
    assert window.isFullScreen()
    part("action-full-screen").trigger()
    assert not window.isFullScreen()


# Projects


def test_opening_a_folder_that_is_no_project_says_so_and_goes_on(window, part, state, tmp_path):
    window.open_project(tmp_path)
    assert "is not a Tallybox project" in part("error-message").text()
    assert "New" in part("error-hint").text()
    assert state.project is None


def test_a_project_is_chosen_by_its_folder(window, part, state, project, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(project.folder))
    part("action-open-project").trigger()
    assert state.project.name == "Street corner"
    part("action-close-project").trigger()
    assert state.project is None
    assert not part("action-close-project").isEnabled()


def test_a_new_project_is_made_and_opened(window, part, state, tmp_path, monkeypatch):
    def fill_in(dialog):
        dialog.findChild(object, "project-name").setText("Bridge")
        dialog.findChild(object, "project-place").setText(str(tmp_path))
        dialog.findChild(object, "project-create").click()
        return dialog.result()

    monkeypatch.setattr(NewProjectDialog, "exec", fill_in)
    part("action-new-project").trigger()
    assert state.project.folder == tmp_path / "Bridge"
    assert (tmp_path / "Bridge" / "tallybox.toml").is_file()


def test_a_new_project_in_the_way_of_another_says_why_not(qtbot, project):
    dialog = NewProjectDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    create = dialog.findChild(object, "project-create")
    dialog.findChild(object, "project-place").setText(str(project.folder.parent))
    assert not create.isEnabled()  # no name yet
    dialog.findChild(object, "project-name").setText("corner")
    create.click()
    assert dialog.isVisible()
    assert "already a project" in dialog.findChild(object, "project-error").text()
    assert dialog.project is None
    dialog.findChild(object, "project-name").setText("corner 2")
    assert not dialog.findChild(object, "project-error").isVisible()
    create.click()
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_a_recent_project_is_opened_from_the_menu(window, part, state, project):
    state.set_project(project)
    state.set_project(None)
    (action,) = part("menu-recent").actions()
    action.trigger()
    assert state.project.folder == project.folder


# Videos


def test_a_chosen_video_is_opened_in_count(window, part, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("/v/street.mp4", ""))
    part("action-open-video").trigger()
    assert part("stages").currentWidget() is part("stage-count")
    assert part("stage-count").page.asked == ["/v/street.mp4"]


def test_a_choice_that_is_given_up_changes_nothing(window, part, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("", ""))
    part("action-open-video").trigger()
    assert part("stages").currentWidget() is part("start-page")


def test_the_sample_is_opened_in_count(qtbot, window, part):
    qtbot.mouseClick(part("start-sample"), Qt.MouseButton.LeftButton)
    assert part("stage-count").page.asked == ["sample"]


def dropped(window, *urls):
    """Hold `urls` over the window and let go; return whether it took them."""
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    kept = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPointF(50, 50).toPoint(), *kept)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    assert window.findChild(object, "drop-hint").isVisible()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), *kept))
    assert not window.findChild(object, "drop-hint").isVisible()
    return True


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("file:///v/street%20north.mp4", "/v/street north.mp4"),
        ("rtsp://camera.local/1", "rtsp://camera.local/1"),
    ],
)
def test_what_is_dropped_is_opened_in_count(window, part, url, asked):
    assert dropped(window, url)
    assert part("stage-count").page.asked == [asked]


def test_a_dropped_project_is_opened(window, state, project):
    assert dropped(window, project.folder.as_uri())
    assert state.project.folder == project.folder
    state.set_project(None)
    assert dropped(window, project.file.as_uri())
    assert state.project.folder == project.folder


def test_dropped_text_is_not_taken(window):
    assert not dropped(window)


def test_the_hint_goes_when_the_drag_leaves(window, part):
    data = QMimeData()
    data.setUrls([QUrl("file:///v/a.mp4")])
    enter = QDragEnterEvent(
        QPointF(50, 50).toPoint(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, enter)
    assert part("drop-hint").isVisible()
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not part("drop-hint").isVisible()


# Jobs and closing


@pytest.fixture
def working_page(qtbot, window, part):
    """Return the page of Count while it runs a job that waits."""
    page = show_tab(window, part, "Count").page
    with qtbot.waitSignal(page.start_job(do="wait").started, timeout=TIMEOUT_MS):
        pass
    return page


def test_the_strip_shows_jobs_of_other_tabs_and_stops_them(qtbot, window, part, working_page):
    assert not part("job-strip").isVisible()  # its own tab is in front
    part("stages").setCurrentIndex(0)
    assert part("job-strip").isVisible()
    assert part("job-title").text() == "Count"
    with qtbot.waitSignal(working_page.job.job_ended, timeout=TIMEOUT_MS) as blocker:
        qtbot.mouseClick(part("job-stop"), Qt.MouseButton.LeftButton)
    assert blocker.args[0].kind == "cancelled"
    working_page.job_changed.emit(None)
    assert not part("job-strip").isVisible()


def press(box, text):
    (button,) = [button for button in box.buttons() if button.text() == text]
    button.click()


def test_closing_asks_while_a_job_runs(qtbot, window, working_page, monkeypatch):
    questions = []

    def keep_running(box):
        questions.append(box.text())
        press(box, "Keep running")

    monkeypatch.setattr(QMessageBox, "exec", keep_running)
    assert not window.close()
    assert questions == ["Count is still at work."]
    assert window.isVisible()
    assert working_page.job.is_running

    monkeypatch.setattr(QMessageBox, "exec", lambda box: press(box, "Stop and close"))
    assert window.close()
    assert not working_page.job.is_running


def test_the_terminal_closes_the_window_while_it_asks(window, working_page, monkeypatch):
    exec_box = QMessageBox.exec

    def exec_and_be_told(box):
        QTimer.singleShot(0, window.close_without_asking)
        return exec_box(box)

    monkeypatch.setattr(QMessageBox, "exec", exec_and_be_told)
    assert window.close()
    assert not working_page.job.is_running


def test_closing_without_a_job_does_not_ask(window, part, monkeypatch):
    monkeypatch.setattr(QMessageBox, "exec", lambda box: pytest.fail("asked"))
    show_tab(window, part, "Count")
    assert window.close()


def test_closing_does_not_ask_for_a_job_that_has_nothing_to_lose(window, working_page, monkeypatch):
    monkeypatch.setattr(QMessageBox, "exec", lambda box: pytest.fail("asked"))
    working_page.has_nothing_to_lose = True
    assert window.close()
    assert not working_page.job.is_running


def test_the_window_comes_back_in_its_size(qtbot, window, errors):
    window.resize(790, 560)
    window.close()
    again = MainWindow(AppState(window_settings()), errors, stages=(COUNT_STAGE,))
    qtbot.addWidget(again)
    again.show()
    qtbot.waitExposed(again)
    assert (again.width(), again.height()) == (790, 560)


def test_the_window_fits_a_small_screen(qtbot, window):
    window.resize(900, 600)
    assert window.minimumSizeHint().width() <= 900
    assert window.minimumSizeHint().height() <= 600
