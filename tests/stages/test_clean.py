"""*clean*: cases as folders of an input and what is expected of it, and what holds for every article."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.errors import Reason, Reject
from copydesk.events import CleanArticle, Clutter, Origin, ReceivedArticle
from copydesk.records import Record
from copydesk.stages import clean

CASES = sorted(path for path in (Path(__file__).parent / "clean").iterdir() if path.is_dir())
SEED = Path(__file__).resolve().parents[3] / "shared" / "seed"
LEAD = "The ferry will sail from Ostend again on Friday, the director of the port said at a meeting."
BODY = f"{LEAD}\n\nIt has room for four hundred passengers, and tickets will cost less than forty euros."

CONSENT = b"""<html><title>Before you continue</title><body><h1>Before you continue</h1><p>We and our 840 partners store
and access personal data, like browsing data or unique identifiers, on your device.</p><p>Selecting Accept All enables
tracking. You can change your choices at any time.</p><button>Accept all</button></body></html>"""


def record(value: bytes | str, key: bytes | None = b"a-1", content_type: str | None = None) -> Record:
    headers = (("content-type", content_type.encode()),) if content_type else ()
    return Record("news.raw.v1", 0, 0, 0, key, value.encode() if isinstance(value, str) else value, headers)


def cleaned(value: bytes | str, key: bytes | None = b"a-1", content_type: str | None = None) -> CleanArticle:
    return clean.clean(clean.read(record(value, key, content_type)))


def again(article: CleanArticle) -> CleanArticle:
    origin = Origin(topic="news.raw.v1", partition=0, offset=1)
    raw = ReceivedArticle(content=article.text, content_type="text/plain", id="a", title=article.title, origin=origin)
    return clean.clean(raw)


def rejected(value: bytes | str, content_type: str | None = None) -> Reject:
    with pytest.raises(Reject) as caught:
        cleaned(value, content_type=content_type)
    return caught.value


def shown(article: CleanArticle) -> dict[str, Any]:
    moment, line = article.published_at, article.dateline
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "truncated": article.truncated,
        "kinds": [block.kind for block in article.blocks],
        "removed": [[cut.text, cut.reason] for cut in article.removed],
        "authors": [author.name for author in article.authors],
        "credits": [[credit.name, credit.role] for credit in article.credits],
        "source": [article.source.name, article.source.domain],
        "published_at": [moment.value.isoformat(), moment.precision, moment.zone] if moment else None,
        "dateline": [line.place, line.date] if line else None,
        "language": article.language.code if article.language else None,
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases(case: Path) -> None:
    """Each folder's input gives what the folder expects."""
    article = cleaned(next(case.glob("input*")).read_bytes())
    expected = json.loads((case / "expected.json").read_text())
    assert {name: shown(article)[name] for name in expected} == expected


def test_the_seed() -> None:
    """The article that the project began with comes out clean."""
    files = sorted(SEED.glob("*.txt")) if SEED.is_dir() else []
    if not files:
        pytest.skip("no ../shared/seed beside this checkout: the seed may not be committed")
    content = files[0].read_text("utf-8")
    article = cleaned(content)
    lines = [line for line in content.split("\n") if line.strip()]
    assert article.title == lines[1]  # below a caption
    headings = [article.text[block.start : block.end] for block in article.blocks if block.kind == "heading"]
    assert headings == [lines[10]]
    assert [credit.name for credit in article.credits] == ["AMPE", "Capital", "Reuters"]
    for phrase in ("untitled design", "You may also like", "Get the latest", "Stay Informed", "Most popular", "AMPE"):
        assert phrase not in article.text
        assert any(phrase in cut.text for cut in article.removed)
    assert all(content[cut.raw_start : cut.raw_end] == cut.text for cut in article.removed)


def test_text_maps_back_to_the_raw_text() -> None:
    """Runs point at the same characters of the raw text, around what was dropped and changed."""
    content = (
        f"Ferry to return\n\nThe fer\u00adry will\u00a0sail  from\u200b Ostend again, the port said.\r\n\r\n{LEAD}"
    )
    article = cleaned(content)
    assert article.text.startswith("The ferry will sail from Ostend again, the port said.\n\n")
    assert article.raw_map is not None
    mapped = sum(length for _, _, length in article.raw_map)
    assert mapped >= len(article.text) - 4
    for start, raw_start, length in article.raw_map:
        assert article.text[start : start + length] == content[raw_start : raw_start + length]


def test_what_is_removed_is_quoted_as_it_stood() -> None:
    """Blanks and soft hyphens stay in what was cut away: its text is the raw text at its offsets."""
    article = cleaned(f"Ferry to return\n\n{BODY}\n\nMost\u00a0  po\u00adpular\n\nSign  up for our newsletter", None)
    assert [cut.text for cut in article.removed] == ["Most\u00a0  po\u00adpular", "Sign  up for our newsletter"]


def test_all_that_a_page_shows_beside_its_article_is_removed_with_a_reason() -> None:
    """Cookie line, menus, caption, newsletter, related links, comments and footer are told apart, none in the text."""
    page = next((Path(__file__).resolve().parents[2] / "examples").glob("02-*.html"))
    article = cleaned(page.read_bytes())
    reasons = {cut.text: cut.reason for cut in article.removed}
    expected = {
        "We and our partners use cookies. Accept all Settings": "legal",
        "Politics": "navigation",
        "Home › World › Africa": "navigation",
        "By Ruth Wanjiku": "credit",
        "Displaced families on the road to Sake on Sunday. Photograph: Congo Images": "caption",
        "Get our morning briefing in your inbox. Sign up": "promotion",
        "Inside the camps on Lake Kivu": "related",
        "reader77: I do not believe a word.": "comment",
        "© 2026 The Continental. All rights reserved.": "legal",
    }
    assert {text: reasons.get(text) for text in expected} == expected
    assert len(reasons) == len(article.removed) == 29
    assert not any(line in article.text.split("\n\n") for line in reasons)
    assert all(cut.raw_start is None and cut.raw_end is None for cut in article.removed)


def test_what_is_removed_from_a_page_is_bounded() -> None:
    """Ten thousand links, or one line of a megabyte, make no event that outweighs its article."""
    paragraphs = "".join(f"<p>{line}</p>" for line in BODY.split("\n\n"))
    page = "<html><body><article><h1>Ferry to return</h1>{}</article><ul>{}</ul></body></html>"
    links = cleaned(page.format(paragraphs, "".join(f"<li><a href='/{n}'>Link {n}</a></li>" for n in range(10_000))))
    assert len([cut for cut in links.removed if cut.text.startswith("Link ")]) == 1_000
    long = cleaned(page.format(paragraphs, f"<li><a href='/'>{'Link and ' * 120_000}</a></li><li>Contact us</li>"))
    assert [cut.text for cut in long.removed][-1:] == ["Contact us"]
    assert sum(len(cut.text) for cut in long.removed) <= 100_000


def test_wrapped_lines_become_paragraphs() -> None:
    """Wire text that is broken after 60 characters comes out as paragraphs."""
    lead = "The ferry will sail from Ostend again on Friday after eleven\nyears, and the director of the port said "
    content = f"Ferry to return\n\n{lead}at a\nmeeting that the first ship has room for 400 passengers.\n\n{BODY}"
    assert " after eleven years, and the director of the port said at a meeting that " in cleaned(content).text


def test_a_key_a_url_and_a_text_make_the_id() -> None:
    """The publisher's id wins, then a key that is no URL, then the URL, then the text; tombstones agree."""
    url = b"https://News.example/a?utm_source=feed&id=7#top"
    assert cleaned(json.dumps({"content": BODY, "id": "own"}), b"key").id == "own"
    assert cleaned(BODY, b"key").id == "key" == clean.retracted_id(b"key")
    by_key = cleaned(BODY, url).id
    assert uuid.UUID(by_key).version == 5
    assert by_key == clean.retracted_id(url) == clean.retracted_id(b"https://news.example/a?id=7")
    assert cleaned(json.dumps({"content": BODY, "url": url.decode()}), None).id == by_key
    assert cleaned(BODY, None).id == cleaned(BODY, None).id != cleaned(LEAD, None).id


def test_a_tombstone_needs_a_key() -> None:
    """Without a key nobody knows what is retracted."""
    with pytest.raises(Reject, match="needs a key"):
        clean.retracted_id(None)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", Reason.EMPTY),
        (b" \n \0", Reason.EMPTY),
        (b'{"content": " "}', Reason.EMPTY),
        (b"You may also like\n\nMost popular\n\nSubscribe to our newsletter", Reason.EMPTY),
        (b"\n".join(b"Section %d" % number for number in range(30)), Reason.NOT_AN_ARTICLE),
        (b"<html><title>404 Not Found</title><body><h1>Not Found</h1></body></html>", Reason.NOT_AN_ARTICLE),
        (CONSENT, Reason.NOT_AN_ARTICLE),
        (CONSENT.replace(b"Before you continue", b"The Continental"), Reason.NOT_AN_ARTICLE),
        (bytes(range(256)) * 20, Reason.UNDECODABLE),
        (b'{"content": "A ferry', Reason.UNDECODABLE),
        (b'{"content": 7}', Reason.INVALID),
        (b'{"title": "No content"}', Reason.INVALID),
        (b"[]", Reason.INVALID),
        (b"null", Reason.INVALID),
        (b" [1, 2.5]", Reason.INVALID),
        (b'["a"]', Reason.INVALID),
        (b"[" * 5_000, Reason.TOO_LARGE),
        (b"x" * 5_000_000, Reason.TOO_LARGE),
    ],
)
def test_what_is_no_article_is_rejected_with_its_reason(value: bytes, reason: Reason) -> None:
    """Each way to be no article has its own reason."""
    assert rejected(value).reason is reason


def test_a_field_of_a_wrong_type_is_named() -> None:
    """The person who reads the dead letter sees which field it was."""
    error = rejected(b'{"content": "A ferry sails.", "authors": "Marta"}')
    assert error.message.startswith("RawArticle")
    assert "$.authors" in error.message


def test_foreign_shapes_are_recognised() -> None:
    """news-please, trafilatura and ninjs give the same article as our own form."""
    shapes = [
        {"content": BODY, "title": "Ferry to return", "published_at": "2025-05-03", "source": "harbour.example"},
        {
            "maintext": BODY,
            "title": "Ferry to return",
            "date_publish": "2025-05-03",
            "source_domain": "harbour.example",
        },
        {
            "text": BODY,
            "raw_text": "A",
            "title": "Ferry to return",
            "date": "2025-05-03",
            "hostname": "harbour.example",
        },
        {
            "bodies": [{"role": "main", "contenttype": "text/plain", "value": BODY}],
            "headlines": [{"role": "main", "value": "Ferry to return"}],
            "firstcreated": "2025-05-03",
            "infosources": [{"name": "harbour.example"}],
        },
    ]
    seen = {json.dumps(shown(cleaned(json.dumps(shape)))) for shape in shapes}
    assert len(seen) == 1


def test_the_content_type_header_wins_over_the_looks() -> None:
    """Text that looks like JSON or HTML is text if the publisher says so."""
    content = f'{{"quoted"}} <p>\n\n{BODY}'
    assert LEAD in cleaned(content, content_type="text/plain").text


PROMOTION = "Our reporters follow this and other ports along the coast on every day of the week."


@pytest.fixture
def learned() -> Iterator[Clutter]:
    clutter = Clutter(
        outlet="harbour.example",
        version="harbour.example/5d0a31c2",
        lines=[PROMOTION],
        learned=datetime(2026, 3, 1, tzinfo=UTC),
    )
    clean.learn(clutter.outlet, clutter)
    yield clutter
    clean.learn(clutter.outlet, None)


def sent(content: str, url: str = "https://www.harbour.example/ferry") -> bytes:
    return json.dumps({"content": content, "url": url, "title": "Ferry to return"}).encode()


@pytest.mark.parametrize("form", ["text", "page"])
def test_what_the_outlet_repeats_is_removed(learned: Clutter, form: str) -> None:
    """Its version stands in the event; articles of other outlets stay as they are."""
    more = "Nobody in the town was sad to hear of it, the mayor said, and the crews were glad."
    paragraphs = [*BODY.split("\n\n"), PROMOTION.upper(), more]
    page = f"<html><body><article>{''.join(f'<p>{text}</p>' for text in paragraphs)}</article></body></html>"
    content = "\n\n".join(paragraphs) if form == "text" else page
    article = cleaned(sent(content))
    assert article.clutter == learned.version
    assert article.text == f"{BODY}\n\n{more}"
    assert [cut.text for cut in article.removed if cut.reason == "repeated"] == [PROMOTION.upper()]
    if article.raw_map is not None:
        assert all(article.text[a : a + n] == content[raw : raw + n] for a, raw, n in article.raw_map)
    other = cleaned(sent(content, "https://elsewhere.example/ferry"))
    assert other.clutter is None
    assert PROMOTION.upper() in other.text


def test_an_article_of_nothing_else_stays(learned: Clutter) -> None:
    """A line that is all of an article is no clutter of it."""
    article = cleaned(sent(PROMOTION))
    assert (article.text, article.clutter) == (PROMOTION, learned.version)


def test_a_byline_date_counts_only_with_its_year() -> None:
    """A date without a year is no date of publication: nobody knows the year."""
    with_year = cleaned(f"Ferry to return\n\nPublished May 3, 2025 10:30 UTC\n\n{BODY}").published_at
    assert with_year is not None
    assert (with_year.value.isoformat(), with_year.precision) == ("2025-05-03T10:30:00+00:00", "minute")
    assert cleaned(f"Ferry to return\n\nMay 3\n\n{BODY}").published_at is None


def test_what_is_cut_off_is_marked() -> None:
    """A paywall's line goes, and says that the article is not whole."""
    article = cleaned(f"Ferry to return\n\n{BODY}\n\nSubscribe to continue reading")
    assert article.truncated
    assert "Subscribe" not in article.text
    assert not cleaned(f"Ferry to return\n\n{BODY}").truncated


def test_a_page_that_is_cut_off_is_marked() -> None:
    """The line below the article says so; the same words in the head of every page say nothing."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in BODY.split("\n\n"))
    head = "<div class=top><a href=/login>Already a subscriber? Log in</a></div>"
    article = f"<article><h1>Ferry to return</h1>{paragraphs}</article>"
    rest = "<aside class=paywall><p>Subscribe to continue reading</p></aside>"
    whole = cleaned(f"<html><body>{head}{article}</body></html>")
    cut = cleaned(f"<html><body>{head}{article}{rest}</body></html>")
    assert (whole.truncated, cut.truncated) == (False, True)
    assert whole.text == cut.text == BODY


def test_a_page_that_states_nothing_is_read_as_it_is_seen() -> None:
    """The byline above the article names who wrote it."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in BODY.split("\n\n"))
    article = cleaned(
        f"<html><body><h1>Ferry to return</h1><p>By Marta Lindqvist</p><p>May 3, 2025</p>{paragraphs}</body></html>"
    )
    assert [author.name for author in article.authors] == ["Marta Lindqvist"]
    assert article.published_at is not None
    assert (article.published_at.value.date().isoformat(), article.published_at.precision) == ("2025-05-03", "day")
    assert article.text == BODY


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_clean_text_stays_as_it_is(case: Path) -> None:
    """Cleaning what is clean, its title given, changes nothing."""
    article = cleaned(next(case.glob("input*")).read_bytes())
    assert again(article).text == article.text


SENTENCES = st.sampled_from(
    [
        LEAD,
        "The council voted on Monday, and nobody objected to the plan.",
        "“We have waited long,” she told Reuters.",
        "What comes next",
        "Read more: Tickets for the first ship",
        "Subscribe",
        "Source: AFP",
        "By Marta Lindqvist",
        "Photo: Jo van Dael",
        "Home | News | Sport",
        "Most popular",
        "Sign  up for\u00a0 our news\u00adletter",
        "- The second ship follows in June.",
        "May 3, 2025",
        "42",
        "Ferry to return to Ostend after eleven years",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(SENTENCES | st.text(max_size=60), min_size=1, max_size=25),
    st.sampled_from(["\n", "\n\n", "\r\n", " \u200b\n\t"]),
)
def test_any_lines_come_out_whole_and_clean_for_good(lines: list[str], separator: str) -> None:
    """Whatever lines come in: blocks tile the text, the map is exact, and a second cleaning changes nothing."""
    content = separator.join(lines)
    try:
        raw = clean.read(record(content.encode("utf-8", "replace"), content_type="text/plain"))
        article = clean.clean(raw)
    except Reject:
        return
    assert article.text == "\n\n".join(article.text[block.start : block.end] for block in article.blocks)
    for start, raw_start, length in article.raw_map or ():
        assert article.text[start : start + length] == raw.content[raw_start : raw_start + length]
    for cut in article.removed:
        assert cut.text == raw.content[cut.raw_start : cut.raw_end] != ""
    if article.title is None:
        return  # a line that had no blank lines around it may look like a title now that it has
    second = again(article)
    assert (second.title, second.text, second.blocks) == (article.title, article.text, article.blocks)


def test_a_long_text_in_no_known_language_says_so() -> None:
    """IsiZulu would be read as English otherwise."""
    paragraph = "Umkhumbi uzobuya futhi ngemva kweminyaka eyishumi nanye, kusho umqondisi wetheku ekuseni ngo"
    article = cleaned("\n\n".join(f"{paragraph}{day}." for day in ("Lwesibili", "Lwesithathu", "Lwesine") * 2))
    assert article.language is None
    assert article.limits == ["language-not-supported"]
    assert cleaned("It rained again in Ostend on Friday.").limits == []
