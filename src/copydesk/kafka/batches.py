"""Batches of records as the broker gives them, read so that none can stop its partition.

aiokafka 0.14 raises when it comes to a header whose name is no UTF-8, or to a batch that it cannot unpack. Whoever
reads the partition meets the same batch again after each restart: one record of a publisher who does not know better
would stop a topic for everybody. And it unpacks a batch whole, however large it becomes.

So that both end as dead letters, such records get here as far as they can be read, with a header that says what is
wrong with them (`copydesk.records.UNREADABLE`). A checksum that does not fit is another matter: then the batch was
damaged on its way here, and is fetched again.

Importing this module teaches all consumers of aiokafka in the process: its fetcher has no place to plug in a reader.
"""

from collections.abc import Iterator
from typing import Any, Final

from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaError
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy, _DefaultRecordPy
from aiokafka.record.memory_records import _MemoryRecordsPy
from aiokafka.record.util import decode_varint_py

from copydesk.errors import Reason
from copydesk.kafka.packing import UNPACKED_LIMIT, DamagedError, InflatedError, unpack
from copydesk.records import UNREADABLE, unreadable

_INFLATED: Final = unreadable(
    Reason.TOO_LARGE,
    f"the record came in a batch of more than {UNPACKED_LIMIT} bytes when it is unpacked, and was not read; "
    "it is still in the topic: send it in smaller batches",
)


class Batches(_MemoryRecordsPy):  # type: ignore[misc]
    """What was fetched from a partition: one batch after the other."""

    def next_batch(self, *args: Any) -> Any:
        """The next batch; those of Kafka before 0.11 have no headers, and are left to aiokafka."""
        data = self._next_slice
        found = super().next_batch(*args)
        return Batch(found, data) if isinstance(found, DefaultRecordBatch) else found


class Batch:
    """A batch in place of aiokafka's own, which it asks for all but the records.

    Args:
        batch: aiokafka's.
        data: the same with its header, as it was fetched.
    """

    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        following = self.base_offset
        if self.compression_type == DefaultRecordBatch.CODEC_NONE:
            try:
                for record in self._batch:
                    following = record.offset + 1
                    yield record
                return
            except (KafkaError, ValueError):  # the other reader goes on from there, and knows what is wrong
                pass
        try:
            for record in _Reader(self._data):
                if record.offset >= following:
                    following = record.offset + 1
                    yield record
        except InflatedError:
            yield from self._unread(following, _INFLATED)
        except (DamagedError, KafkaError) as error:
            why = f"the record came in a batch that cannot be read ({error}); it is still in the topic"
            yield from self._unread(following, unreadable(Reason.UNDECODABLE, why))

    def _unread(self, following: int, why: bytes) -> Iterator[Any]:
        """Records of which no more is known than where they lie."""
        for offset in range(following, self.next_offset):
            yield _DefaultRecordPy(offset, self.max_timestamp, self.timestamp_type, None, b"", [(UNREADABLE, why)])


class _Reader(_DefaultRecordBatchPy):  # type: ignore[misc]
    """aiokafka's reader that is written in Python; the other one cannot be told how to read a name."""

    _buffer: bytearray
    _pos: int
    _decompressed: bool

    def _maybe_uncompress(self) -> None:
        if not self._decompressed:
            packed = bytes(self._buffer[self._pos :])
            self._buffer = _Content(unpack(packed, self.compression_type) if self.compression_type else packed)
            self._pos = 0
            self._decompressed = True

    def _read_msg(self, *_: Any) -> Any:
        # By default it reads numbers in C, wherever a length that lies has sent it: beyond the batch the process ends.
        record = super()._read_msg(decode_varint_py)
        odd = [str(name) for name, _ in record.headers if isinstance(name, _Latin1)]
        if odd:
            why = f"the name of the header {odd[0][:40]!r} is no UTF-8, and was read as Latin-1"
            record.headers[:] = [(str(name), value) for name, value in record.headers]
            record.headers.append((UNREADABLE, unreadable(Reason.INVALID, why)))
        return record


class _Latin1(str):
    """A name that is no UTF-8. Read as Latin-1, each byte is a character, and none is lost."""


class _Content(bytearray):
    """The records of a batch. The only parts that are decoded are the names of headers."""

    def __getitem__(self, place: Any) -> Any:
        found = super().__getitem__(place)
        return _Part(found) if isinstance(place, slice) else found


class _Part(bytearray):
    def decode(self, *args: Any) -> str:
        try:
            return super().decode(*args)
        except UnicodeDecodeError:
            return _Latin1(super().decode("latin-1"))


fetcher.MemoryRecords = Batches
