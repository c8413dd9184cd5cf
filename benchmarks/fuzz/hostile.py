"""Hostile articles: each kind is a function from a size in bytes to a raw article of about that size."""

import random
from collections.abc import Callable
from typing import Final

SENTENCE: Final = "The ferry will sail from Ostend again, the director of the port said on Friday.\n\n"

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def repeated(unit: str, head: str = "", tail: str = "") -> Callable[[int], bytes]:
    """A text that is one piece again and again."""
    return lambda size: (head + unit * (size // len(unit.encode())) + tail).encode("utf-8", "surrogatepass")


def distinct(form: str) -> Callable[[int], bytes]:
    """A text that is one form again and again, each time with other names ``{a}``, ``{b}`` and another ``{n}``."""

    def made(size: int) -> bytes:
        chance = random.Random(size)
        parts: list[str] = []
        length = 0
        while length < size:
            first, second = ("".join(chance.choices(_LETTERS, k=7)) for _ in range(2))
            parts.append(form.format(a=first.capitalize(), b=second.capitalize(), n=chance.randrange(10**6)))
            length += len(parts[-1])
        return "".join(parts).encode()

    return made


def nested(opening: str, closing: str = "", head: str = "", tail: str = "") -> Callable[[int], bytes]:
    """One thing in another, as deep as the size allows."""

    def made(size: int) -> bytes:
        depth = size // len(opening + closing)
        return (head + opening * depth + SENTENCE * 5 + closing * depth + tail).encode()

    return made


def page(unit: str, head: str = "", tail: str = "") -> Callable[[int], bytes]:
    """A page with an article in it, and one piece again and again."""
    body = "".join(f"<p>{SENTENCE.strip()}</p>" for _ in range(5))
    return repeated(unit, f"<html><body>{body}{head}", f"{tail}</body></html>")


def field(name: str, content: str = "") -> Callable[[int], bytes]:
    """A JSON article with one endless field."""
    text = (content or SENTENCE * 5).replace("\n", "\\n")
    return lambda size: f'{{"content": "{text}", "{name}": "{"x" * size}"}}'.encode()


TEXTS: Final[dict[str, Callable[[int], bytes]]] = {
    "one line of words": repeated("word "),
    "one run of letters": repeated("x"),
    "one run of capitals": repeated("A"),
    "one run of digits": repeated("1"),
    "numbers with commas": repeated("111,"),
    "one run of full stops": repeated("."),
    "one run of dashes": repeated("-"),
    "one run of straight quotation marks": repeated('"'),
    "one run of apostrophes": repeated("'"),
    "opening quotation marks": repeated("“"),
    "opening brackets": repeated("("),
    "mixed marks": repeated("!?.,;:'\"()-–—…“”"),
    "marks after letters": repeated("a.b-c'd/"),
    "spaces": repeated(" ", "a", "b"),
    "line breaks": repeated("\n", "a", "b"),
    "blanks of all kinds": repeated(" \u00a0\u2003\t", "a", "b"),
    "combining characters": repeated("\u0301", "a"),
    "combined letters": repeated("a\u0301\u0302\u0303"),
    "zero-width spaces": repeated("\u200b", "a", "b"),
    "emoji": repeated("👩‍👩‍👧‍👦"),
    "right to left": repeated("\u202e\u05d0\u202c "),
    "Chinese": repeated("新闻报道，"),
    "Thai": repeated("ข่าว"),
    "underscores": repeated("_"),
    "hyphens between letters": repeated("a-"),
    "dots between letters": repeated("a."),
    "slashes between letters": repeated("a/"),
    "an address": repeated("a/", "https://example.org/"),
    "addresses": repeated("https://example.org/a?b=c "),
    "mail addresses": repeated("a@b.c,"),
    "short lines": repeated("ab\n"),
    "paragraphs": repeated(SENTENCE),
    "sentences": repeated("It will sail again. "),
    "short sentences": repeated("Go. "),
    "a sentence of commas": repeated("and it sails, "),
    "capitals": repeated("A "),
    "names": distinct("{a} {b} met {b} {a}. "),
    "one surname": distinct("{a} Miller met him. "),
    "acronyms": distinct("The {a} {b} Organisation is not the ABO. "),
    "speakers": distinct("“It will sail {n},” said {a} {b}. "),
    "quotations": repeated("“No,” he said. "),
    "quotations that are never closed": repeated("“No, he said. "),
    "single quotation marks": repeated("‘no "),
    "straight quotations in a paragraph": repeated('He said it was "bad" and "wrong" and '),
    "cues": repeated("he said that "),
    "dates": repeated("on May 1, 2022, "),
    "times": repeated("12:30 ", "Published "),
    "months": repeated("May "),
    "amounts": repeated("$3bn, 4 %, 5 miles "),
    "places": repeated("Paris, London, Moscow, "),
    "countries": repeated("Turkey Georgia Jordan "),
    "sources": repeated("and, ", "Source: "),
    "credits": repeated("told Reuters, "),
    "source lines": repeated("Source: Reuters\n"),
    "bylines": repeated("By Marta Lindqvist\n"),
    "datelines": repeated("ANKARA, May 1 (Reuters) - "),
    "distinct words": distinct("{a} "),
    "distinct lines": distinct("{a} {b} {n}\n"),
    "wrapped lines": repeated("the ferry will sail from Ostend again, the director of the port said,\n"),
    "braces": repeated("{"),
    "NULs": repeated("\0a"),
    "ampersands": repeated("&amp;"),
}
"""What *clean* reads as text, and what of it reaches the later stages."""

PAGES: Final[dict[str, Callable[[int], bytes]]] = {
    "divisions in divisions": nested("<div>", head="<html><body>"),
    "closed divisions in divisions": nested("<div>", "</div>", "<html><body>"),
    "paragraphs in bold": nested("<p><b>", head="<html><body>"),
    "tables in tables": nested("<table><tr><td>", head="<html><body>"),
    "lists in lists": nested("<ul><li>", head="<html><body>"),
    "quotations in quotations": nested("<blockquote>", "</blockquote>", "<html><body>"),
    "links in links": nested("<a href=x>", head="<html><body>"),
    "drawings": nested("<svg><g>", head="<html><body>"),
    "fonts": nested("<font><i>", head="<html><body>"),
    "forms": nested("<form><button>", head="<html><body>"),
    "children of one element": page("<i></i>"),
    "breaks": page("<br>"),
    "paragraphs of a page": page("<p>It will sail again.</p>"),
    "items": page("<li>It will sail again</li>", "<ul>", "</ul>"),
    "cells": page("<td>1</td>", "<table><tr>", "</tr></table>"),
    "rows": page("<tr><td>1</td></tr>", "<table>", "</table>"),
    "headings": page("<h1>Ferry returns</h1>"),
    "metadata": page('<meta property="article:author" content="Marta Lindqvist">'),
    "attributes": page('a="b" ', "<p ", ">It sails.</p>"),
    "attributes of many names": lambda size: (
        b"<html><body><p "
        + b" ".join(b'a%d="b"' % number for number in range(size // 11))
        + b">It will sail from Ostend again, the director said.</p></body></html>"
    ),
    "an endless attribute": page("x", '<p title="', '">It sails.</p>'),
    "an endless tag": page("x", "<", ">"),
    "an endless title": repeated("Ferry returns - ", "<html><head><title>", f"</title></head><p>{SENTENCE * 5}"),
    "an endless heading": page("Ferry returns | ", "<h1>", "</h1>"),
    "an endless author": page("Marta ", '<meta name="author" content="', '">'),
    "an endless date": page("12:30 ", '<meta name="date" content="May 1 ', '">'),
    "an endless comment": page("-", "<!--", "-->"),
    "comments": page("<!---->"),
    "an open comment": page("-", "<!--"),
    "open tags": page("<"),
    "open declarations": repeated("<!", "<html>"),
    "instructions": repeated("<?x ?>", "<html>"),
    "references": page("&amp;"),
    "numeric references": page("&#x26;"),
    "unknown references": page("&a"),
    "entities in entities": lambda size: (
        b"<?xml version='1.0'?><!DOCTYPE html ["
        + b"<!ENTITY a0 'ferry'>"
        + b"".join(b"<!ENTITY a%d '&a%d;&a%d;'>" % (n + 1, n, n) for n in range(size // 30))
        + b"]><html><body><p>&a%d;</p></body></html>" % (size // 30)
    ),
    "a script": page("var a = '<p>';", "<script>", "</script>"),
    "a style": page("p{}", "<style>", "</style>"),
    "an endless style attribute": page("color:red;", '<p style="', '">It sails.</p>'),
    "linked data": page(
        '{"@type":"NewsArticle","headline":"a"},', '<script type="application/ld+json">[', "{}]</script>"
    ),
    "linked data in linked data": page('{"@graph":[', '<script type="application/ld+json">', "</script>"),
    "lists in linked data": page("[" * 40 + "]" * 40 + ",", '<script type="application/ld+json">[', "1]</script>"),
    "wide linked data": page("[" + "[{}]," * 49 + "[]],", '<script type="application/ld+json">[', "1]</script>"),
    "an endless type": page('"a",', '<script type="application/ld+json">{"@type":[', '"NewsArticle"]}</script>'),
    "a deep type": lambda size: (
        b'<html><script type="application/ld+json">{"@type":'
        + b"[" * (size // 2)
        + b"]" * (size // 2)
        + b"}</script><p>"
        + SENTENCE.encode() * 5
    ),
    "scripts of linked data": page('<script type="application/ld+json">{}</script>'),
    "one paragraph of a page": page("It will sail again. ", "<p>", "</p>"),
    "one run in a page": page("x", "<p>", "</p>"),
    "marks in a page": page("!", "<p>", "</p>"),
    "breaks in a paragraph": page("It sails.<br>", "<p>", "</p>"),
    "hidden elements": page("<p hidden>It sails.</p>"),
    "figures": page("<figure><figcaption>The port.</figcaption></figure>"),
}
"""What *clean* reads as a page."""

JSON: Final[dict[str, Callable[[int], bytes]]] = {
    "objects in objects": repeated('{"content":'),
    "lists": repeated("["),
    "empty lists": repeated("[],", '{"content": "x", "a": [', "[]]}"),
    "empty objects": repeated("{},", '{"content": "x", "a": [', "{}]}"),
    "lists in a field": lambda size: (
        b'{"content": "x", "authors": ' + b"[" * min(size // 2, 900) + b"]" * min(size // 2, 900) + b"}"
    ),
    "many names": lambda size: b"{" + b"".join(b'"a%d":1,' % n for n in range(size // 12)) + b'"content":"x"}',
    "one name many times": repeated('"content":"x",', "{", '"content":"y"}'),
    "escapes": repeated("\\u0041", '{"content": "', '"}'),
    "a long number": repeated("1", '{"content": "x", "revision": ', "}"),
    "bodies": repeated('{"role":"main","value":"x"},', '{"bodies": [', '{"value":"y"}]}'),
    "authors": repeated(
        '"Marta Lindqvist",', f'{{"content": "{"It sails again, she said. " * 9}", "authors": [', '"A"]}'
    ),
    "an endless title": field("title"),
    "an endless id": field("id"),
    "an endless url": field("url"),
    "an endless source": field("source"),
    "an endless language": field("language"),
    "an endless time": field("published_at"),
    "an endless type": field("content_type"),
}
"""What *clean* reads as JSON."""
