from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from app.files import (
    FileWriteError,
    atomic_write_bytes,
    atomic_write_text,
    partial_path,
    publish,
    write_error,
)


def test_writes_the_text_as_it_is(tmp_path):
    path = tmp_path / "ñandú 目.txt"
    atomic_write_text(path, "uno\r\ndos\n")
    assert path.read_bytes() == b"uno\r\ndos\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_keeps_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    partial_path(path).symlink_to("/dev/full")  # every write to it fails as on a full disk

    with pytest.raises(FileWriteError) as caught:
        atomic_write_bytes(path, b"new")

    assert caught.value.code == "disk-full"
    assert str(path) in caught.value.message
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path):
    path = tmp_path / "gone" / "file"
    with pytest.raises(FileWriteError) as caught:
        atomic_write_text(path, "x")
    assert caught.value.code == "no-such-folder"
    assert str(path) in caught.value.message


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(FileWriteError) as caught:
        atomic_write_text(tmp_path / "file", "x")
    tmp_path.chmod(0o700)
    assert caught.value.code == "not-writable"


def test_a_folder_of_that_name_stays(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    (path / "inside").touch()
    with pytest.raises(FileWriteError):
        atomic_write_text(path, "x")
    assert (path / "inside").exists()
    assert list(tmp_path.iterdir()) == [path]


def test_publish_gives_the_partial_file_its_name(tmp_path):
    path = tmp_path / "out.mp4"
    path.write_text("old")
    partial_path(path).write_text("new")
    publish(path)
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_publish_without_a_partial_file_says_so(tmp_path):
    with pytest.raises(FileWriteError):
        publish(tmp_path / "out.mp4")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EROFS, "not-writable"),
        (errno.EACCES, "not-writable"),
        (errno.ENAMETOOLONG, "name-too-long"),
        (errno.EIO, "not-writable"),
        (None, "not-writable"),
    ],
)
def test_every_reason_has_words(number, code):
    error = write_error(Path("a.csv"), OSError(number, "words") if number else OSError())
    assert error.code == code
    assert "a.csv" in error.message
