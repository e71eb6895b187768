"""TFRecord files and tf.Example messages, written and read without TensorFlow."""

import gzip
import os

import pytest

from app.dataset.crc32c import crc32c, masked_crc32c
from app.dataset.errors import DatasetError
from app.dataset.example_proto import decode_example, encode_example
from app.dataset.record_contents import read_example, summarise
from app.dataset.record_file import RecordWriter, read_records

RECORDS = [b"", b"one", os.urandom(70_000), b"\0" * 300]


def written(path, records=RECORDS, *, is_compressed=False):
    with RecordWriter(path, is_compressed=is_compressed) as writer:
        for record in records:
            writer.write(record)
    return path


def bit_by_bit(data):
    state = 0xFFFFFFFF
    for byte in data:
        state ^= byte
        for _bit in range(8):
            state = state >> 1 ^ (0x82F63B78 if state & 1 else 0)
    return state ^ 0xFFFFFFFF


def test_the_check_sum_is_that_of_rfc_3720():
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(bytes(range(32))) == 0x46DD794E


@pytest.mark.parametrize(
    "length", [0, 1, 3, 63, 64, 255, 256, 257, 6776, 6777, 6778, 13_070, 13_071, 40_000]
)
def test_the_check_sum_of_any_length_is_that_of_a_division_bit_by_bit(length):
    data = bytes((7 * place + place // 251) % 256 for place in range(length))
    assert crc32c(data) == bit_by_bit(data)


@pytest.mark.parametrize("is_compressed", [False, True])
def test_what_is_written_comes_back(tmp_path, is_compressed):
    path = written(tmp_path / "a.record", is_compressed=is_compressed)
    assert list(read_records(path)) == RECORDS
    assert path.read_bytes().startswith(b"\x1f\x8b") == is_compressed


def test_compressed_files_of_the_same_records_have_the_same_bytes(tmp_path):
    first, second = (written(tmp_path / name, is_compressed=True) for name in ("a.gz", "b.gz"))
    assert first.read_bytes() == second.read_bytes()


def test_a_record_of_the_classic_scripts_is_read(reference_data):
    path = reference_data / "voc" / "raccoon" / "data" / "test.record"
    records = list(read_records(path))
    assert len(records) == 40
    features = decode_example(records[0])
    assert features["image/filename"] == [b"raccoon-129.jpg"]
    assert features["image/width"] == [639]
    assert features["image/object/bbox/xmin"] == [pytest.approx(0.2222222, abs=1e-6)]
    assert decode_example(encode_example(features)) == features


@pytest.mark.parametrize(
    ("place", "words"),
    [(5, "length of record 1 at byte 0"), (24, "record 2 at byte 16"), (40, "at byte 35")],
)
def test_damage_is_named_with_record_and_byte(tmp_path, place, words):
    path = written(tmp_path / "a.record")
    data = bytearray(path.read_bytes())
    data[place] ^= 0x10
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=words) as told:
        list(read_records(path))
    assert told.value.code == "records-damaged"
    assert "a.record" in told.value.message


def test_what_is_whole_is_given_before_a_file_that_was_cut_short_is_told(tmp_path):
    path = written(tmp_path / "a.record")
    path.write_bytes(path.read_bytes()[:-100])
    records = read_records(path)
    assert [next(records) for _ in range(3)] == RECORDS[:3]
    with pytest.raises(DatasetError, match=r"record 4 at byte .* is cut short"):
        next(records)


def test_a_cut_or_broken_gzip_stream_is_damage_too(tmp_path):
    path = written(tmp_path / "a.record.gz", is_compressed=True)
    data = path.read_bytes()
    for broken in (data[:-30], data[:100] + b"\xff" * 50 + data[150:]):
        path.write_bytes(broken)
        with pytest.raises(DatasetError, match="gzip"):
            list(read_records(path))


def test_a_file_that_is_no_record_file_is_no_surprise(tmp_path):
    path = tmp_path / "a.record"
    path.write_bytes(b"hello, this is text and no record at all")
    with pytest.raises(DatasetError, match="does not fit its check sum"):
        list(read_records(path))
    with pytest.raises(DatasetError, match="Can't read"):
        list(read_records(tmp_path / "gone.record"))
    path.write_bytes(b"")
    assert list(read_records(path)) == []


def test_a_message_keeps_bytes_floats_and_numbers_of_any_size():
    features = {
        "text": ["ñandú".encode(), b"", b"\xff" * 300],
        "floats": [0.5, -1.25, 0.0],
        "numbers": [0, 1, -1, 127, 128, 2**63 - 1, -(2**63)],
        "nothing": [],
    }
    assert decode_example(encode_example(features)) == features


def test_a_message_that_is_none_is_refused():
    for data in (b"\x0a\xff", b"\x0a\x05abc", b"\x0b", b"\xff" * 20):
        with pytest.raises(ValueError, match=r"."):
            decode_example(data)


def test_records_that_say_nonsense_are_told_with_their_place(tmp_path):
    example = encode_example(
        {
            "image/encoded": [b"\x89PNG and no more"],
            "image/format": [b"jpg"],
            "image/filename": [b"a.png"],
            "image/source_id": [b"a.png"],
            "image/object/bbox/xmin": [0.5, 0.1],
            "image/object/bbox/xmax": [0.4, 1.5],
            "image/object/bbox/ymin": [0.1, 0.1],
            "image/object/bbox/ymax": [0.4, 0.4],
            "image/object/class/label": [1, 0],
            "image/object/class/text": [b"cat", b"dog"],
        }
    )
    path = written(tmp_path / "a.record", [example, example])
    told = summarise([path])
    words = " ".join(text for _place, text in told.problems)
    for part in (
        "says jpg and is png",
        "is no number",
        "'cat' has no area",
        "'dog' goes beyond",
        "class id 0",
        "is there twice",
    ):
        assert part in words
    assert "example 2 (a.png)" in told.problems[-1][0]
    with pytest.raises(DatasetError, match="picture can't be decoded"):
        read_example(path, 1).image_bgr()
    with pytest.raises(DatasetError, match="no example number 3"):
        read_example(path, 3)


def test_the_mask_turns_the_sum_and_adds_a_constant():
    assert masked_crc32c(b"123456789") == 0xC78AB0E5
    assert masked_crc32c(b"") == 0xA282EAD8


def test_plain_gzip_of_a_record_file_is_read(tmp_path):
    path = written(tmp_path / "a.record")
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert list(read_records(path)) == RECORDS
