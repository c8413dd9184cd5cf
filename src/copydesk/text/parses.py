"""The parse of a whole article as plain values: tokens with offsets into the article's text, and names."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

_BREAK: Final = re.compile(r"\n[^\S\n]*\n\s*|(?<=[.!?:”\"’])[^\S\n]*\n\s*")
"""Between paragraphs: a blank line; or a line that ends as a sentence does. Hard-wrapped lines stay together."""

_LONGEST: Final = 20_000
"""Characters of a paragraph that are read at once: memory grows with them, and some searches look at it as a whole."""


class Token(NamedTuple):
    """A word or mark.

    ``start`` and ``end`` are offsets in code points into the article's text; ``head`` and ``i`` count tokens of the
    article; ``tag`` is of the Penn Treebank, ``dep`` of ClearNLP as spaCy's English models use it.
    """

    i: int
    text: str
    tag: str
    dep: str
    head: int
    start: int
    end: int


class Name(NamedTuple):
    """A name found by the model: tokens ``[first, last)`` and its type in OntoNotes' terms."""

    first: int
    last: int
    label: str


@dataclass(frozen=True, slots=True)
class Parse:
    """An article's text with its tokens.

    ``paragraphs`` and ``sentences`` are ranges of tokens ``[first, last)``; ``children`` are those of each token, in
    the order of the text; ``sentence_of`` maps each token to its sentence;
    ``lemmatize`` gives the lemma of a form, tag and dependency.
    """

    text: str
    tokens: list[Token]
    children: list[list[int]]
    paragraphs: list[tuple[int, int]]
    sentences: list[tuple[int, int]]
    sentence_of: list[int]
    names: list[Name]
    lemmatize: Callable[[str, str, str], str]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Offsets of the tokens ``[first, last)``."""
        return self.tokens[first].start, self.tokens[last - 1].end

    def words(self, first: int, last: int) -> str:
        """The text of the tokens ``[first, last)`` as it stands in the article."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]

    def lemma(self, i: int) -> str:
        """The lemma of a token, worked out when it is asked for: few tokens are."""
        token = self.tokens[i]
        return self.lemmatize(token.text, token.tag, token.dep)

    def subtree(self, index: int) -> list[int]:
        """A token and all that hangs on it, in the order of the text."""
        found = [index]
        for token in found:
            found.extend(self.children[token])
        return sorted(found)


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    r"""Find the paragraphs of a text.

    Args:
        text: an article's text; paragraphs are set apart by blank lines, or by a line break after a sentence.

    Returns:
        offsets ``[start, end)`` of each paragraph, without white space around it.

    >>> list(paragraphs("One.\n\nTwo\nlines.\nThree."))
    [(0, 4), (6, 16), (17, 23)]
    """
    start = 0
    for gap in _BREAK.finditer(text):
        yield from _pieces(text, start, gap.start())
        start = gap.end()
    yield from _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A paragraph, in pieces where it is endless."""
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = start + _LONGEST if cut < 0 else cut
        yield from _stripped(text, start, cut)
        start = cut
    yield from _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[start:end]
    if part.strip():
        yield start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def join(text: str, docs: Iterable[Any], starts: Iterable[int], lemmatize: Callable[[str, str, str], str]) -> Parse:
    """Join the parses of an article's paragraphs into one.

    Args:
        text: the article's text.
        docs: a spaCy ``Doc`` of each paragraph.
        starts: the offset of each paragraph in the text.
        lemmatize: gives the lemma of a form, tag and dependency.
    """
    parse = Parse(text, [], [], [], [], [], [], lemmatize)
    for doc, start in zip(docs, starts, strict=True):
        _append(parse, doc, start)
    return parse


def _append(parse: Parse, doc: Any, start: int) -> None:
    """Add a paragraph. White space is no token here: everyone would only skip it."""
    base = len(parse.tokens)
    kept = [token for token in doc if not token.is_space]
    place = {token.i: base + position for position, token in enumerate(kept)}
    for token in kept:
        form, tag, dep, begin = token.text, token.tag_, token.dep_, start + token.idx
        head = place.get(token.head.i, place[token.i])
        index = place[token.i]
        parse.tokens.append(Token(index, form, tag, dep, head, begin, begin + len(form)))
        parse.children.append([])
    for token in parse.tokens[base:]:
        if token.head != token.i:
            parse.children[token.head].append(token.i)
    for sentence in doc.sents:
        inside = [place[token.i] for token in sentence if token.i in place]
        if inside:
            parse.sentence_of.extend([len(parse.sentences)] * len(inside))
            parse.sentences.append((inside[0], inside[-1] + 1))
    parse.paragraphs.append((base, len(parse.tokens)))
    for name in doc.ents:
        inside = [place[token.i] for token in name if token.i in place]
        if inside:
            parse.names.append(Name(inside[0], inside[-1] + 1, name.label_))
