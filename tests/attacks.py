"""Attacks on regular expressions, made from the expressions themselves."""

import math
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from re import _parser as parser  # type: ignore[attr-defined]  # the one way to see what a pattern is made of
from typing import Any, Final, NamedTuple

Search = Callable[[str], object]

_REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_ENDLESS: Final = 40
"""Repetitions from which a bound does not matter any more."""
_ANY: Final = ("a", "A", " ", "1", ".", "\n")
"""Characters that many classes hold, of which each class may get too many."""
_SUFFIXES: Final = ("", "\0", "\n\0", "a b")
_CATEGORIES: Final = {
    "CATEGORY_SPACE": " \n\t",
    "CATEGORY_DIGIT": "1",
    "CATEGORY_WORD": "aA1_é",
    "CATEGORY_NOT_SPACE": "aA1.-",
    "CATEGORY_NOT_DIGIT": "aA .-",
    "CATEGORY_NOT_WORD": " .-\n\"'",
}
_SMALL: Final = (12, 16, 20, 24, 28, 32, 64, 256, 1_000)
SIZE: Final = 8_000
"""Length of the longest attack, in characters."""
QUICK: Final = 0.005
"""Seconds within which a linear expression is done with the longest attack: a quadratic one takes twenty times that."""
_MUCH: Final = 4 * QUICK
"""Seconds that a short attack takes under exponential or cubic time only."""
_SHARE: Final = 4
_GROWTH: Final = 8.0
"""From a quarter of the length to all of it, linear time grows by 4 and quadratic time by 16: half-way between."""
_ROUNDS: Final = 5
"""How often it is measured before an expression counts as slow: a busy machine may take twice as long now and then."""


class Attack(NamedTuple):
    """A string that grows with the number of its pumps."""

    prefix: str
    pump: str
    suffix: str

    def of(self, length: int) -> str:
        """The attack with about so many characters."""
        return self.prefix + self.pump * (length // len(self.pump)) + self.suffix


class Slow(NamedTuple):
    """An attack that worked: seconds for each length tried."""

    attack: Attack
    seconds: dict[int, float]


def attacks(pattern: str, flags: int) -> list[Attack]:
    """Strings that repeat what the expression repeats, and end so that it cannot match."""
    tree = parser.parse(pattern, flags)
    letters = [*dict.fromkeys([*_ANY, *_literals(tree)])][:16]
    found: dict[Attack, None] = {}
    for prefix, pumps in [("", []), *_loops(tree, "")]:
        for pump in dict.fromkeys([*pumps, *(prefix + one for one in ["", *pumps[:3]]), *letters]):
            for suffix in _SUFFIXES:
                if pump:
                    found[Attack(prefix if pump != prefix else "", pump, suffix)] = None
    return list(found)


def slow(search: Search, tried: Iterable[Attack]) -> Slow | None:
    """The first attack under which the time grows faster than the string, if any."""
    return next((found for attack in tried if (found := _explodes(search, attack) or _grows(search, attack))), None)


def _explodes(search: Search, attack: Attack) -> Slow | None:
    for length in _SMALL:
        text = attack.of(length)
        if _seconds(search, text) > _MUCH:
            least = min(_seconds(search, text) for _ in range(_ROUNDS))
            if least > _MUCH:
                return Slow(attack, {length: least})
    return None


def _grows(search: Search, attack: Attack) -> Slow | None:
    short, long = attack.of(SIZE // _SHARE), attack.of(SIZE)
    least = {SIZE // _SHARE: math.inf, SIZE: math.inf}
    for _ in range(_ROUNDS):
        least[SIZE] = min(least[SIZE], _seconds(search, long))
        if least[SIZE] < QUICK:
            return None
        least[SIZE // _SHARE] = min(least[SIZE // _SHARE], _seconds(search, short))
        if least[SIZE] < _GROWTH * least[SIZE // _SHARE]:
            return None
    return Slow(attack, least)


def _seconds(search: Search, text: str) -> float:
    started = time.process_time()
    search(text)
    return time.process_time() - started


def _literals(tree: Any) -> Iterator[str]:
    for op, value in tree:
        name = str(op)
        if name in {"LITERAL", "NOT_LITERAL"}:
            yield chr(value)
        elif name == "IN":
            yield from _members(value)[:4]
        else:
            for part in _parts(name, value):
                yield from _literals(part)


def _members(items: Sequence[Any]) -> list[str]:
    """Some characters of a class."""
    found: list[str] = []
    negated = False
    for op, value in items:
        match str(op):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found.append(chr(value))
            case "RANGE":
                found.append(chr(value[0]))
            case "CATEGORY":
                found += _CATEGORIES[str(value)]
    if not negated:
        return found
    excluded = re.compile("[" + "".join(re.escape(one) for one in found) + "]") if found else None
    return [one for one in "aA 1.-\n<\"'é" if excluded is None or not excluded.match(one)]


def _parts(name: str, value: Any) -> list[Any]:
    """The expressions inside an expression."""
    if name in _REPEATS:
        return [value[2]]
    if name == "SUBPATTERN":
        return [value[3]]
    if name == "ATOMIC_GROUP":
        return [value]
    if name == "BRANCH":
        return list(value[1])
    if name in {"ASSERT", "ASSERT_NOT"}:
        return [value[1]]
    return []


def _example(tree: Any, choice: int = 0) -> str:
    """A string that the expression matches, or nearly; another for another choice."""
    made = ""
    for op, value in tree:
        match str(op):
            case "LITERAL":
                made += chr(value)
            case "NOT_LITERAL":
                made += "a" if value != ord("a") else "b"
            case "ANY":
                made += "a"
            case "IN":
                members = _members(value)
                made += members[choice % len(members)] if members else ""
            case "BRANCH":
                made += _example(value[1][choice % len(value[1])], choice)
            case "ASSERT" | "ASSERT_NOT" | "AT":
                pass
            case name if name in _REPEATS:
                made += _example(value[2], choice) * min(value[0], 50)
            case name:
                for part in _parts(name, value):
                    made += _example(part, choice)
    return made


def _loops(tree: Any, before: str) -> Iterator[tuple[str, list[str]]]:
    """Each loop of an expression: what stands before it, and what may be repeated in it."""
    for op, value in tree:
        name = str(op)
        if name in _REPEATS and value[1] >= _ENDLESS:
            yield before, list(dict.fromkeys(_example(value[2], choice) for choice in range(8)))
        for part in _parts(name, value):
            yield from _loops(part, before)
        before += _example([(op, value)])
        if name in _REPEATS and value[0] == 0:
            before += _example(value[2])


def searches(pattern: "re.Pattern[Any]", methods: Iterable[str]) -> Iterator[tuple[str, Search]]:
    """The ways in which a pattern is used, as functions of a text."""
    for method in methods:
        yield method, partial(_search, pattern, method)


def _search(pattern: "re.Pattern[Any]", method: str, text: str) -> object:
    given: Any = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
    if method in {"match", "fullmatch", "search"}:
        return getattr(pattern, method)(given)
    return sum(1 for _ in pattern.finditer(given))
