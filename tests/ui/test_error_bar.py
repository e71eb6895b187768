"""Errors and notices in the bar, and exceptions that nobody caught."""

import sys

import pytest
from PySide6.QtCore import QObject, Qt, QThread, Slot
from PySide6.QtGui import QGuiApplication

from app.errors import AppError
from app.ui.error_bar import ErrorBar
from app.ui.error_presenter import UncaughtErrors
from app.ui.shutdown import stop_thread

NOT_A_VIDEO = AppError("not-a-video", "a.txt is no video.", "Choose another.", "codec: none")
NO_CAMERA = AppError("no-camera", "There is no camera 3.")


@pytest.fixture
def bar(qtbot, errors):
    bar = ErrorBar(errors)
    qtbot.addWidget(bar)
    assert not bar.isVisible()
    return bar


@pytest.fixture
def text_of(bar):
    return lambda name: bar.findChild(QObject, f"error-{name}").text()


@pytest.fixture
def click(qtbot, bar):
    return lambda name: qtbot.mouseClick(
        bar.findChild(QObject, f"error-{name}"), Qt.MouseButton.LeftButton
    )


def test_an_error_is_shown_with_its_hint_and_details_on_demand(bar, errors, text_of, click):
    errors.report(NOT_A_VIDEO)
    assert bar.isVisible()
    assert (text_of("message"), text_of("hint")) == ("a.txt is no video.", "Choose another.")
    details = bar.findChild(QObject, "error-detail-text")
    assert not details.isVisible()
    click("details")
    assert details.isVisible()
    assert details.toPlainText() == "codec: none"


def test_an_error_without_details_has_no_button_for_them(bar, errors):
    errors.report(NO_CAMERA)
    assert not bar.findChild(QObject, "error-details").isVisible()
    assert not bar.findChild(QObject, "error-hint").isVisible()


def test_copy_takes_everything(bar, errors, click):
    errors.report(NOT_A_VIDEO)
    click("copy")
    assert QGuiApplication.clipboard().text() == "a.txt is no video.\nChoose another.\ncodec: none"


def test_closing_shows_the_error_before(bar, errors, text_of, click):
    errors.report(NOT_A_VIDEO)
    errors.report(NO_CAMERA)
    assert text_of("message") == "There is no camera 3."
    click("close")
    assert text_of("message") == "a.txt is no video."
    click("close")
    assert not bar.isVisible()


def test_an_error_that_repeats_is_told_once(bar, errors, click):
    for _ in range(5):
        errors.report(NO_CAMERA)
    click("close")
    assert not bar.isVisible()


def test_escape_closes_the_bar(qtbot, bar, errors):
    errors.report(NO_CAMERA)
    bar.activateWindow()
    qtbot.waitUntil(bar.isActiveWindow)
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_a_notice_closes_by_itself_and_gives_way_to_an_error(
    qtbot, bar, errors, text_of, monkeypatch
):
    errors.notify("Saved.", "In counts/a.csv.")
    assert text_of("message") == "Saved."
    errors.report(NO_CAMERA)
    bar.close_newest()
    assert not bar.isVisible()
    bar._notice_timer.setInterval(1)
    errors.notify("Saved.")
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_clear_takes_everything_back(bar, errors):
    errors.report(NO_CAMERA)
    errors.clear()
    assert not bar.isVisible()


class Faulty(QObject):
    @Slot()
    def work(self):
        raise ZeroDivisionError("a fault in a worker")


@pytest.fixture
def hook(errors, monkeypatch, caplog):
    caplog.set_level("CRITICAL", "app.ui.error_presenter")
    uncaught = UncaughtErrors(errors)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    uncaught.install()
    return sys.excepthook


def test_an_uncaught_exception_is_shown_with_its_traceback(qtbot, bar, text_of, hook):
    try:
        raise ValueError("a fault")
    except ValueError as error:
        hook(type(error), error, error.__traceback__)
    qtbot.waitUntil(bar.isVisible)
    assert text_of("message") == "Something unexpected went wrong: a fault"
    details = bar.findChild(QObject, "error-detail-text").toPlainText()
    assert "test_an_uncaught_exception_is_shown_with_its_traceback" in details


def test_an_uncaught_error_of_ours_is_shown_as_it_is(qtbot, bar, text_of, hook):
    hook(AppError, NO_CAMERA, None)
    qtbot.waitUntil(bar.isVisible)
    assert text_of("message") == "There is no camera 3."


def test_a_fault_in_a_worker_thread_reaches_the_bar(qtbot, bar, text_of, hook, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", hook)
    thread, worker = QThread(), Faulty()
    worker.moveToThread(thread)
    thread.started.connect(worker.work)
    thread.start()
    qtbot.waitUntil(bar.isVisible)
    assert "a fault in a worker" in text_of("message")
    assert stop_thread(thread)
