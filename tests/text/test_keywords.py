"""Keywords by statistics."""

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from copydesk.text.keywords import MOST, Name, keywords

TEXT = """The lighthouse on the rock of Vell will be lit by solar panels. Engineers carried the solar panels up \
the stairs of the lighthouse by hand. The keeper said that visitors ask about the lamp more than about the \
lighthouse's view. Keeper Moira Lane has worked there since 1999."""


def texts(names: list[Name]) -> list[str]:
    return [keyword.text for keyword in keywords(TEXT, "Solar panels for a lighthouse", names)]


def test_phrases_that_come_again_are_keywords() -> None:
    """Those of the title first; no stop words, no phrase within another."""
    found = texts([])
    assert set(found[:2]) == {"solar panels", "lighthouse"}
    assert "panels" not in found
    assert "the" not in found


def test_names_keep_their_form_and_cover_their_parts() -> None:
    """The full name, not the surname beside it."""
    found = texts([Name("Moira Lane", 3)])
    assert "Moira Lane" in found
    assert "Lane" not in found


def test_nothing_to_say() -> None:
    """No text, no keywords."""
    assert keywords("", "", []) == []


@examples(deadline=None)
@given(st.text(max_size=400), st.text(max_size=60))
def test_scores_are_relative_to_the_best(text: str, title: str) -> None:
    """Best first, from 1 down, and each phrase stands in the text."""
    found = keywords(text, title, [])
    scores = [keyword.score for keyword in found]
    assert scores == sorted(scores, reverse=True)
    assert len(found) <= MOST
    assert not scores or scores[0] == 1.0
