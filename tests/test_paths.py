from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from app import paths


@pytest.fixture
def installed(tmp_path):
    """Return `app.paths` as it is in a wheel: the bundled folders inside the package."""
    package = tmp_path / "site-packages" / "app"
    (package / "_bundled" / "resources").mkdir(parents=True)
    (package / "_bundled" / "sample_data").mkdir()
    shutil.copy(paths.__file__, package / "paths.py")
    spec = importlib.util.spec_from_file_location("installed_paths", package / "paths.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_checkout_has_its_folders_beside_the_package():
    root = Path(__file__).resolve().parent.parent
    assert paths.checkout_root() == root
    assert paths.resource_path("icons", "play.svg") == root / "resources" / "icons" / "play.svg"
    assert paths.sample_data_path("README.md").is_file()


def test_a_wheel_has_them_inside(installed):
    assert installed.checkout_root() is None
    assert installed.resource_path().is_dir()
    assert installed.sample_data_path().parent.name == "_bundled"
