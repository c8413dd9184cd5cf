"""Regular expressions take linear time, whatever text they are given."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import copydesk
from copydesk.text import clutter, phrases
from tests.attacks import Attack, Search, attacks, searches, slow

ROOT = Path(copydesk.__file__).parent
METHODS = frozenset({"match", "fullmatch", "search", "finditer", "findall", "split", "sub"})
WHEN_ASKED: tuple[Callable[[], object], ...] = (phrases._phrases, clutter._reader_words)
"""Functions that make patterns when they are first called."""
MAKERS = frozenset({"_rule", *(maker.__name__ for maker in WHEN_ASKED)})
SHORT = {
    "copydesk.text.bylines._DATELINE": 120,
    "copydesk.text.forms._TAG": 20_000,
    "copydesk.text.encodings._META": 4_096,
}
"""What is only ever given so many characters, and must be quick with these."""


def modules() -> Iterator[str]:
    for module in pkgutil.walk_packages(copydesk.__path__, "copydesk."):
        if not module.name.endswith("__main__"):
            yield module.name


def held(name: str, value: object, depth: int = 0) -> Iterator[tuple[str, "re.Pattern[Any]"]]:
    """The patterns in a value, in tuples and tables too."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, (tuple, list)) and depth < 3:
        for index, item in enumerate(value):
            yield from held(f"{name}[{index}]", item, depth + 1)
    elif isinstance(value, dict) and depth < 3:
        for key, item in value.items():
            yield from held(f"{name}[{key}]", item, depth + 1)


def collected() -> dict[str, "re.Pattern[Any]"]:
    found: dict[str, re.Pattern[Any]] = {}
    seen: set[int] = set()
    for module in modules():
        for name, value in vars(importlib.import_module(module)).items():
            for path, pattern in held(f"{module}.{name}", value):
                if id(pattern) not in seen:
                    seen.add(id(pattern))
                    found[path] = pattern
    for maker in WHEN_ASKED:
        found.update(held(f"{maker.__module__}.{maker.__name__}", maker()))
    return found


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def used() -> dict[str, set[str]]:
    """How each pattern that has a name is used: ``_NAME.search(…)``."""
    found: dict[str, set[str]] = {}
    for path, tree in sources():
        module = ".".join(["copydesk", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS:
                found.setdefault(f"{module}.{node.value.id}", set()).add(node.attr)
    return found


PATTERNS = collected()
USED = used()


def test_every_pattern_is_a_constant() -> None:
    """What is compiled elsewhere, or by a call such as `re.sub`, would not be attacked here."""
    stray = []
    for path, tree in sources():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        inside = {id(call) for function in functions if function.name not in MAKERS for call in ast.walk(function)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            module = node.func.value
            of_re = isinstance(module, ast.Name) and module.id == "re" and node.func.attr != "escape"
            if of_re and (node.func.attr != "compile" or id(node) in inside):
                stray.append(f"{path.name}:{node.lineno}: re.{node.func.attr}")
    assert stray == []
    assert len(PATTERNS) > 80


@pytest.mark.parametrize("name", PATTERNS)
def test_pattern_takes_linear_time(name: str) -> None:
    """Each pattern, as it is used, against strings made from what it repeats."""
    pattern = PATTERNS[name]
    text = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    tried = attacks(text, pattern.flags & ~re.UNICODE)
    for method, search in searches(pattern, sorted(USED.get(name, {"finditer"}))):
        found = slow(partial(bounded, search, SHORT.get(name)), tried)
        assert found is None, f"{name}.{method}: {found}"


def bounded(search: Search, most: int | None, text: str) -> object:
    return search(text[:most])


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(a+)+b", "match"),
        (r"\s+$", "search"),
        (r"(?:a|a)*c", "match"),
        (r"x*y*x*z", "match"),
        (r"<!--.*?-->", "finditer"),
        (r"(\w+\s?)*!", "fullmatch"),
        (r"\d+,\d+;", "finditer"),
    ],
)
def test_slow_patterns_are_found(pattern: str, method: str) -> None:
    """The attacks work: each of these takes quadratic or exponential time."""
    ((_, search),) = searches(re.compile(pattern), [method])
    assert slow(search, attacks(pattern, 0)) is not None


def test_attack_has_its_length() -> None:
    """An attack of a length is about so long."""
    assert Attack("a", "bc", "d").of(4) == "abcbcd"
