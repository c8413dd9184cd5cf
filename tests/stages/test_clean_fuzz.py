"""Whatever bytes arrive, *clean* ends in an event or a reason, soon, and the event keeps its promises."""

import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk import codec
from copydesk.errors import Reason, Reject
from copydesk.events import CleanArticle
from copydesk.records import Record
from copydesk.stages import clean

CASES = [path for path in sorted((Path(__file__).parent / "clean").iterdir()) if path.is_dir()]
INPUTS = [next(path.glob("input*")).read_bytes() for path in CASES]
SEED = 20_261_124
COUNT = 600
SECONDS = 12.0
"""Longest that an article may take; usual are some milliseconds, deep pages take seconds, and machines may be slow."""


def truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def beheaded(data: bytes, chance: random.Random) -> bytes:
    return data[chance.randrange(len(data) + 1) :]


def flipped(data: bytes, chance: random.Random) -> bytes:
    mutated = bytearray(data)
    for _ in range(min(len(mutated), chance.choice((1, 8, 64, 512)))):
        mutated[chance.randrange(len(mutated))] ^= 1 << chance.randrange(8)
    return bytes(mutated)


def noise(_: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((1, 7, 300, 5_000)))


def nuls(data: bytes, chance: random.Random) -> bytes:
    return data.replace(b" ", b"\0") if chance.random() < 0.5 else b"\0" * 500 + data


def surrogates(data: bytes, _: random.Random) -> bytes:
    return data.decode("utf-8", "replace").replace("e", "\udcff").encode("utf-8", "surrogatepass")


def invisible(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    mark = chance.choice("\u00ad\u200b\ufeff\u00a0\t\u2028\r\x07")
    return "".join(mark + letter if chance.random() < 0.1 else letter for letter in text).encode()


def utf16(data: bytes, chance: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32")))


def deep_html(_: bytes, chance: random.Random) -> bytes:
    tag = chance.choice((b"<div>", b"<p><b>", b"<table><tr><td>", b"<blockquote>", b"<ul><li>", b"<a>", b"<svg>"))
    return b"<html><body>" + tag * chance.choice((50, 5_000, 40_000)) + b"The end of a very deep page."


def deep_json(_: bytes, chance: random.Random) -> bytes:
    depth = chance.choice((10, 2_000, 200_000))
    return chance.choice((b'{"content":' * depth, b"[" * depth, b'{"content":"x","bodies":' + b"[" * depth))


def deep_linked_data(data: bytes, _: random.Random) -> bytes:
    return b'<html><script type="application/ld+json">' + b'{"@graph":[' * 50_000 + b"</script><p>" + data


def wrong_types(_: bytes, chance: random.Random) -> bytes:
    value = chance.choice((None, 3, [], {}, True, [[1]], {"content": 1}, "\u0000", "x" * 10_000))
    field = chance.choice(("content", "text", "maintext", "bodies"))
    names = ("url", "authors", "published_at", "title", "id", "source", "uri", "headlines", "infosources", "bylines")
    return json.dumps({field: value, **{name: value for name in names if chance.random() < 0.5}}).encode()


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    truncated,
    beheaded,
    flipped,
    flipped,
    noise,
    nuls,
    surrogates,
    invisible,
    utf16,
    deep_html,
    deep_json,
    deep_linked_data,
    wrong_types,
)


def cleaned(value: bytes, key: bytes | None = None) -> tuple[CleanArticle, str]:
    raw = clean.read(Record("news.raw.v1", 0, 0, 0, key, value))
    return clean.clean(raw), raw.content


def promises(article: CleanArticle, content: str) -> None:
    """What holds for every clean article: exact offsets, exact maps, and what arrives can be read back."""
    assert codec.decode(codec.encode(article), CleanArticle) == article
    text = article.text
    assert text == "\n\n".join(text[block.start : block.end] for block in article.blocks)
    assert all(block.end > block.start for block in article.blocks)
    for start, raw_start, length in article.raw_map or ():
        assert text[start : start + length] == content[raw_start : raw_start + length]
    for cut in article.removed:
        assert (cut.raw_start is None) == (article.raw_map is None)
        if cut.raw_start is not None and cut.raw_end is not None:
            assert cut.text == content[cut.raw_start : cut.raw_end]
    for credit in article.credits:
        assert credit.start is None or credit.end is not None


def test_mutated_inputs_end_in_an_event_or_a_reason() -> None:
    """Hundreds of mutants of every kind: each ends in time, and none in an error that is not a reason."""
    chance = random.Random(SEED)
    ends: Counter[str] = Counter()
    unnamed = 0
    clean.warm()
    for number in range(COUNT):
        mutation = chance.choice(MUTATIONS)
        value = mutation(chance.choice(INPUTS), chance)
        started = time.process_time()
        try:
            article, content = cleaned(value)
        except Reject as error:
            ends[error.reason] += 1
            unnamed += error.reason is Reason.INVALID and not error.message.startswith("RawArticle")
        else:
            ends["cleaned"] += 1
            promises(article, content)
        took = time.process_time() - started
        assert took < SECONDS, f"{mutation.__name__}, mutant {number}: {took:.1f} s"
    print(f"seed {SEED}: {dict(ends)}")
    assert unnamed == 0
    assert ends["cleaned"] > COUNT / 5
    assert {Reason.UNDECODABLE, Reason.INVALID, Reason.TOO_LARGE} <= set(ends)


LONG = {
    "one line": b"word " * 700_000,
    "one word": b"x" * 3_900_000,
    "spaces": b"a" + b" " * 3_900_000 + b"b",
    "short lines": b"ab\n" * 1_200_000,
    "same paragraph": b"The ferry will sail from Ostend again, the director of the port said.\n\n" * 50_000,
    "wrapped": b"the ferry will sail from Ostend again, the director of the port said,\n" * 50_000,
    "page": b"<html><body>" + b"<p>A paragraph of a page without an end.</p>" * 80_000,
    "tags": b"<html>" + b"<" * 3_000_000,
    "comment": b"<!--" + b"-" * 3_000_000,
    "dates": b"Published " + b"12:30 " * 600_000,
    "sources": b"Source: " + b"and, " * 700_000,
    "capitals": b"A " * 1_900_000,
    "far too large": b"The same sentence again and again, for twenty megabytes. " * 350_000,
}


@pytest.mark.parametrize("name", LONG)
def test_time_grows_with_the_size_and_no_faster(name: str) -> None:
    """The largest records that are accepted end within the deadline of a stage."""
    started = time.process_time()
    with contextlib.suppress(Reject):
        promises(*cleaned(LONG[name]))
    assert time.process_time() - started < 30
