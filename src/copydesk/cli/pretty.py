"""Records as people read them on a terminal."""

import shutil
import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from copydesk.cli.forms import plain
from copydesk.pipeline import CLUTTER, DEAD, EVENTS, PLACES, QUOTES, RAW, REPLAYS, STORIES
from copydesk.records import Record

_SHOWN: Final = 8
"""Most names, and most quotes, that are shown of an article."""
_BODY: Final = 400
"""Characters that are shown of text that is not an article's title."""

_Values = dict[str, Any]


def show(record: Record) -> str:
    """Several lines for a record, and an empty one. Control characters are left out: pages may bring any."""
    value = plain(record)
    if value.get("retracted"):
        lines: Iterable[str] = [f"retracted: {value['id']} on {record.topic}"]
    else:
        lines = _FORMS.get(record.topic, _article)(value)
    return "\n".join(_wrapped(line) for line in lines) + "\n"


def printable(text: str) -> str:
    """A text on one line and without control characters, which could take a terminal over."""
    return "".join(character if character.isprintable() else " " for character in text)


def _article(article: _Values) -> Iterator[str]:
    yield article["title"] or "(no title)"
    yield "  " + " · ".join(_facts(article))
    people = (f"{one['name']}" for one in article.get("entities", ()) if one["type"] == "PERSON")
    organisations = (one["name"] for one in article.get("entities", ()) if one["type"] == "ORG")
    labelled = {
        "topics": (f"{one['name']} {one['score']:.2f}" for one in article.get("topics", ())),
        "people": people,
        "organisations": organisations,
        "places": (f"{one['name']} ({_where(one)})" for one in article.get("places", ())),
    }
    for label, names in labelled.items():
        yield from _row(label, names)
    quotes = article.get("quotes", ())
    for quote in quotes[:_SHOWN]:
        said = " … ".join(article["text"][start:end] for start, end in quote["content"])
        yield f"  {_speaker(quote)}: {_short(said)}"
    if len(quotes) > _SHOWN:
        yield f"  and {len(quotes) - _SHOWN} more quotes"


def _facts(article: _Values) -> Iterator[str]:
    yield article["id"]
    source = article["source"]["name"] or article["source"]["domain"]
    if source:
        yield source
    if article["published_at"]:
        yield article["published_at"]["value"]
    if article["language"]:
        yield article["language"]["code"]
    yield f"{len(article['text'])} characters"
    if article["removed"]:
        yield f"{len(article['removed'])} pieces of clutter removed"
    if article.get("duplicate_of"):
        yield f"{article['duplicate_kind']} duplicate of {article['duplicate_of']}"
    if article.get("story") and article["story"]["size"] > 1:
        yield f"{article['story']['size']} articles in its story"
    yield from article["limits"]


def _row(label: str, names: Iterable[str]) -> Iterator[str]:
    distinct = list(dict.fromkeys(names))
    if distinct:
        more = f" and {len(distinct) - _SHOWN} more" if len(distinct) > _SHOWN else ""
        yield f"  {label}: {', '.join(distinct[:_SHOWN])}{more}"


def _quote(item: _Values) -> Iterator[str]:
    yield f"{_speaker(item['quote'])}: {_short(item['text'])}"
    yield f"  {item['title'] or item['id']}"


def _event(item: _Values) -> Iterator[str]:
    yield f"{item['event']['type']}: {_short(item['text'])}"
    yield f"  {item['title'] or item['id']}"


def _place(item: _Values) -> Iterator[str]:
    yield f"{item['place']['name']} ({_where(item['place'])})"
    yield f"  {item['title'] or item['id']}"


def _story(story: _Values) -> Iterator[str]:
    yield story["title"] or "(no title)"
    yield f"  {len(story['members'])} articles · {story['first_seen']} to {story['last_seen']}"
    for label in ("people", "places", "topics"):
        yield from _row(label, story[label])


def _clutter(clutter: _Values) -> Iterator[str]:
    yield f"{clutter['outlet']} repeats {len(clutter['lines'])} lines under its articles"
    for line in clutter["lines"]:
        yield f"  {_short(line)}"


def _dead(letter: _Values) -> Iterator[str]:
    yield f"{letter['reason']} in {letter['stage']}: {letter['message']}"
    yield f"  dead letter {letter['id']} · {letter['origin']} · key {letter['key']} · {letter['first_failure']}"


def _replay(replay: _Values) -> Iterator[str]:
    yield f"{replay['letter']} was put back as {replay['raw'] or 'new input'}"
    yield f"  {replay['at']}"


def _raw(article: _Values) -> Iterator[str]:
    yield f"key {article['key']} · {article['content_type'] or 'no content type'}"
    yield "  " + _short(article["value"] or "(bytes that are not UTF-8)")


_FORMS: Final[dict[str, Callable[[_Values], Iterator[str]]]] = {
    RAW.name: _raw,
    QUOTES.name: _quote,
    EVENTS.name: _event,
    PLACES.name: _place,
    STORIES.name: _story,
    CLUTTER.name: _clutter,
    DEAD.name: _dead,
    REPLAYS.name: _replay,
}


def _where(place: _Values) -> str:
    return f"{place['latitude']:.2f}, {place['longitude']:.2f}"


def _speaker(quote: _Values) -> str:
    return quote["speaker_name"] or "(speaker not known)"


def _short(text: str) -> str:
    return textwrap.shorten(text, _BODY, placeholder=" …")


def _wrapped(line: str) -> str:
    indent = "  " if line.startswith("  ") else ""
    width = max(40, min(120, shutil.get_terminal_size().columns))
    return textwrap.fill(printable(line).strip(), width, initial_indent=indent, subsequent_indent=indent + "  ")
