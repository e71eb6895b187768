"""What must not be loaded where: kept by import-linter, and looked at here in a real process."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("tensorflow", "dlib", "official", "keras")


def modules_after(statement):
    """Return the modules a fresh interpreter has loaded after `statement`."""
    source = f"{statement}\nimport sys\nprint(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", source],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return {name.partition(".")[0] for name in shown.stdout.split()}


@pytest.mark.parametrize(
    "module",
    ["app.ui.application", "app.ui.main_window", "app.commands.count", "app.pipeline.job"],
)
def test_neither_window_nor_counting_loads_tensorflow(module):
    assert modules_after(f"import {module}").isdisjoint(HEAVY)


def test_the_command_line_starts_light():
    loaded = modules_after("from app.commands import application")
    assert loaded.isdisjoint({*HEAVY, "PySide6", "cv2", "scipy", "av", "PIL"})


def test_the_window_does_not_wait_for_the_command_line():
    loaded = modules_after("import app.__main__, app.commands.outcome, app.ui.application")
    assert loaded.isdisjoint({*HEAVY, "typer", "rich", "pydantic", "scipy", "av"})


def test_a_worker_starts_light():
    loaded = modules_after("from app.jobs import worker")
    assert loaded.isdisjoint({*HEAVY, "PySide6", "cv2", "numpy", "scipy", "av", "typer"})
