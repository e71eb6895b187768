"""Whether a window can be opened here, and what is missing if not."""

from __future__ import annotations

import ctypes
import os
import sys

from app.errors import AppError

# Library -> Debian/Ubuntu package, for what the PySide6 wheel does not bring: what its libraries
# and its xcb plugin are linked to (read with ldd), less what every installation has.
_QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
_X11_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11-xcb.so.1": "libx11-xcb1",
}


def has_screen() -> bool:
    """Whether there is anything to open a window on (or Qt was told what to use instead)."""
    if not sys.platform.startswith("linux"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


def check_screen() -> None:
    """Refuse in words where Qt would abort.

    Raises
    ------
    AppError
    """
    if not has_screen():
        raise AppError(
            "no-screen",
            "There is no screen to open the window on.",
            "tallybox --sample counts in the terminal; tallybox --help lists the commands",
        )


def check_libraries() -> None:
    """Look for the system libraries that Qt needs; only Linux leaves them to its package manager.

    Raises
    ------
    AppError
        Naming what is missing and the command that installs it.
    """
    if not sys.platform.startswith("linux"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "")
    libraries = _QT_LIBRARIES | (_X11_LIBRARIES if platform.startswith("xcb") else {})
    missing = [name for name in libraries if not _can_load(name)]
    if missing:
        packages = " ".join(libraries[name] for name in missing)
        raise AppError(
            "missing-libraries",
            f"The window needs system libraries that are missing: {', '.join(missing)}.",
            f"On Debian or Ubuntu: sudo apt install {packages}",
        )


def _can_load(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
