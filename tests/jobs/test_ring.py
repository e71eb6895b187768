from __future__ import annotations

import numpy as np
import pytest

from app.files import FileWriteError
from app.jobs.errors import JobError
from app.jobs.ring import FrameRing


@pytest.fixture
def rings(tmp_path):
    """Return a writer and a reader of one ring."""
    path = tmp_path / "ring"
    writer = FrameRing.create(path, width=4, height=2)
    reader = FrameRing.open(path)
    yield writer, reader
    writer.close()
    reader.close()


def picture(number):
    return np.full((2, 4, 3), number, dtype=np.uint8)


def test_nothing_to_read_before_the_first_picture(rings):
    _, reader = rings
    assert [reader.read(slot) for slot in range(3)] == [None, None, None]


def test_reads_what_was_written_as_a_copy(rings):
    writer, reader = rings
    slot = writer.write(picture(5))
    image_bgr = reader.read(slot)
    writer.write(picture(6))
    writer.write(picture(7))
    writer.write(picture(8))

    np.testing.assert_array_equal(image_bgr, picture(5))
    np.testing.assert_array_equal(reader.read(slot), picture(8))


def test_another_picture_in_the_slot_is_not_taken_for_the_one_asked_for(rings):
    writer, reader = rings
    slot, sequence = writer.write(picture(1)), writer.sequence
    for number in (2, 3, 4):
        writer.write(picture(number))

    assert reader.read(slot, sequence=sequence) is None
    assert reader.read(slot, sequence=writer.sequence) is not None


def test_a_half_written_picture_is_noticed(rings, monkeypatch):
    writer, reader = rings
    slot = writer.write(picture(1))
    for _ in range(2):
        writer.write(picture(2))

    class InterruptedWriteError(Exception):
        pass

    class Half:
        shape = (2, 4, 3)

        def __array__(self, dtype=None, copy=None):
            raise InterruptedWriteError

    with pytest.raises(InterruptedWriteError):
        writer.write(Half())

    assert reader.read(slot) is None


def test_a_picture_of_another_size_is_refused(rings):
    writer, _ = rings
    with pytest.raises(ValueError, match="expected shape"):
        writer.write(np.zeros((4, 2, 3), dtype=np.uint8))


@pytest.mark.parametrize("content", [None, b"", b"abc", b"x" * 200])
def test_what_is_no_ring_is_refused(tmp_path, content):
    path = tmp_path / "ring"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(JobError) as caught:
        FrameRing.open(path)
    assert caught.value.code == "no-frame-ring"


def test_no_room_for_a_ring_is_told(tmp_path):
    with pytest.raises(FileWriteError) as caught:
        FrameRing.create(tmp_path / "gone" / "ring", width=4, height=2)
    assert caught.value.code == "no-such-folder"
