"""Small real models, built and run by TensorFlow in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent


@pytest.fixture(scope="session")
def built_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one model of each kind; see build_models.py."""
    folder = tmp_path_factory.mktemp("models")
    _run("build_models.py", str(folder))
    return folder


@pytest.fixture(scope="session")
def saved_models_found(built_models: Path) -> dict[str, Any]:
    """Return what each SavedModel finds, by its path in `built_models`."""
    names = [
        "ssd_toy_coco17.tar.gz",
        "ssd_toy_coco17",
        "ssd_toy_coco17/saved_model/saved_model.pb",
        "garden",
        "garden_float",
        "unnamed",
        "without_nms",
        "text_input",
        "broken",
        "package",
    ]
    models = [str(built_models / name) for name in names]
    lines = _run("detect_all.py", str(built_models / "cache"), *models).splitlines()
    return dict(zip([*names, "process"], map(json.loads, lines), strict=True))


def _run(script: str, *arguments: str) -> str:
    process = subprocess.run(
        [sys.executable, str(HERE / script), *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-2000:]
    return process.stdout
