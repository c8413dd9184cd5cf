"""What travels between a worker and its processes: length-prefixed MessagePack frames over pipes."""

import asyncio
import struct
from typing import BinaryIO, Final

import msgspec

from copydesk.records import Failure, Output, Record

_LENGTH: Final = struct.Struct("!I")


class Work(msgspec.Struct, frozen=True, tag="work"):
    """Run a stage on these records; one `Result` follows for each, in order."""

    stage: str
    records: list[Record]


class Restore(msgspec.Struct, frozen=True, tag="restore"):
    """Fold these committed outputs into the window of *link*; a `Ready` follows."""

    records: list[Record]


class Learned(msgspec.Struct, frozen=True, tag="learned"):
    """What was learned of outlets, for all records that come after it; nothing follows."""

    records: list[Record]


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The process has loaded all that it needs, or has done what it was told."""


class Result(msgspec.Struct, frozen=True, tag="result"):
    """What came of one record: outputs, or why it becomes a dead letter; the seconds that it took, and the attempts."""

    outputs: list[Output]
    failure: Failure | None
    seconds: float
    attempts: int = 1


Request = Work | Restore | Learned
Reply = Ready | Result

_encoder: Final = msgspec.msgpack.Encoder()
_requests: Final[msgspec.msgpack.Decoder[Request]] = msgspec.msgpack.Decoder(Request)
_replies: Final[msgspec.msgpack.Decoder[Reply]] = msgspec.msgpack.Decoder(Reply)


def pack(message: Request | Reply) -> bytes:
    """Encode a message with its length in front."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


def read_request(stream: BinaryIO) -> Request | None:
    """Read the next request, in the process; ``None`` when the worker has closed the pipe."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return _requests.decode(body) if len(body) == length else None


async def read_reply(stream: asyncio.StreamReader) -> Reply:
    """Read the next reply, in the worker.

    Raises:
        asyncio.IncompleteReadError: the process has ended.
    """
    (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    return _replies.decode(await stream.readexactly(length))
