"""Mutations: what may become of an article on its way, each a function from bytes and chance to other bytes."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

EXAMPLES: Final = sorted(
    path for path in (Path(__file__).resolve().parents[2] / "examples").iterdir() if path.name != "README.md"
)
"""Articles to begin with."""


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def flipped(data: bytes, chance: random.Random) -> bytes:
    mutated = bytearray(data)
    for _ in range(min(len(mutated), chance.choice((1, 8, 64)))):
        mutated[chance.randrange(len(mutated))] ^= 1 << chance.randrange(8)
    return bytes(mutated)


def spliced(data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(EXAMPLES).read_bytes()
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def noise(_: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 7, 300, 5_000)))


def nuls(data: bytes, chance: random.Random) -> bytes:
    return data.replace(b" ", b"\0") if chance.random() < 0.5 else b"\0" * 500 + data


def surrogates(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    if chance.random() < 0.5:
        return b'{"content": "' + rb"\ud800 lone \udfff" * 20 + b'"}'
    return text.replace("e", "\udcff").encode("utf-8", "surrogatepass")


def deep_html(_: bytes, chance: random.Random) -> bytes:
    tag = chance.choice((b"<div>", b"<p><b>", b"<table><tr><td>", b"<blockquote>"))
    return b"<html><body>" + tag * chance.choice((50, 5_000, 40_000)) + b"The end of a very deep page."


def deep_json(_: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((10, 2_000, 200_000))
    return chance.choice((b'{"content":' * depth, b"[" * depth, b'{"content":"x","bodies":' + b"[" * depth))


def wrong_types(_: bytes, chance: random.Random) -> bytes:
    value = chance.choice((None, 3, [], {}, True, [[1]], {"content": 1}))
    return json.dumps({"content": value, "url": value, "authors": value, "published_at": value}).encode()


MUTATIONS: Final[tuple[Callable[[bytes, random.Random], bytes], ...]] = (
    truncated,
    flipped,
    flipped,
    spliced,
    noise,
    nuls,
    surrogates,
    deep_html,
    deep_json,
    wrong_types,
)
