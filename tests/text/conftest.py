"""Parses of small texts, made with the real model."""

from collections.abc import Callable

import pytest

from copydesk.models import model
from copydesk.text.parses import Parse, join, paragraphs


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], Parse]:
    """Parse a text as the stage does."""

    def parse(text: str) -> Parse:
        spans = list(paragraphs(text))
        return join(text, model().parse([text[s:e] for s, e in spans]), [s for s, _ in spans], model().lemma)

    return parse
