"""CRC-32C, the check sum inside TFRecord files, in numpy at about a gigabyte a second.

The sum is the rest of a division of polynomials over bits. Two things make it fast without a
compiler. First, ``x^6777 + x^484 + x^100 + 1`` is a multiple of the divisor, and so is what comes
of squaring it, which makes bits bytes: a byte can be moved 6777 bytes on, and 484 and 100 bytes
before that, by exclusive or, and the sum stays the same. Thousands of bytes at a time are moved
into the last ones. Second, the sum is linear: those last bytes are looked up at once, each in the
table of its place.

Polynomial and bit order: RFC 3720, appendix B.4. The mask: TensorFlow's ``crc32c.h``.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

_Table = npt.NDArray[np.uint32]
_Bytes = npt.NDArray[np.uint8]

_POLYNOMIAL = 0x82F63B78  # bits reversed
_ALL_ONES = 0xFFFFFFFF
_STATE_BYTES = 4
_MASK_DELTA = 0xA282EAD8

_MULTIPLE = (6777, 484, 100, 0)  # its exponents
_SHIFTS = tuple(_MULTIPLE[0] - exponent for exponent in _MULTIPLE[1:])
_BLOCK_BYTES = 256
_SHORT_BYTES = 64  # below, one byte after the other is faster


def masked_crc32c(data: bytes) -> int:
    """Return the check sum as TFRecord files have it: turned by 15 bits, a constant added."""
    plain = crc32c(data)
    turned = (plain >> 15 | plain << 17) & _ALL_ONES
    return (turned + _MASK_DELTA) & _ALL_ONES


def crc32c(data: bytes) -> int:
    """Return the CRC-32C of `data`: 0xE3069283 for ``b"123456789"``."""
    if len(data) < _SHORT_BYTES:
        return _by_byte(data) ^ _ALL_ONES
    return _by_block(_folded(data)) ^ _ALL_ONES


def _by_byte(data: bytes) -> int:
    state, table = _ALL_ONES, _byte_table_list()
    for byte in data:
        state = table[(state ^ byte) & 0xFF] ^ state >> 8
    return state


def _folded(data: bytes) -> _Bytes:
    """Return few bytes that give, from a state of 0, what `data` gives from all ones."""
    work = np.frombuffer(data, np.uint8).copy()
    work[:_STATE_BYTES] ^= 0xFF
    start, last = 0, len(work) - _MULTIPLE[0]
    while start < last:
        end = min(start + _SHIFTS[0], last)
        for shift in _SHIFTS:
            work[start + shift : end + shift] ^= work[start:end]
        start = end
    return work[start:]


def _by_block(data: _Bytes) -> int:
    """Return the sum of `data` from a state of 0, which zeros before it do not change."""
    zeros = np.zeros(-len(data) % _BLOCK_BYTES, np.uint8)
    rows = np.concatenate((zeros, data)).reshape(-1, _BLOCK_BYTES)
    table, offsets = _place_table()
    low, low_middle, high_middle, high = _shift_tables()
    state = 0
    for block in np.bitwise_xor.reduce(table.take(rows + offsets), axis=1).tolist():
        shifted = low[state & 0xFF] ^ low_middle[state >> 8 & 0xFF]
        shifted ^= high_middle[state >> 16 & 0xFF] ^ high[state >> 24]
        state = shifted ^ block
    return state


@cache
def _byte_table() -> _Table:
    """Return what one byte gives, shape (256,)."""
    state = np.arange(256, dtype=np.uint32)
    for _bit in range(8):
        state = np.where(state & 1, state >> 1 ^ np.uint32(_POLYNOMIAL), state >> 1)
    return state


@cache
def _byte_table_list() -> list[int]:
    """Return the table as Python's own numbers, which are faster one by one."""
    table: list[int] = _byte_table().tolist()
    return table


@cache
def _place_table() -> tuple[_Table, npt.NDArray[np.int64]]:
    """Return what a byte gives by its place in a block, and where each place begins."""
    tables = [_byte_table()]
    for _place in range(1, _BLOCK_BYTES):
        tables.append(_one_zero_byte(tables[-1]))
    return np.concatenate(tables[::-1]), np.arange(_BLOCK_BYTES) * 256


@cache
def _shift_tables() -> tuple[list[int], ...]:
    """Return what each byte of a state, the lowest first, becomes by a block of zeros."""
    tables = []
    for byte in range(_STATE_BYTES):
        state = np.arange(256, dtype=np.uint32) << np.uint32(8 * byte)
        for _place in range(_BLOCK_BYTES):
            state = _one_zero_byte(state)
        tables.append(state.tolist())
    return tuple(tables)


def _one_zero_byte(state: _Table) -> _Table:
    return np.asarray(_byte_table()[state & 0xFF] ^ state >> 8, np.uint32)
