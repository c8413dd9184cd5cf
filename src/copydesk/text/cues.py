"""Cues: the verbs of saying in an article, each with its source, the words that tell who says it."""

from functools import cache
from typing import Final, Literal, NamedTuple

from copydesk.text.parses import Parse, Token
from copydesk.text.tables import rows, values

SUBJECTS: Final = frozenset({"nsubj", "nsubjpass", "expl"})
_SHARED_SUBJECT: Final = frozenset({"xcomp", "conj", "advcl", "pcomp", "prep", "acl", "ccomp", "aux"})
_CIRCUMSTANCES: Final = frozenset({"in", "at", "on", "during", "after", "before", "when", "while"})
_LOOSE: Final = frozenset({"advcl", "advmod", "acl"})
_DAYS: Final = frozenset({"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"})
_CLIMB: Final = 4
_NOUNS: Final = frozenset({"NN", "NNS", "NNP", "NNPS", "PRP", "WP", "DT", "CD"})


Kind = Literal["speech", "thought", "other"]


class Cue(NamedTuple):
    """Words of saying, tokens ``[first, last)``; their source ``[source_first, source_last)`` with its head.

    ``verb`` is the token that governs what is said. Verbs of thought ("hoped") and others ("slammed the plan as
    “folly”") report speech only with a quotation.
    """

    first: int
    last: int
    verb: int
    kind: Kind
    source_first: int
    source_last: int
    source_head: int


@cache
def verbs_of_saying() -> dict[str, Kind]:
    """Verbs of saying by lemma, with their kind."""
    kinds: tuple[Kind, ...] = ("other", "thought", "speech")
    table = {row[0]: values(row[1]) for row in rows("verbs_of_saying.tsv")}
    return {verb: kind for kind in kinds for verb in table[kind]}


def find_cues(parse: Parse, quoted: list[int]) -> list[Cue]:
    """Find the cues that have a source.

    Args:
        parse: the article.
        quoted: for each token the index of the quotation that it stands in, or -1; no cue is sought in quotations.

    Returns:
        in the order of the text.
    """
    found = []
    for token in parse.tokens:
        if quoted[token.i] >= 0:
            continue
        cue = _according_to(parse, token, quoted) or _verb(parse, token, quoted)
        if cue is not None:
            found.append(cue)
    return found


def _according_to(parse: Parse, token: Token, quoted: list[int]) -> Cue | None:
    following = token.i + 1
    if token.text not in ("according", "According") or following >= len(parse.tokens):
        return None
    preposition = parse.tokens[following]
    objects = [child for child in parse.children[following] if parse.tokens[child].dep == "pobj"]
    if preposition.text != "to" or not objects:
        return None
    first, last = phrase(parse, objects[0], quoted)
    return Cue(token.i, following + 1, token.i, "speech", first, last, objects[0])


def _verb(parse: Parse, token: Token, quoted: list[int]) -> Cue | None:
    if not token.tag.startswith("VB") and not _taken_for_noun(parse, token):
        return None
    kind = verbs_of_saying().get(parse.lemma(token.i).casefold())
    if kind is None:
        return None
    subject = _subject(parse, token.i, quoted)
    if subject is None:
        return None
    first, last = phrase(parse, subject, quoted)
    if first <= token.i < last:
        # The verb hangs inside its own source ("the aide who spoke"): the words before it are left.
        first, last = (first, token.i) if subject < token.i else (token.i + 1, last)
    return Cue(token.i, token.i + 1, token.i, kind, first, last, subject)


def _taken_for_noun(parse: Parse, token: Token) -> bool:
    """Whether a verb looks like a plural: "The Department of Agriculture notes that" has its subject nevertheless."""
    if token.tag != "NNS" or token.dep != "ROOT":
        return False
    return any(parse.tokens[child].dep == "nsubj" and child < token.i for child in parse.children[token.i])


def _subject(parse: Parse, verb: int, quoted: list[int]) -> int | None:
    """The subject of a verb, or the one that it shares with the verb above it ("went on to say")."""
    index = verb
    for _ in range(_CLIMB):
        for child in parse.children[index]:
            token = parse.tokens[child]
            if token.dep in SUBJECTS and quoted[child] < 0 and token.tag in _NOUNS and token.text not in _DAYS:
                return _antecedent(parse, index, child)
        token = parse.tokens[index]
        if token.dep not in _SHARED_SUBJECT or token.head == index:
            break
        index = token.head
    return _beside(parse, verb, quoted)


def _antecedent(parse: Parse, verb: int, subject: int) -> int:
    """Of "Kalin, who said", Kalin."""
    token, governor = parse.tokens[subject], parse.tokens[verb]
    if token.tag == "WP" and governor.dep == "relcl" and governor.head != verb:
        return governor.head
    return subject


def _beside(parse: Parse, verb: int, quoted: list[int]) -> int | None:
    """A name or pronoun right beside the verb, where the parse is led astray by what stands in quotation marks."""
    paragraph_end = len(parse.tokens)
    for index in (verb - 1, verb + 1):
        if not 0 <= index < paragraph_end or quoted[index] >= 0:
            continue
        token = parse.tokens[index]
        if token.tag in ("NNP", "NNPS", "PRP") and token.text not in _DAYS:
            governor = parse.tokens[token.head]
            inside = token.dep in ("compound", "poss") and governor.tag in _NOUNS and quoted[token.head] < 0
            return token.head if inside and index > verb else index
    return None


def phrase(parse: Parse, head: int, quoted: list[int]) -> tuple[int, int]:
    """The tokens ``[first, last)`` around a noun that belong to it, outside quotations, without edge commas."""
    members = _members(parse, head)
    first = last = head
    while first - 1 in members and quoted[first - 1] < 0:
        first -= 1
    while last + 1 in members and quoted[last + 1] < 0:
        last += 1
    last = _through_name(parse, last, quoted) if last == head else last
    while first < head and not _is_word(parse.tokens[first]):
        first += 1
    while last > head and not _is_word(parse.tokens[last]) and parse.tokens[last].text != ")":
        last -= 1
    return first, last + 1


def _members(parse: Parse, head: int) -> set[int]:
    """A noun with what belongs to it; "Kalin in an interview" is no longer name of Kalin."""
    members = {head}
    for child in parse.children[head]:
        token = parse.tokens[child]
        if child > head and (token.dep in _LOOSE or _is_circumstance(parse, child)):
            continue
        members.update(parse.subtree(child))
    return members


def _is_circumstance(parse: Parse, preposition: int) -> bool:
    """Whether a preposition tells when or where something was said, and nothing about who said it."""
    token = parse.tokens[preposition]
    if token.dep != "prep" or token.text.casefold() not in _CIRCUMSTANCES:
        return False
    on_day = any(parse.tokens[child].text in _DAYS for child in parse.children[preposition])
    return on_day or parse.tokens[token.head].tag in ("NNP", "PRP")


def _through_name(parse: Parse, last: int, quoted: list[int]) -> int:
    """The end of the name that follows a title: "spokesman Alex Conant", where the parser stops at "spokesman"."""
    if parse.tokens[last].tag not in ("NN", "NNP"):
        return last
    while last + 1 < len(parse.tokens) and quoted[last + 1] < 0 and parse.tokens[last + 1].tag == "NNP":
        last += 1
    return last


def _is_word(token: Token) -> bool:
    return token.text[0].isalnum() or token.text[0] in "$£€#@("
