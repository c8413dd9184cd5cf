"""Batches of records as other clients may send them, and aiokafka's own producer would not."""

import struct
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.util import calc_crc32c, encode_varint

CODECS: Final[dict[str, tuple[int, Callable[[bytes], bytes]]]] = {
    "gzip": (1, gzip_encode),
    "snappy": (2, snappy_encode),
    "raw snappy": (2, lambda plain: bytes(snappy_encode(plain, xerial_compatible=False))),
    "lz4": (3, lz4_encode),
    "zstd": (4, zstd_encode),
}
"""Their numbers in a batch, and what packs with them. The two forms of snappy are Java's and librdkafka's."""

Sent = tuple[bytes | None, bytes | None, Sequence[tuple[bytes, bytes | None]]]
"""Key, value and headers. Here, names of headers are bytes."""

HEAD: Final = 61
"""Bytes of a batch before its records."""
_ATTRIBUTES: Final = 21
"""Where what the checksum is for begins, with the codec."""


class _Name(str):
    """A name of a header that goes out as these bytes."""

    raw: bytes

    def encode(self, *_: object) -> bytes:
        return self.raw


def _name(raw: bytes) -> _Name:
    name = _Name(raw.hex())
    name.raw = raw
    return name


def batch(records: Sequence[Sent], codec: str | None = None) -> bytes:
    """A batch, packed or not."""
    now = time.time_ns() // 1_000_000  # a topic that goes by the producer's clock drops what is old
    builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, 0, 2**31 - 1)
    for number, (key, value, headers) in enumerate(records):
        builder.append(number, now, key, value, [(_name(name), content) for name, content in headers])
    plain = bytes(builder.build())
    if codec is None:
        return plain
    number, pack = CODECS[codec]
    return repacked(plain, number, pack(plain[HEAD:]))


def repacked(plain: bytes, codec: int, content: bytes) -> bytes:
    """The same batch with something else behind its header, whatever that is, and a checksum that fits."""
    checked = struct.pack(">h", codec) + plain[_ATTRIBUTES + 2 : HEAD] + content
    length = struct.pack(">i", HEAD - 12 + len(content))
    return plain[:8] + length + plain[12:17] + struct.pack(">I", calc_crc32c(checked)) + checked


async def send(bootstrap: str, topic: str, made: bytes, partition: int = 0) -> int:
    """Send a batch as it is; returns the offset of its first record."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        builder: Any = producer.create_batch()
        builder.append(key=None, value=b"", timestamp=None)
        builder.close()
        builder._buffer = made
        accepted = await producer.send_batch(builder, topic, partition=partition)
        return int((await accepted).offset)


def inflating(size: int, codec: str) -> bytes:
    """A batch of one record with so many zeros, packed piece by piece: gzip and zstd let one archive follow another."""
    number, pack = CODECS[codec]
    piece = 1_000_000
    # Attributes, differences of time and offset, no key, and the length of the value; and after it, no headers.
    head = b"\0\0\0\1" + _varint(size)
    content = pack(_varint(len(head) + size + 1) + head) + pack(bytes(piece)) * (size // piece) + pack(b"\0")
    return repacked(batch([(b"k", b"", [])]), number, content)


def _varint(number: int) -> bytes:
    written = bytearray()
    encode_varint(number, written.append)
    return bytes(written)
