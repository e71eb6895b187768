from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from app.detection import archives
from app.detection.archives import is_archive, unpack
from app.detection.errors import ModelError


def make_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def make_tar(path: Path, members: list[tarfile.TarInfo], data: bytes = b"data") -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for member in members:
            member.size = len(data) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(data))
    return path


def test_unpacks_once_and_again_when_the_content_changes(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    path = make_zip(tmp_path / "model.zip", {"top/a.txt": b"one", "top/deep/b.txt": b"two"})
    folder = unpack(path, cache)
    assert (folder / "top" / "deep" / "b.txt").read_bytes() == b"two"
    (folder / "mark").touch()
    assert (unpack(path, cache) / "mark").exists()
    make_zip(path, {"top/a.txt": b"other"})
    assert (unpack(path, cache) / "top" / "a.txt").read_bytes() == b"other"
    assert not list(cache.glob("*.partial"))


def test_tar_and_zip_are_known_by_content(tmp_path: Path) -> None:
    assert is_archive(make_zip(tmp_path / "zip.bin", {"a": b"1"}))
    assert is_archive(make_tar(tmp_path / "tar.bin", [tarfile.TarInfo("a")]))
    (tmp_path / "text.zip").write_text("no")
    assert not is_archive(tmp_path / "text.zip")


@pytest.mark.parametrize(
    "name", ["../out.txt", "/out.txt", "a/../../out.txt", "..\\out.txt", "C:\\x"]
)
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    packed = [
        make_zip(tmp_path / "a.zip", {name: b"evil"}),
        make_tar(tmp_path / "a.tar.gz", [tarfile.TarInfo(name)]),
    ]
    for path in packed:
        before = set(tmp_path.rglob("*")) | {tmp_path / "cache"}
        with pytest.raises(ModelError, match="outside its folder") as caught:
            unpack(path, tmp_path / "cache")
        assert caught.value.code == "archive-unsafe"
        assert set(tmp_path.rglob("*")) <= before


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
        member = tarfile.TarInfo("link")
        member.type, member.linkname = kind, "/etc/passwd"
        with pytest.raises(ModelError, match="link or a device"):
            unpack(make_tar(tmp_path / "a.tar.gz", [member]), tmp_path / "cache")
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(ModelError, match="is a link"):
        unpack(tmp_path / "a.zip", tmp_path / "cache")


def test_bombs_are_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 2**21)
    with pytest.raises(ModelError, match="more than 0 GB"):
        unpack(make_zip(tmp_path / "a.zip", {"a": bytes(2**22)}), tmp_path / "cache")
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    many = make_zip(tmp_path / "b.zip", {str(i): b"" for i in range(4)})
    with pytest.raises(ModelError, match="more than 3 files"):
        unpack(many, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_an_archive_cut_short_says_so(tmp_path: Path) -> None:
    data = os.urandom(300_000)  # cannot be packed, so the cut falls into it
    whole = make_tar(tmp_path / "a.tar.gz", [tarfile.TarInfo("a")], data).read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    bad = bytearray(make_zip(tmp_path / "a.zip", {"a": data}).read_bytes())
    bad[1000:1010] = bytes(10)
    (tmp_path / "bad.zip").write_bytes(bad)
    for name in ("cut.tar.gz", "bad.zip"):
        with pytest.raises(ModelError, match="cannot be unpacked") as caught:
            unpack(tmp_path / name, tmp_path / "cache")
        assert caught.value.code == "archive-broken"
        assert list((tmp_path / "cache").iterdir()) == []
