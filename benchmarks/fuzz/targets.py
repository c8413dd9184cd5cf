"""Targets: what is fuzzed. Each makes an input by chance, gives it to what reads it, and returns how that ended."""

import io
import json
import random
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from agents import frames
from benchmarks.fuzz import hostile, web
from benchmarks.fuzz.arguments import arguments
from benchmarks.fuzz.batches import CODECS, HEAD, batch, repacked
from benchmarks.fuzz.mutations import EXAMPLES, MUTATIONS, deep_html
from copydesk import codec, limits
from copydesk.cli import forms, inputs, letters, when
from copydesk.errors import Reason, UsageError
from copydesk.kafka import dead_letters
from copydesk.kafka.batches import Batches
from copydesk.kafka.subjects import subject
from copydesk.pipeline import DEAD, RAW, STAGES
from copydesk.records import UNREADABLE, Failure, Header, Output, Record
from copydesk.runner import Linker, process
from copydesk.settings import read_settings, variable
from copydesk.text import encodings, identity, moments

Target = Callable[[random.Random], str]

ACCEPTED: Final = "accepted"

_SCHEMAS: Final = Path(__file__).resolve().parents[2] / "schemas" / "examples"
_SHORT: Final = tuple(mutation for mutation in MUTATIONS if mutation is not deep_html)
"""Without what takes seconds: the limits have tests of their own."""
_HOSTILE: Final = tuple((hostile.TEXTS | hostile.PAGES | hostile.JSON).values())
_ALL_STAGES: Final = 0.08
"""Share of the articles that go on through all stages."""
_JUNK: Final[tuple[Any, ...]] = (
    *(None, True, -1, 0, 2**53, 2**64, 10**30, 1e308, -0.5, "", "\0", "x" * 5_000, "é\u0301\u200b", "\ud800"),
    *([], {}, [[[]]], [None], {"": {}}, "2026-13-45", "http://[", "//", "1" * 400),
)
_NAMES: Final = (
    *("copydesk-origin", "copydesk-received", "copydesk-replay-of", "ce_type", "ce_id", "ce_time", "ce_specversion"),
    *("content-type", "traceparent", "source", "copydesk-dead-reason", "copydesk-dead-offset", "copydesk-dead-message"),
)
_VALUES: Final = (
    *(None, b"", b"\0", b"\xff\xfe", b"a/b/c", b"news.raw.v1/0/1", b"/" * 9, b"news.raw.v1/0/" + b"9" * 400, b"-1"),
    *(b"1" * 30, "²".encode(), "١".encode(), b"text/html; charset=utf-7", b"text/html; charset=\0", b"application/pdf"),
    *(b"application/json", b"news.clean.v1", b"x" * 9_000, b";" * 3_000, b"00-0-0-00"),
)


def articles(chance: random.Random) -> str:
    """Mutated and hostile articles in every form, through *clean*; some of them through all stages."""
    if chance.random() < 0.2:
        value = chance.choice(_HOSTILE)(chance.choice((10, 300, 4_000)))
    else:
        value = chance.choice(_SHORT)(chance.choice(EXAMPLES).read_bytes(), chance)
    return _through(Record(RAW.name, 0, chance.randrange(10**6), 1, None, value), chance.random() < _ALL_STAGES)


def headers(chance: random.Random) -> str:
    """Good articles with any key, and with headers that are forged, doubled, endless or no text."""
    key = chance.choice((None, b"", b"k", b"\xff", b"k" * 5_000, b"http://[", b"\0", chance.randbytes(8)))
    value = chance.choice((None, b"", chance.choice(EXAMPLES).read_bytes()))
    return _through(Record(RAW.name, 0, 1, 1, key, value, _headers(chance)), chance.random() < _ALL_STAGES)


def events(chance: random.Random) -> str:
    """Events of all states, with other values in their fields or broken bytes, given to the stage that reads them."""
    stage = chance.choice(STAGES[1:])
    value = chance.choice(_events(stage.reads.state))
    if chance.random() < 0.2:
        value = chance.choice(_SHORT)(value, chance)
    elif chance.random() < 0.95:
        value = _replaced(value, chance)
    record = Record(stage.reads.name, 0, 1, 1, chance.choice((b"k", None, b"\xff")), value, _headers(chance, 3))
    return _ended(_linker().process(record) if stage.stateful else process(stage, record))


def dead(chance: random.Random) -> str:
    """Letters of any record, and records of the dead topic that are none: written, read back, shown."""
    value = chance.choice((None, b"", chance.choice(_SHORT)(chance.choice(EXAMPLES).read_bytes(), chance)))
    record = Record(chance.choice((RAW.name, DEAD.name)), 0, 1, 1, b"\xffk", value, _headers(chance))
    if chance.random() < 0.7:
        failure = Failure(chance.choice(list(Reason)), "Reject", "\ud800\x1b[2J" * chance.choice((1, 2_000)))
        letter = dead_letters.letter("clean", record, failure, 1, datetime(2026, 3, 3, tzinfo=UTC))
        record = _record(letter, 1)
        if dead_letters.read(record).reason != failure.reason:
            raise AssertionError("a letter says another reason than it was written for")
    shown = "\n".join(letters.view(record, None))
    if "\x1b" in shown:
        raise AssertionError("a letter reaches the terminal with its control characters")
    codec.dump(forms.plain(record))
    subject(record)
    return ACCEPTED


def commands(chance: random.Random) -> str:
    """What a person gives to the commands: standard input, settings, times."""
    kind = chance.randrange(3)
    if kind == 0:
        given = chance.choice(_SHORT)(chance.choice(EXAMPLES).read_bytes(), chance)
        for article in inputs._standard_input(io.BytesIO(given)):
            inputs.key_of(article)
        return ACCEPTED
    text = _text(chance)
    try:
        if kind == 1:
            names = ("max_bytes", "article_deadline", "log_level", "web_port", "window_days", "workers", "no such")
            read_settings({variable(chance.choice(names)): text})
        else:
            chance.choice((when.since, when.until))(text, datetime(2026, 3, 3, tzinfo=UTC))
    except UsageError:
        return "usage"
    return ACCEPTED


def batches(chance: random.Random) -> str:
    """Batches as brokers give them: any bytes for names, packed or not, whole or broken. Each record is told of."""
    records = [(b"k", chance.randbytes(9), [(_bytes(chance), _value(chance))]) for _ in range(chance.randrange(1, 4))]
    codec = chance.choice((None, *CODECS))
    made = batch(records, codec)
    broken = chance.random() < 0.5
    if broken:
        made = repacked(made, CODECS[codec][0] if codec else 0, chance.choice(_SHORT)(made[HEAD:], chance))
    found = list(Batches(made).next_batch())
    for one in found:
        limits.header_size(one.headers)
        "".join(name for name, _ in one.headers).encode()
    if not broken and [(one.offset, one.value) for one in found] != [
        (offset, value) for offset, (_, value, _) in enumerate(records)
    ]:
        raise AssertionError("a batch was read that holds other records than those that were sent")
    said = [dict(one.headers).get(UNREADABLE) for one in found]
    return next((text.decode().partition(":")[0] for text in said if text), ACCEPTED)


def requests(chance: random.Random) -> str:
    """HTTP requests for every route of a worker's web view, broken ones too."""
    status = web.answered(chance)
    return ACCEPTED if status in {"200", "206", "304"} else status


def texts(chance: random.Random) -> str:
    """Dates, addresses and encodings, each read by itself."""
    text = _text(chance)
    moments.parse(text)
    for read in (identity.is_url, identity.canonical_url, identity.domain, identity.is_domain, identity.key_id):
        read(text)
    data = chance.choice(_SHORT)(chance.choice(EXAMPLES).read_bytes()[:3_000], chance)
    found = encodings.decode(data, chance.choice((None, "utf-8", "utf-7", "cp1252", "idna", "zlib", text[:20])))
    return ACCEPTED if found is not None else Reason.UNDECODABLE.value


def pipes(chance: random.Random) -> str:
    """Any record goes to a process of the worker and is the same there."""
    record = Record(
        RAW.name, 0, 1, 1, chance.randbytes(3), chance.choice((None, chance.randbytes(50))), _headers(chance)
    )
    work = frames.Work("clean", [record])
    if frames.read_request(io.BytesIO(frames.pack(work))) != work:
        raise AssertionError("a record is another one behind the pipe")
    return ACCEPTED


TARGETS: Final[dict[Target, int]] = {
    articles: 26,
    headers: 12,
    events: 13,
    dead: 8,
    batches: 5,
    requests: 20,
    commands: 4,
    arguments: 4,
    texts: 6,
    pipes: 2,
}
"""What is fuzzed, and its share of the inputs in percent."""


def _through(record: Record, all_stages: bool) -> str:
    for stage in STAGES if all_stages else STAGES[:1]:
        outcome = _linker().process(record) if stage.stateful else process(stage, record)
        if isinstance(outcome, Failure) or stage.stateful:
            return _ended(outcome)
        record = _record(outcome[0], record.offset)
    return ACCEPTED


def _ended(outcome: list[Output] | Failure) -> str:
    if not isinstance(outcome, Failure):
        return ACCEPTED
    if outcome.reason is Reason.STAGE_FAILED:
        raise AssertionError(f"{outcome.exception}: {outcome.message}\n{outcome.stack}")
    return outcome.reason.value


def _record(output: Output, offset: int) -> Record:
    return Record(output.topic, 0, offset, 1, output.key, output.value, output.headers)


@cache
def _linker() -> Linker:
    return Linker(STAGES[-1])


@cache
def _events(state: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((_SCHEMAS / state / "valid").glob("*.json"))]


def _headers(chance: random.Random, most: int = 12) -> tuple[Header, ...]:
    count = 150 if chance.random() < 0.02 else chance.randrange(most)
    return tuple((_name(chance), _value(chance)) for _ in range(count))


def _name(chance: random.Random) -> str:
    return chance.choice(_NAMES) if chance.random() < 0.9 else chance.choice(("", "\0", "é", "n" * 300, "a b"))


def _bytes(chance: random.Random) -> bytes:
    return chance.choice((b"name", b"caf\xc3\xa9", b"caf\xe9", b"\xff" * 300, b"", b"\0", b"\xed\xa0\x80"))


def _value(chance: random.Random) -> bytes | None:
    return chance.choice(_VALUES) if chance.random() < 0.9 else chance.randbytes(chance.randrange(40))


def _text(chance: random.Random) -> str:
    seeds = (
        *("2026-03-03T12:00:00Z", "3 mai 2022", "May 3, 2022 10:30 pm", "Tue, 03 Mar 2026 12:00:00 +0100", "2h", "7d"),
        *(
            "https://user:pw@example.org:80/a?b=c#d",
            "http://[::1]/",
            "example.org",
            "http://xn--a",
            "info",
            "80",
            "1e9",
        ),
    )
    letters_of = list(chance.choice(seeds))
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(letters_of) + 1)
        letters_of[at : at + chance.randrange(3)] = chance.choice(
            ("", "9" * 5, "\0", "²", "١", "\ud800", "[", "%", " ", "-")
        )
    return "".join(letters_of)


def _replaced(value: bytes, chance: random.Random) -> bytes:
    """JSON with one to three of its values replaced or left out, wherever they are."""
    whole = [json.loads(value)]
    for _ in range(chance.randrange(1, 4)):
        holder: Any = whole
        place: Any = 0
        while isinstance(holder[place], (dict, list)) and holder[place] and (holder is whole or chance.random() < 0.8):
            holder = holder[place]
            place = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        if holder is not whole and chance.random() < 0.2:
            del holder[place]
        else:
            alike = [junk for junk in _JUNK if type(junk) is type(holder[place])] if chance.random() < 0.7 else []
            holder[place] = deepcopy(chance.choice(alike or _JUNK))  # it may be replaced in, too
    return json.dumps(whole[0]).encode()
