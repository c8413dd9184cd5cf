"""The event classes: immutable, complete, and each state holding all of the one before."""

from itertools import pairwise

import msgspec
import pytest

from copydesk import events
from copydesk.contracts.samples import samples
from copydesk.pipeline import CLASSIFIED, CLEAN, ENRICHED, EXTRACTED, Topic

STATES = [CLEAN, EXTRACTED, CLASSIFIED, ENRICHED]


def _classes(base: type[events.Event]) -> list[type[events.Event]]:
    return [base, *(found for child in base.__subclasses__() for found in _classes(child))]


def test_events_are_immutable() -> None:
    """No field of an event can be set."""
    event = events.Source(name="The Danube Post", domain=None)

    with pytest.raises(AttributeError, match="immutable"):
        event.name = "Another"  # type: ignore[misc]  # the point of the test


def test_events_compare_by_value() -> None:
    """Two events with the same fields are equal."""
    assert samples() == samples()
    assert events.Source(name="a", domain=None) != events.Source(name="b", domain=None)


@pytest.mark.parametrize("event", _classes(events.Event), ids=lambda event: event.__name__)
def test_only_raw_articles_have_defaults(event: type[events.Event]) -> None:
    """No key is ever missing from an event that we write; a publisher may leave out all but the content."""
    optional = [field.name for field in msgspec.structs.fields(event) if not field.required]

    if issubclass(event, events.RawArticle):
        assert "content" not in optional
        assert len(optional) == len(msgspec.structs.fields(events.RawArticle)) - 1
    else:
        assert optional == []


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(STATES)), ids=lambda topic: topic.state)
def test_each_state_starts_with_the_one_before(earlier: Topic, later: Topic) -> None:
    """A later state has the fields of the earlier one first, and at least one more."""
    before, after = earlier.event.__struct_fields__, later.event.__struct_fields__

    assert after[: len(before)] == before
    assert len(after) > len(before)


def test_extend_keeps_what_is_known_and_adds_what_is_new() -> None:
    """The next state has all values of the article, those that it adds, and those that it replaces."""
    classified = samples()[CLASSIFIED]
    assert isinstance(classified, events.ClassifiedArticle)

    enriched = events.extend(
        classified, events.EnrichedArticle, revision=2, duplicate_of="x", duplicate_kind="near", story=None
    )

    assert (enriched.revision, enriched.duplicate_of, enriched.duplicate_kind) == (2, "x", "near")
    assert all(
        getattr(enriched, name) == getattr(classified, name)
        for name in classified.__struct_fields__
        if name != "revision"
    )


def test_extend_without_a_new_field_is_an_error() -> None:
    """A stage cannot forget a field that its state adds."""
    clean = samples()[CLEAN]
    assert isinstance(clean, events.CleanArticle)

    with pytest.raises(TypeError, match="amounts"):
        events.extend(clean, events.ExtractedArticle, entities=[], places=[], quotes=[], events=[], dates=[])
