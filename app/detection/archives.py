"""Models in archives: unpacked once, safely, into a cache."""

from __future__ import annotations

import hashlib
import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

import platformdirs

from app.detection.errors import ModelError
from app.files import partial_path, write_error

MAX_MEMBERS = 10_000
MAX_BYTES = 4 * 2**30  # the largest model of the TF2 zoo unpacks to 1.5 GB
_CHUNK_BYTES = 2**20

# RuntimeError: an encrypted zip, or a way of packing that Python does not know.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    RuntimeError,
)

Member = tuple[str, IO[bytes]]


def is_archive(path: Path) -> bool:
    """Return whether `path` is a zip or tar file, by content."""
    return zipfile.is_zipfile(path) or tarfile.is_tarfile(path)


def default_cache_dir() -> Path:
    """Return where unpacked models are kept for this user."""
    return platformdirs.user_cache_path("tallybox", appauthor=False) / "models"


def unpack(path: Path, cache_dir: Path) -> Path:
    """Unpack a ``.zip``, ``.tar`` or ``.tar.gz`` and return the folder.

    The folder is named after the archive's content: the same file is unpacked once, a changed
    one anew. It appears under its name only when it is whole.

    Raises
    ------
    ModelError
        ``archive-broken``, or ``archive-unsafe``: a member would land outside the folder, is a
        link or a device, or all together are too large.
    FileWriteError
        The disk is full, or the cache cannot be written.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        folder = cache_dir / digest
        if not folder.is_dir():
            _unpack_into(path, folder)
    except BROKEN_ARCHIVE as error:
        raise _broken(path, error) from error
    return folder


def _unpack_into(path: Path, folder: Path) -> None:
    partial = partial_path(folder)
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        _write_members(path, partial)
        partial.rename(folder)
    except OSError as error:
        if error.errno is None:  # gzip's and zlib's complaints about the data
            raise _broken(path, error) from error
        raise write_error(folder, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _write_members(path: Path, folder: Path) -> None:
    written = 0
    members = _zip_members(path) if zipfile.is_zipfile(path) else _tar_members(path)
    for count, (name, content) in enumerate(members):
        if count >= MAX_MEMBERS:
            raise _unsafe(path, f"it holds more than {MAX_MEMBERS:,} files")
        target = folder / _safe_name(path, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            # Counted as they come: the sizes an archive states may lie.
            while chunk := content.read(_CHUNK_BYTES):
                written += len(chunk)
                if written > MAX_BYTES:
                    raise _unsafe(path, f"it unpacks to more than {MAX_BYTES / 2**30:.0f} GB")
                file.write(chunk)


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if (info.external_attr >> 28) == 0xA:  # S_IFLNK in the Unix mode
                raise _unsafe(path, f"{info.filename} is a link")
            with archive.open(info) as content:
                yield info.filename, content


def _tar_members(path: Path) -> Iterator[Member]:
    with tarfile.open(path) as archive:
        for info in archive:
            if info.isdir():
                continue
            content = archive.extractfile(info) if info.isreg() else None
            if content is None:
                raise _unsafe(path, f"{info.name} is a link or a device")
            with content:
                yield info.name, content


def _safe_name(path: Path, name: str) -> PurePosixPath:
    relative = PurePosixPath(name.replace("\\", "/"))
    if relative.is_absolute() or ".." in relative.parts or PureWindowsPath(name).drive:
        raise _unsafe(path, f"{name} would be written outside its folder")
    return relative


def _unsafe(path: Path, reason: str) -> ModelError:
    return ModelError(
        "archive-unsafe",
        f"{path} is not unpacked: {reason}.",
        "Get the model from a source you trust, or unpack it yourself and open the folder.",
    )


def _broken(path: Path, error: Exception) -> ModelError:
    return ModelError(
        "archive-broken",
        f"{path} cannot be unpacked.",
        "The file may be damaged or cut short: download it again.",
        str(error),
    )
