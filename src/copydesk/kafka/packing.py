"""Unpacks what producers have compressed, and never more of it than fits."""

import gzip
import io
import struct
import zlib
from typing import Final

import cramjam
from aiokafka.codec import _detect_xerial_stream, snappy_decode

UNPACKED_LIMIT: Final = 64_000_000
"""Bytes of a batch when it is unpacked: four of the largest records. Sixteen packed megabytes may hold gigabytes."""

GZIP: Final = 1
SNAPPY: Final = 2
LZ4: Final = 3
ZSTD: Final = 4

_XERIAL_HEADER: Final = 16
_SIZE: Final = struct.Struct(">i")
_FULL: Final = "failed to write whole buffer"
"""What cramjam says when there is more than it may write; other errors are about the data."""


class InflatedError(Exception):
    """There is more than `UNPACKED_LIMIT` in it."""


class DamagedError(Exception):
    """It is not packed as it says."""


def unpack(packed: bytes, codec: int) -> bytearray:
    """Unpack the records of a batch.

    Args:
        packed: what follows the batch's header.
        codec: its number in the batch's attributes.

    Raises:
        InflatedError: it has more than `UNPACKED_LIMIT` bytes; not many more have been unpacked.
        DamagedError: these bytes are not what the codec makes, or there is no such codec.
    """
    try:
        if codec == GZIP:
            return _gzip(packed)
        if codec == SNAPPY:
            return _snappy(packed)
        if codec in {LZ4, ZSTD}:
            return _framed(packed, cramjam.lz4 if codec == LZ4 else cramjam.zstd)
    except (cramjam.DecompressionError, zlib.error, struct.error, OSError, EOFError, ValueError) as error:
        raise DamagedError(str(error)) from error
    raise DamagedError(f"there is no codec {codec}")


def _gzip(packed: bytes) -> bytearray:
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
        unpacked = bytearray(stream.read(UNPACKED_LIMIT + 1))
    if len(unpacked) > UNPACKED_LIMIT:
        raise InflatedError
    return unpacked


def _snappy(packed: bytes) -> bytearray:
    """Snappy states sizes in front, and makes room for them before it looks at the data."""
    size = sum(map(cramjam.snappy.decompress_raw_len, _snappy_blocks(packed)))
    if size > UNPACKED_LIMIT:
        raise InflatedError
    return bytearray(snappy_decode(packed))


def _snappy_blocks(packed: bytes) -> list[bytes]:
    """One, or those of the framing that Java's producers use."""
    if not _detect_xerial_stream(packed):
        return [packed]
    blocks = []
    at = _XERIAL_HEADER
    while at < len(packed):
        (size,) = _SIZE.unpack_from(packed, at)
        if size <= 0:
            raise ValueError(f"a block of {size} bytes")
        blocks.append(packed[at + _SIZE.size : at + _SIZE.size + size])
        at += _SIZE.size + size
    return blocks


def _framed(packed: bytes, codec: object) -> bytearray:
    """Formats that need not state a size: given room until they fit, or until there is too much."""
    room = max(65_536, 4 * len(packed))
    while True:
        room = min(room, UNPACKED_LIMIT)
        unpacked = bytearray(room)
        try:
            size = codec.decompress_into(packed, unpacked)  # type: ignore[attr-defined]
        except cramjam.DecompressionError as error:
            if _FULL not in str(error):
                raise
            if room == UNPACKED_LIMIT:
                raise InflatedError from error
            room *= 8
        else:
            del unpacked[size:]
            return unpacked
