"""Tone of words."""

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from copydesk.text.tones import tone


def value(text: str) -> float:
    judged = tone(text)
    assert judged is not None
    return judged.tone


def test_words_that_praise_and_words_that_blame() -> None:
    """The sign is that of most of the valence."""
    assert value("Voters praised the brilliant, generous mayor.") > 0.3
    assert value("Voters condemned the corrupt, dishonest mayor.") < -0.3


def test_a_negation_turns_the_words_behind_it() -> None:
    """Within three words, also with a typographic apostrophe."""
    assert value("The plan was good.") > 0 > value("The plan wasn’t very good.")


def test_terms_of_news_are_neutral() -> None:
    """Shares, interest, parties and the United Nations are nothing nice in themselves."""
    assert value("The party talked to the United Nations about interest on shares and security.") == 0.0


def test_one_strong_word_is_no_strong_tone() -> None:
    """A brief with one word of praise is milder than an article full of it."""
    assert 0 < value("A great day.") < value("A great, wonderful, brilliant and happy day.")


def test_no_words_no_tone() -> None:
    """Numbers have none."""
    assert tone("12.5 – 14") is None


@examples(deadline=None)
@given(st.text(max_size=400))
def test_values_stay_in_range(text: str) -> None:
    """Whatever the text."""
    judged = tone(text)
    if judged is not None:
        assert -1 <= judged.tone <= 1
        assert 0 <= judged.positive <= 1
        assert 0 <= judged.negative <= 1
