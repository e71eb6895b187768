"""A window that presses its own shutter without end, to be killed: PROJECT VIDEO."""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.project.project import Project
from app.ui.app_state import AppState, window_settings
from app.ui.error_presenter import ErrorPresenter
from app.ui.main_window import MainWindow
from app.ui.stages import STAGES


def main():
    application = QApplication(sys.argv[:1])
    state = AppState(window_settings())
    window = MainWindow(state, ErrorPresenter(), stages=STAGES[:2])
    window.show()
    state.set_project(Project.open(Path(sys.argv[1])))
    tab = window.show_stage("capture")
    tab.open_source(sys.argv[2])
    timer = QTimer(interval=20)
    timer.timeout.connect(tab._actions.take.trigger)
    timer.start()
    application.exec()


main()
