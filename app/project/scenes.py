"""How a counting scene finds its source again."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit


def source_key(source: str, folder: Path) -> str:
    """Return the name under which a source's scene is kept in the project in `folder`.

    A file inside the project by its relative path (the project may move), another by its absolute
    one, a camera by its number, an address without the password.
    """
    text = source.strip()
    if text.isdecimal():
        return f"camera {int(text)}"
    if "://" in text:
        return _without_password(text)
    path = Path(text).expanduser().resolve()
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


def without_none(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value without its None entries: TOML has no word for them."""
    if isinstance(value, dict):
        return {key: without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [without_none(item) for item in value]
    return value


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    credentials, at, host = parts.netloc.rpartition("@")
    user = credentials.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}{at}{host}" if user else host))
