"""``tf.train.Example`` in protobuf's wire format, without TensorFlow.

TensorFlow takes seconds to import, and its ``example_pb2`` can't be had without it. The message is
small: ``Example.features`` (1) is a ``Features``, whose ``feature`` (1) is a map of entries ``key``
(1) and ``value`` (2); a ``Feature`` has one of ``bytes_list`` (1), ``float_list`` (2) and
``int64_list`` (3), each with ``value`` (1). Wire format: protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import cast

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}
_FLOAT_BYTES = 4
_VARINT_BITS = 64
_ONE_BYTE = [bytes((value,)) for value in range(0x80)]

Feature = Sequence[bytes] | Sequence[int] | Sequence[float]
"""Values of one kind; an empty one is written without its kind, which every reader takes."""


def encode_example(features: Mapping[str, Feature]) -> bytes:
    """Return the message, its features in the order of their names: the same every time."""
    pieces: list[bytes] = []
    for name, values in sorted(features.items()):
        feature = _feature_pieces(values)
        length = sum(map(len, feature))
        key, head = _key(name), _head(2, length)
        pieces += (_head(1, len(key) + len(head) + length), key, head, *feature)
    return b"".join((_head(1, sum(map(len, pieces))), *pieces))


def decode_example(data: bytes) -> dict[str, list[bytes] | list[int] | list[float]]:
    """Return the features of a message by name.

    Raises
    ------
    ValueError
        The bytes are no such message.
    """
    try:
        return {
            name: values
            for number, features in _fields(data)
            if number == 1
            for name, values in _entries(_message(features))
        }
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise ValueError("the message is cut short or damaged") from error


@cache
def _key(name: str) -> bytes:
    return _head(1, len(name.encode())) + name.encode()


def _feature_pieces(values: Feature) -> tuple[bytes, ...]:
    """Return a feature in pieces: a picture's bytes are only copied once, into the message."""
    if not values:
        return ()
    if isinstance(values[0], bytes):
        texts = cast("Sequence[bytes]", values)
        content = [piece for text in texts for piece in (_head(1, len(text)), text)]
        return _head(1, sum(map(len, content))), *content
    if isinstance(values[0], float):
        kind, packed = 2, struct.pack(f"<{len(values)}f", *values)
    else:
        kind, packed = 3, b"".join(map(_varint, cast("Sequence[int]", values)))
    head = _head(1, len(packed))
    return _head(kind, len(head) + len(packed)), head, packed


@lru_cache(maxsize=4096)  # nearly all are short and come again with the next picture
def _head(number: int, length: int) -> bytes:
    """Return what stands before the content of a field."""
    return _ONE_BYTE[number << 3 | _BYTES] + _varint(length)


def _varint(value: int) -> bytes:
    if 0 <= value < len(_ONE_BYTE):
        return _ONE_BYTE[value]
    value &= (1 << _VARINT_BITS) - 1  # negative numbers as two's complement
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _entries(
    features: bytes,
) -> Iterator[tuple[str, list[bytes] | list[int] | list[float]]]:
    for number, content in _fields(features):
        if number == 1:
            entry = dict(_fields(_message(content)))
            name, feature = _message(entry.get(1, b"")), _message(entry.get(2, b""))
            yield name.decode(), _decode_feature(feature)


def _decode_feature(data: bytes) -> list[bytes] | list[int] | list[float]:
    for number, content in _fields(data):
        values = [value for field, value in _fields(_message(content)) if field == 1]
        if number == 1:
            return [_message(value) for value in values]
        if number == 2:
            return [number for value in values for number in _floats(_message(value))]
        if number == 3:
            return [number for value in values for number in _integers(value)]
    return []


def _floats(data: bytes) -> tuple[float, ...]:
    """Return packed floats, or the one of a value that is not packed."""
    return struct.unpack(f"<{len(data) // _FLOAT_BYTES}f", data)


def _integers(value: bytes | int) -> Iterator[int]:
    """Yield packed whole numbers, or the one that is not packed."""
    if isinstance(value, int):
        yield _signed(value)
        return
    position = 0
    while position < len(value):
        number, position = _read_varint(value, position)
        yield _signed(number)


def _signed(number: int) -> int:
    return number - (1 << _VARINT_BITS) if number >> (_VARINT_BITS - 1) else number


def _message(value: bytes | int) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number stands where a message is due")  # noqa: TRY004
    return value


def _fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Yield number and content of each field: whole numbers as such, all others as bytes."""
    position = 0
    while position < len(data):
        tag, position = _read_varint(data, position)
        kind = tag & 7
        if kind == _VARINT:
            number, position = _read_varint(data, position)
            yield tag >> 3, number
            continue
        if kind == _BYTES:
            length, position = _read_varint(data, position)
        elif kind in _FIXED_BYTES:
            length = _FIXED_BYTES[kind]
        else:
            raise ValueError(f"there is no wire type {kind}")
        if position + length > len(data):
            raise ValueError("a field goes on beyond the end")
        yield tag >> 3, data[position : position + length]
        position += length


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & (1 << _VARINT_BITS) - 1, position
        shift += 7
        if shift >= 70:
            raise ValueError("a number is too long")
