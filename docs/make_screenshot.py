"""Makes docs/screenshot.png: the window while it counts the sample.

Run it from anywhere, without a screen as well: ``python docs/make_screenshot.py``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[1]
TARGET = Path(__file__).with_name("screenshot.png")
SIZE_PX = (1400, 900)
SHOWN_AT_FRAME = 218  # of the sample: people have crossed both ways by then
GIVE_UP_S = 120.0


def main() -> int:
    """Open the window on the sample, wait until there is something to see, save it."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="tallybox-screenshot-") as folder:
        os.environ["TALLYBOX_CONFIG_DIR"] = folder  # nobody's own settings
        return _make()


def _make() -> int:
    from PySide6.QtCore import QObject, QTimer, Slot
    from PySide6.QtWidgets import QSlider, QTabWidget

    from app.ui.app_state import AppState, window_settings
    from app.ui.application import make_application
    from app.ui.count.playback import Playback
    from app.ui.error_presenter import ErrorPresenter
    from app.ui.main_window import MainWindow
    from app.ui.theme import ThemeSwitch

    application = make_application()
    state = AppState(window_settings(), application)
    state.set_theme("light")
    ThemeSwitch(application, state).apply()
    window = MainWindow(state, ErrorPresenter(application))
    window.resize(*SIZE_PX)
    window.show()
    window.open_sample()

    class Photographer(QObject):
        """Looks a few times a second whether the moment has come."""

        def __init__(self) -> None:
            super().__init__(window)
            self.exit_code = 1
            window.findChild(QTabWidget, "count-pages").setCurrentIndex(2)
            timer = QTimer(self, interval=100)
            timer.timeout.connect(self._look)
            timer.start()
            QTimer.singleShot(round(1000 * GIVE_UP_S), application.quit)

        @Slot()
        def _look(self) -> None:
            playback = window.findChild(Playback)
            slider = window.findChild(QSlider, "seek-slider")
            if not playback.is_playing or slider.value() < SHOWN_AT_FRAME:
                return
            _save(window.grab().toImage())
            self.exit_code = 0
            application.quit()

    photographer = Photographer()
    application.exec()
    window.close_without_asking()
    return photographer.exit_code


def _save(image: QImage) -> None:
    """Write `image` with 5 bits a colour: half the size, and hardly to be told apart."""
    image = image.convertToFormat(image.Format.Format_RGB888)
    size, row_bytes = (image.width(), image.height()), image.bytesPerLine()
    picture = Image.frombuffer("RGB", size, bytes(image.constBits()), "raw", "RGB", row_bytes, 1)
    picture.point(lambda value: value & 0xF8 | value >> 5).save(TARGET, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
