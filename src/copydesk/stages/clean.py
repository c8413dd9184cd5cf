"""Clean: cut the clutter away, find title, dates, authors and credits."""

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from msgspec.structs import asdict, replace

from copydesk import codec
from copydesk.errors import Reason, Reject
from copydesk.events import (
    Author,
    Block,
    BlockKind,
    CleanArticle,
    Clutter,
    Credit,
    Dateline,
    Language,
    Moment,
    Origin,
    Provenance,
    RawArticle,
    ReceivedArticle,
    Removed,
    Run,
    Source,
)
from copydesk.records import CONTENT_TYPE, Record
from copydesk.settings import settings
from copydesk.text import encodings, forms, identity
from copydesk.version import PIPELINE_VERSION

if TYPE_CHECKING:
    from copydesk.text import bylines, moments
    from copydesk.text.bodies import Cut
    from copydesk.text.credits import Credit as Named
    from copydesk.text.remarks import Said

_LINES: Final = 20_000
"""Most lines of a plain text that are read; the longest live blogs have some 3,000."""
_EVEN: Final = 0.5
_LISTED: Final = 10
"""Lines without a sentence among them from which a text is a list of links, not an empty article."""


def warm() -> None:
    """Load what the stage needs, once per process, by cleaning a text and a page."""
    text = "The ferry will sail from Ostend again, the director of the port told Reuters."
    for content in (text, f"<p>{text}</p>"):
        clean(ReceivedArticle(id="warm", content=content, origin=Origin(topic="", partition=0, offset=0)))


class _Learned(NamedTuple):
    """The lines that an outlet repeats, by mark, and the name of their set."""

    marks: frozenset[int] = frozenset()
    version: str | None = None


_learned: dict[str, _Learned] = {}
"""What this process has been told of each outlet."""


def learn(outlet: str, clutter: Clutter | None) -> None:
    """Take in what was learned of an outlet; articles are cleaned by it from now on. ``None``: forget it."""
    from copydesk.text.recurring import mark

    if clutter is None:
        _learned.pop(outlet, None)
    else:
        _learned[outlet] = _Learned(frozenset(map(mark, clutter.lines)), clutter.version)


def retracted_id(key: bytes | None) -> str:
    """The id of the article that a tombstone retracts: the key, or what `read` makes of the URL that it is."""
    if not key:
        raise Reject(Reason.INVALID, "a tombstone needs a key: the article's id or its URL")
    return identity.key_id(key.decode("utf-8", "replace"))


def read(record: Record) -> ReceivedArticle:
    """Read a raw article of any accepted form from its record.

    Raises:
        Reject: ``empty``, ``too-large``, ``undecodable``; ``invalid`` for JSON with a field of the wrong type.
    """
    value = record.value or b""
    limit = settings().max_bytes
    if len(value) > limit:
        raise Reject(Reason.TOO_LARGE, f"the raw article has {len(value)} bytes; {limit} are read")
    if not value.strip(b" \t\r\n\0"):
        raise Reject(Reason.EMPTY, "the record has no content")
    compression = encodings.compression(value)
    if compression is not None:
        raise Reject(Reason.UNDECODABLE, f"the value is compressed ({compression}): send it uncompressed")
    form, charset = forms.media_form(record.header(CONTENT_TYPE))
    text = encodings.decode(value, charset)
    if text is None:
        raise Reject(Reason.UNDECODABLE, "the bytes are no text in any encoding that was declared or detected")
    form = form or forms.sniff(text)
    if form == "json":
        raw = _json(text)
    else:
        raw = RawArticle(content=text, content_type="text/html" if form == "html" else "text/plain")
    key = record.key.decode("utf-8", "replace") if record.key else None
    if raw.url is None and key and identity.is_url(key):
        raw = replace(raw, url=key)
    return ReceivedArticle(**asdict(replace(raw, id=_id(raw, key))), origin=record.origin)


def clean(raw: ReceivedArticle) -> CleanArticle:
    """Clean a raw article.

    Raises:
        Reject: ``empty`` when nothing but clutter is left; ``not-an-article`` for lists of links, error and consent
            pages; ``undecodable`` for noise; ``too-large`` for a page of too many elements.
    """
    return _article(raw, _draft(raw))


class Verdict(NamedTuple):
    """What became of a line of the content, and why.

    Attributes:
        text: on one line.
        decision: ``title``; the kind of block that it became; the reason why it was removed; ``unlisted`` for one that
            was removed beyond the number of lines that an event lists.
        kept: whether it is part of the text.
        chance: how likely it seemed to be part of the article, 0..1, by its looks and its place.
        phrase: what the table of known phrases says of it.
    """

    text: str
    decision: str
    kept: bool
    chance: float
    phrase: str | None


def explain(raw: ReceivedArticle) -> tuple[CleanArticle, list[Verdict]]:
    """Clean a raw article, and tell of each of its lines what became of it.

    Raises:
        Reject: as `clean` does.
    """
    from copydesk.text.lines import plain
    from copydesk.text.phrases import hits

    draft = _draft(raw)
    article = _article(raw, draft)
    kept: dict[str, deque[str]] = defaultdict(deque)
    removed: dict[str, deque[str]] = defaultdict(deque)
    for block in article.blocks:
        kept[article.text[block.start : block.end]].append(block.kind)
    for cut in article.removed:
        removed[plain(cut.text)].append(cut.reason)
    heading = plain(article.title or "")
    verdicts: list[Verdict] = []
    for text, chance in draft.shown:
        stays = bool(kept[text]) and (not removed[text] or chance >= _EVEN)
        names = kept[text] if stays else removed[text]
        decision = names.popleft() if names else "unlisted"
        if text == heading and not stays:
            decision, heading = "title", ""
        phrase = next((told for told in hits(text) if told), None)
        verdicts.append(Verdict(text, decision, stays, round(chance, 2), phrase))
    return article, verdicts


def _draft(raw: ReceivedArticle) -> "_Draft":
    if encodings.is_noise(raw.content):
        raise Reject(Reason.UNDECODABLE, "the content is no text: most of it are characters that nobody writes")
    is_page = raw.content_type == "text/html" or (raw.content_type is None and forms.is_html(raw.content))
    return _of_page(raw) if is_page else _of_text(raw)


# --- reading ----------------------------------------------------------------------------------------------------------


def _json(text: str) -> RawArticle:
    value = codec.parse(text.encode("utf-8", "replace"))
    return codec.convert(forms.own_fields(value) if isinstance(value, dict) else value, RawArticle)


def _id(raw: RawArticle, key: str | None) -> str:
    if raw.id:
        return raw.id
    if key and not identity.is_url(key):
        return key
    return identity.url_id(raw.url) if raw.url else identity.text_id(raw.content)


# --- the article of each form -------------------------------------------------------------------------------------


class _Draft(NamedTuple):
    """What the content gave, whatever its form."""

    title: str | None
    text: str
    blocks: list[Block]
    cuts: "list[Cut]"
    raw_map: list[Run] | None
    authors: list[str]
    said: "Said"
    shown: list[tuple[str, float]]
    """All lines in order, each with its chance to be part of the article."""
    site: str | None = None
    section: str | None = None
    url: str | None = None
    language: str | None = None
    clutter: str | None = None
    """The name of the learned lines that it was cleaned by."""


def _of_text(raw: ReceivedArticle) -> _Draft:
    from copydesk.text import bodies, lines

    count = raw.content.count("\n") + raw.content.count("\r")
    found = lines.split(raw.content) if count <= 4 * _LINES else []
    if count > 4 * _LINES or len(found) > _LINES:
        raise Reject(Reason.TOO_LARGE, f"the text has {max(count, len(found))} lines; {_LINES} are read")
    body = bodies.find_body(found, lines.plain(raw.title) if raw.title else None)
    if not body.lines:
        _reject([line.text for line in found])
    learned = _learned_of(_source(raw.source, None, raw.url), raw.url)
    body = bodies.without(body, learned.marks)
    text, segments = lines.join(body.lines, "\n\n")
    return _Draft(
        title=body.title,
        text=text,
        blocks=_blocks(list(zip(body.kinds, [line.text for line in body.lines], strict=True))),
        cuts=[bodies.Cut(raw.content[start:end], reason, start, end) for _, reason, start, end in body.cuts],
        raw_map=list(segments),
        authors=[*body.said.byline.people, *body.said.byline.agencies],
        said=body.said,
        shown=list(zip([line.text for line in found], body.chances, strict=True)),
        clutter=learned.version,
    )


def _of_page(raw: ReceivedArticle) -> _Draft:
    from copydesk.text import bodies, pages, remarks

    try:
        page = pages.read_page(raw.content, raw.url)
    except pages.TooLarge as error:
        raise Reject(Reason.TOO_LARGE, str(error)) from error
    if page is None:
        raise Reject(Reason.NOT_AN_ARTICLE, "the page holds no text that could be an article")
    if page.is_list:
        raise Reject(Reason.NOT_AN_ARTICLE, f"a home page, a section or another list of articles: {page.title}")
    title = raw.title or page.title
    kept, cuts = bodies.sift(page.blocks, title, page.facts.authors)
    if remarks.is_refusal(title, [text for _, text in kept]):
        raise Reject(Reason.NOT_AN_ARTICLE, f"an error or consent page: {title}")
    if not bodies.has_sentence([text for _, text in kept]):
        _reject([text for _, text in page.blocks])
    url = raw.url or page.facts.url
    learned = _learned_of(_source(raw.source, page.facts.site, url), url)
    kept, recurring = bodies.split(kept, learned.marks)
    cuts += recurring
    texts = [text for _, text in kept]
    away = [*(cut.text for cut in cuts), *page.below]
    said = remarks.said(away, [*page.above, *away])
    return _Draft(
        title=title,
        text="\n\n".join(texts),
        blocks=_blocks(kept),
        cuts=[*cuts, *bodies.left_over(page.seen, page.kept, title)],
        raw_map=None,
        authors=page.facts.authors or [*said.byline.people, *said.byline.agencies],
        said=said._replace(
            published=page.facts.published or said.published,
            modified=page.facts.modified or said.modified,
            truncated=said.truncated or remarks.is_truncated(texts[-1:]),
        ),
        shown=list(zip([line.text for line in page.seen], page.chances, strict=True)),
        site=page.facts.site,
        section=page.facts.section,
        url=page.facts.url,
        language=page.facts.language,
        clutter=learned.version,
    )


def _learned_of(source: Source, url: str | None) -> _Learned:
    name = identity.outlet(source.domain, url, source.name)
    return _learned.get(name, _Learned()) if name else _Learned()


def _reject(lines: list[str]) -> NoReturn:
    if len(lines) >= _LISTED:
        raise Reject(Reason.NOT_AN_ARTICLE, f"a list of links: {len(lines)} lines and no sentence of an article")
    raise Reject(Reason.EMPTY, "nothing is left: no content, or clutter only")


def _article(raw: ReceivedArticle, draft: _Draft) -> CleanArticle:
    from copydesk.text import bylines, languages
    from copydesk.text.credits import by_agency, cited

    names = bylines.people(raw.authors or draft.authors)
    dateline = bylines.dateline(draft.text)
    found = [*draft.said.credits, *(by_agency(name) for name in names.agencies)]
    if dateline and dateline.agency:
        found.append(by_agency(dateline.agency, dateline.agency_span))
    found += cited(draft.text)
    url = raw.url or draft.url
    published = _moment(raw.published_at) or draft.said.published or (dateline and _moment(dateline.date))
    language = languages.detect(draft.text, raw.language or draft.language)
    return CleanArticle(
        id=raw.id or identity.text_id(raw.content),
        revision=None,
        unchanged=False,
        changed=[],
        url=url,
        source=_source(raw.source, draft.site, url),
        published_at=_event(published),
        modified_at=_event(draft.said.modified),
        fetched_at=_event(_moment(raw.fetched_at)),
        section=draft.section,
        truncated=draft.said.truncated,
        clutter=draft.clutter,
        language=Language(code=language.code, confidence=language.confidence) if language else None,
        title=draft.title,
        text=draft.text,
        blocks=draft.blocks,
        removed=[
            Removed(text=cut.text, reason=cut.reason, raw_start=cut.raw_start, raw_end=cut.raw_end)
            for cut in draft.cuts
        ],
        raw_map=draft.raw_map,
        authors=[_author(name, draft.text) for name in names.people],
        dateline=_dateline(dateline),
        credits=_unique(found),
        limits=["language-not-supported"] if language is None and len(draft.text) >= languages.ENOUGH else [],
        provenance=Provenance(pipeline=PIPELINE_VERSION, model=None, stages=[], origin=raw.origin),
    )


# --- plain values to events -----------------------------------------------------------------------------------------


def _blocks(kept: "list[tuple[BlockKind, str]]") -> list[Block]:
    blocks = []
    at = 0
    for kind, text in kept:
        blocks.append(Block(kind=kind, start=at, end=at + len(text)))
        at += len(text) + len("\n\n")
    return blocks


def _moment(text: str | None) -> "moments.Moment | None":
    from copydesk.text import moments

    return moments.parse(text) if text else None


def _event(moment: "moments.Moment | None") -> Moment | None:
    return Moment(value=moment.value, precision=moment.precision, zone=moment.zone) if moment else None


def _source(stated: str | None, site: str | None, url: str | None) -> Source:
    """The publisher may state the outlet by name or by domain; the page adds the other."""
    stated = (stated or "").strip() or None
    domain = identity.domain(url) if url else None
    if stated and identity.is_domain(stated):
        return Source(name=site, domain=stated.lower().removeprefix("www."))
    return Source(name=stated or site, domain=domain)


def _author(name: str, text: str) -> Author:
    start = text.find(name)
    return Author(name=name, start=start if start >= 0 else None, end=start + len(name) if start >= 0 else None)


def _dateline(found: "bylines.Dateline | None") -> Dateline | None:
    return Dateline(place=found.place, date=found.date, start=found.start, end=found.end) if found else None


def _unique(found: "list[Named]") -> list[Credit]:
    """Each name once in each role, at the first place where it stands in the text."""
    first: dict[tuple[str, str], Credit] = {}
    for name, role, start, end in found:
        first.setdefault((name, role), Credit(name=name, role=role, start=start, end=end))
    return list(first.values())
