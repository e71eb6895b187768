"""Where the files that come with the application are."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# A wheel and a frozen build carry the folders inside the package; a checkout beside it.
_BUNDLED = _PACKAGE / "_bundled"


def data_root() -> Path:
    """Return the folder that holds ``resources/`` and ``sample_data/``."""
    return _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent


def checkout_root() -> Path | None:
    """Return the repository's root, or None when running from a wheel or a frozen build."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and not _BUNDLED.is_dir() else None


def resource_path(*parts: str) -> Path:
    """Return the path of something in ``resources/``; it need not exist."""
    return data_root().joinpath("resources", *parts)


def sample_data_path(*parts: str) -> Path:
    """Return the path of something in ``sample_data/``; it need not exist."""
    return data_root().joinpath("sample_data", *parts)
