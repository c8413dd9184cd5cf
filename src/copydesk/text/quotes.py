"""Quotes: what is said, inside quotation marks or in the writer's words, the words that say so, and the source.

Content spans include the quotation marks, and for mixed quotes the clause around them, as PARC 3 and PolNeAR annotate.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from copydesk.text.cues import SUBJECTS, Cue, find_cues, phrase
from copydesk.text.indirect import find_indirect
from copydesk.text.parses import Parse
from copydesk.text.quotations import Quotation, quotations

Span = tuple[int, int]
_ENDS: Final = frozenset({".", "!", "?"})
_CONNECTORS: Final = frozenset({",", ":", "-", "–", "—", "--"})
_ADJACENT: Final = 3
"""Tokens that may stand between a quotation and the cue or source after it: a comma, "and", an adverb."""
_TITLE_LENGTH: Final = 6
_INDIRECT: Final = 0.8
"""Confidence in what is reported without quotation marks."""


Kind = Literal["direct", "indirect", "mixed"]


class Quote(NamedTuple):
    """Reported speech: offsets, and the source as tokens ``[first, last)`` with its head.

    ``follows`` is the index of the quote whose speaker goes on speaking where this one has no source of its own.
    """

    kind: Kind
    content: list[Span]
    cue: list[Span]
    source: list[Span]
    source_tokens: tuple[int, int] | None
    source_head: int | None
    follows: int | None
    confidence: float


class _Quoted(NamedTuple):
    """A quotation as tokens ``[first, last)`` of a paragraph."""

    first: int
    last: int
    paragraph: int
    mark: Quotation


@dataclass(slots=True)
class _Report:
    """What one cue reports: quotations, clauses with quotations in them, clauses without; tokens ``[first, last)``."""

    cue: Cue | None
    source: tuple[int, int] | None
    head: int | None
    follows: "_Report | None"
    confidence: float
    direct: list[tuple[int, int]] = field(default_factory=list)
    mixed: list[tuple[int, int]] = field(default_factory=list)
    indirect: list[tuple[int, int]] = field(default_factory=list)

    def parts(self) -> list[tuple[int, int]]:
        return sorted([*self.direct, *self.mixed, *self.indirect])


def find_quotes(parse: Parse) -> list[Quote]:
    """Find the direct, mixed and indirect quotes of an article, in the order of the text.

    Quotation marks around a word that nobody is reported to say (scare quotes, titles) make no quote.
    """
    reports = sorted(_Search(parse).run(), key=_Report.parts)
    position = {id(report): index for index, report in enumerate(reports)}
    return [_quote(parse, report, position) for report in reports]


def _quote(parse: Parse, report: _Report, position: dict[int, int]) -> Quote:
    content = _merged([parse.span(*part) for part in report.parts()])
    cue = [parse.span(report.cue.first, report.cue.last)] if report.cue else []
    source = [parse.span(*report.source)] if report.source else []
    follows = position[id(report.follows)] if report.follows else None
    kind: Kind = "mixed" if report.mixed else "direct" if report.direct else "indirect"
    return Quote(kind, content, cue, source, report.source, report.head, follows, report.confidence)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


class _Search:
    """One pass over the quotations of an article, in the order of the text."""

    def __init__(self, parse: Parse) -> None:
        self._parse = parse
        self._quoted = [-1] * len(parse.tokens)
        self._quotations = list(self._locate())
        self._cues = find_cues(parse, self._quoted)
        self._cue_starts = [cue.first for cue in self._cues]
        self._reports: list[_Report] = []
        self._by_verb: dict[int, _Report] = {}
        self._of: list[_Report | None] = []

    def run(self) -> list[_Report]:
        """Find what each quotation belongs to, and what the other cues report."""
        for index, quoted in enumerate(self._quotations):
            self._of.append(self._attribute(index, quoted))
        silent = [cue for cue in self._cues if cue.verb not in self._by_verb]
        # A title or a word in quotation marks may stand in a clause: "He said that “Hamlet” was too long".
        taken = [-1 if mark < 0 or self._of[mark] is None else mark for mark in self._quoted]
        for cue, content in find_indirect(self._parse, silent, taken):
            marked = any(self._quoted[index] >= 0 for part in content for index in range(*part))
            report = _Report(cue, (cue.source_first, cue.source_last), cue.source_head, None, _INDIRECT)
            (report.mixed if marked else report.indirect).extend(content)
            self._reports.append(report)
        return self._reports

    def _locate(self) -> Iterator[_Quoted]:
        tokens = self._parse.tokens
        starts = [token.start for token in tokens]
        ranges = [self._parse.span(*paragraph) for paragraph in self._parse.paragraphs]
        paragraph = 0
        count = 0
        for mark in quotations(self._parse.text, ranges):
            while ranges[paragraph][1] <= mark.start:
                paragraph += 1
            first, last = bisect_left(starts, mark.start), bisect_left(starts, mark.end)
            if first < last:
                self._quoted[first:last] = [count] * (last - first)
                count += 1
                yield _Quoted(first, last, paragraph, mark)

    def _attribute(self, index: int, quoted: _Quoted) -> _Report | None:
        before = self._before(quoted)
        return (
            self._cue_before(quoted, before)
            or self._cue_after(index, quoted, before)
            or self._clause(quoted)
            or self._same_sentence(index, quoted, before)
            or self._goes_on(index, quoted, before)
            or self._introduced(quoted)
        )

    # --- the words around a quotation ---------------------------------------------------------------------------------

    def _before(self, quoted: _Quoted) -> int:
        """The first token of the words before the quotation: up to the last sentence's end or quotation."""
        least = self._parse.paragraphs[quoted.paragraph][0]
        first = quoted.first
        while first > least and self._quoted[first - 1] < 0 and self._parse.tokens[first - 1].text not in _ENDS:
            first -= 1
        return first

    def _after(self, quoted: _Quoted) -> int:
        """One past the last token of the words after the quotation: up to the sentence's end or the next quotation."""
        most = self._parse.paragraphs[quoted.paragraph][1]
        last = quoted.last
        while last < most and self._quoted[last] < 0:
            last += 1
            if self._parse.tokens[last - 1].text in _ENDS:
                break
        return last

    def _cues_in(self, first: int, last: int) -> list[Cue]:
        return self._cues[bisect_left(self._cue_starts, first) : bisect_left(self._cue_starts, last)]

    def _is_sentence(self, quoted: _Quoted) -> bool:
        """Whether the quotation reads as a sentence: a capital first, and several words or a mark at its end."""
        words = self._words(quoted)
        letter = next((sign for sign in words if sign.isalnum()), "")
        return not letter.islower() and (quoted.last - quoted.first > 5 or words[-1:] in ".,?!…-–—")

    def _words(self, quoted: _Quoted) -> str:
        return self._parse.text[quoted.mark.start : quoted.mark.end].strip("“”„‟«»\"'‘’`＂ ")

    def _is_title(self, quoted: _Quoted) -> bool:
        """Whether it reads as the title of a book, film or broadcast."""
        words = [word for word in self._words(quoted).split() if word[0].isalpha()]
        small = {"of", "the", "a", "an", "and", "in", "on", "to", "for", "with", "at"}
        return 0 < len(words) <= _TITLE_LENGTH and all(word[0].isupper() or word in small for word in words)

    # --- where the cue can stand --------------------------------------------------------------------------------------

    def _cue_before(self, quoted: _Quoted, first: int) -> _Report | None:
        """``Kalin said: “…”`` and ``Kalin said it was “…”``."""
        cues = [cue for cue in self._cues_in(first, quoted.first) if cue.source_first < quoted.first]
        if not cues:
            return None
        cue = cues[-1]
        link = self._parse.tokens[quoted.first - 1].text
        begun = self._by_verb.get(cue.verb)
        whole = self._is_sentence(quoted) or (begun is not None and bool(begun.direct))
        if whole and (link in _CONNECTORS or cue.last == quoted.first):
            return self._report(cue, direct=(quoted.first, quoted.last))
        if self._is_title(quoted):
            return None
        cue = self._outermost(cues)
        return self._report(cue, mixed=self._complement(cue, quoted))

    def _outermost(self, cues: list[Cue]) -> Cue:
        """Of "Priebus tweeted that he considered it “done”", the tweet: the clause that holds the others."""
        above = {cues[-1].verb}
        index = cues[-1].verb
        while (head := self._parse.tokens[index].head) != index:
            above.add(head)
            index = head
        return next((cue for cue in cues if cue.kind != "other" and cue.verb in above), cues[-1])

    def _cue_after(self, index: int, quoted: _Quoted, before: int) -> _Report | None:
        """``“…,” said Kalin`` and ``it was “…,” Kalin said``."""
        last = self._after(quoted)
        near = [
            cue
            for cue in self._cues_in(quoted.last, last)
            if min(cue.first, max(cue.source_first, quoted.last)) - quoted.last < _ADJACENT and cue.source_last <= last
        ]
        if not near or self._introduces_next(index, quoted, last):
            return None
        if before == quoted.first or self._parse.tokens[quoted.first - 1].text == ":":
            return self._report(near[0], direct=(quoted.first, quoted.last))
        if self._of[index - 1 : index] and self._is_sentence(quoted) and self._quoted[before - 1] == index - 1:
            return self._report(near[0], direct=(quoted.first, quoted.last))
        return self._report(near[0], mixed=(before, quoted.last))

    def _introduces_next(self, index: int, quoted: _Quoted, last: int) -> bool:
        """Whether the words after belong to the next quotation: ``“A.” Kalin said: “B.”``."""
        ended = self._words(quoted)[-1:] == "."
        followed = last < len(self._parse.tokens) and self._quoted[last] == index + 1
        return ended and followed

    def _clause(self, quoted: _Quoted) -> _Report | None:
        """``The vote, which was “…”, was lost, Kalin said``: a cue governs the clause that the quotation stands in."""
        verbs = {cue.verb: cue for cue in self._cues_in(*self._parse.paragraphs[quoted.paragraph])}
        index = quoted.first
        for _ in range(10):
            token = self._parse.tokens[index]
            if index in verbs and self._quoted[index] < 0 and not self._sentence_ends(index, quoted):
                part = self._complement(verbs[index], quoted)
                return None if self._is_title(quoted) else self._report(verbs[index], mixed=part)
            if token.head == index:
                break
            index = token.head
        return None

    def _sentence_ends(self, verb: int, quoted: _Quoted) -> bool:
        """Whether a sentence ends between a verb and a quotation, whatever the parser thinks."""
        between = range(min(verb, quoted.last), max(verb, quoted.first))
        return any(self._quoted[index] < 0 and self._parse.tokens[index].text in _ENDS for index in between)

    def _complement(self, cue: Cue, quoted: _Quoted) -> tuple[int, int]:
        """The clause that hangs on the cue and holds the quotation, without marks at its edges."""
        tokens = self._parse.tokens
        first, last = min(quoted.first, max(cue.last, 0)), quoted.last
        for child in self._parse.children[cue.verb]:
            members = self._parse.subtree(child)
            if members[0] <= quoted.first <= members[-1] and tokens[child].dep not in SUBJECTS:
                first, last = min(members[0], quoted.first), max(members[-1] + 1, quoted.last)
        if first <= cue.verb < last:
            first, last = (cue.last, last) if quoted.first > cue.verb else (first, cue.source_first)
        while first < quoted.first and tokens[first].text in _CONNECTORS:
            first += 1
        while last > quoted.last and not tokens[last - 1].text[0].isalnum() and self._quoted[last - 1] < 0:
            last -= 1
        return first, max(last, quoted.last)

    def _same_sentence(self, index: int, quoted: _Quoted, before: int) -> _Report | None:
        """``He called it “bad” and “wrong”``: the second hangs on what the first does."""
        previous = self._of[index - 1] if index else None
        touches = (
            before > 0
            and self._quoted[before - 1] == index - 1
            and self._quotations[index - 1].paragraph == (quoted.paragraph)
        )
        if previous is None or not touches or not previous.mixed or self._is_title(quoted):
            return None
        first, _ = previous.mixed[-1]
        previous.mixed[-1] = first, quoted.last
        return previous

    def _goes_on(self, index: int, quoted: _Quoted, before: int) -> _Report | None:
        """The same speaker goes on: ``“…,” he said. “…”``, or in the next paragraph."""
        previous = self._of[index - 1] if index else None
        if previous is None or not self._is_sentence(quoted) or before != quoted.first:
            return None
        last = self._quotations[index - 1]
        if last.paragraph == quoted.paragraph:
            between = self._parse.tokens[last.last : quoted.first]
            if sum(token.text in _ENDS for token in between) <= 1:
                previous.direct.append((quoted.first, quoted.last))
                return previous
            return None
        starts, ends = self._parse.paragraphs[quoted.paragraph]
        if last.paragraph != quoted.paragraph - 1 or quoted.first != starts:
            return None
        if last.mark.continued:
            previous.direct.append((quoted.first, quoted.last))
            return previous
        alone = quoted.last == ends
        return self._new(_Report(None, None, None, previous, 0.6), quoted) if alone else None

    def _introduced(self, quoted: _Quoted) -> _Report | None:
        """``Kalin was blunt. “…”`` and a paragraph that ends with ``Kalin said:`` before the quotation's own."""
        start = self._parse.paragraphs[quoted.paragraph][0]
        if quoted.first == 0 or not self._is_sentence(quoted):
            return None
        last = self._parse.tokens[quoted.first - 1]
        if quoted.first == start and last.text == ":" and (cues := self._cues_in(*self._sentence(last.i))):
            return self._report(cues[-1], direct=(quoted.first, quoted.last))
        if quoted.first == start or last.text not in (*_ENDS, ":") or self._words(quoted)[-1:] not in ".?!":
            return None
        first, end = self._sentence(last.i)
        subjects = [
            token
            for token in self._parse.tokens[first:end]
            if token.dep == "nsubj" and self._quoted[token.i] < 0 and token.tag in ("NNP", "PRP")
        ]
        if not subjects or subjects[0].text.casefold() in ("it", "i", "we", "you", "they"):
            return None
        head = subjects[0].i
        return self._new(_Report(None, phrase(self._parse, head, self._quoted), head, None, 0.4), quoted)

    def _sentence(self, index: int) -> tuple[int, int]:
        return self._parse.sentences[self._parse.sentence_of[index]]

    # --- what was found -----------------------------------------------------------------------------------------------

    def _report(self, cue: Cue, direct: tuple[int, int] | None = None, mixed: tuple[int, int] | None = None) -> _Report:
        report = self._by_verb.get(cue.verb)
        if report is None:
            source = (cue.source_first, cue.source_last)
            confidence = 0.9 if direct else 0.75
            report = self._by_verb[cue.verb] = _Report(cue, source, cue.source_head, None, confidence)
            self._reports.append(report)
        if direct:
            report.direct.append(direct)
        if mixed:
            report.mixed.append(mixed)
        return report

    def _new(self, report: _Report, quoted: _Quoted) -> _Report:
        report.direct.append((quoted.first, quoted.last))
        self._reports.append(report)
        return report
