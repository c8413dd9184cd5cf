"""Signatures, and the index over them."""

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from copydesk.text.duplicates import BUCKET, NearIndex, jaccard, nearness, sign

WORDS = [f"word{number}" for number in range(400)]


def test_the_estimate_is_close_to_the_truth() -> None:
    """Two texts that share the middle 200 of 300 words: a Jaccard index of about one half."""
    assert abs(jaccard(sign(WORDS[:300]), sign(WORDS[100:])) - 0.5) < 0.15


def test_a_cut_version_is_near_the_whole() -> None:
    """Though it is a small part of it."""
    assert nearness(sign(WORDS), sign(WORDS[:120])) > 0


def test_a_shared_sentence_makes_no_copy() -> None:
    """Boilerplate of one outlet stands in all its articles."""
    boilerplate = [f"common{number}" for number in range(20)]
    assert nearness(sign(WORDS[:200] + boilerplate), sign(WORDS[200:] + boilerplate)) == 0


def test_the_index_finds_what_is_similar_until_it_is_removed() -> None:
    """And nothing else."""
    index = NearIndex()
    signature = sign(WORDS)
    index.add(1, signature)
    index.add(2, sign(["other", *WORDS[:2]] * 30))
    assert index.candidates(sign([*WORDS[:390], "changed"])) == {1}
    index.remove(1, signature)
    assert index.candidates(signature) == set()


def test_ten_thousand_copies_cost_no_more_than_a_bucket() -> None:
    """The newest stay, and the index is empty again when all have left."""
    index = NearIndex()
    signature = sign(WORDS)
    for number in range(100):
        index.add(number, signature)
    assert index.candidates(signature) == set(range(100 - BUCKET, 100))
    for number in range(100):
        index.remove(number, signature)
    assert index.candidates(signature) == set()


@examples(deadline=None)
@given(st.lists(st.text(max_size=5), max_size=30))
def test_every_text_is_near_itself(words: list[str]) -> None:
    """Even one without words."""
    assert nearness(sign(words), sign(words)) == 1.0
