"""Topics told from words."""

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from copydesk.text.topics import LEAST, LEAST_BEST, MOST, NAMES, model, topics

ARTICLES = {
    "medtop:01000000": "The director's second film, a comedy about a jazz singer, opened the festival. "
    "Critics praised the actress in the leading role; the soundtrack album and a novel by "
    "the same author will follow, the studio said.",
    "medtop:02000000": "A jury found the former accountant guilty of fraud. The judge sentenced him to six "
    "years in prison after prosecutors said that he had stolen from clients. His lawyer "
    "told the court that he would appeal.",
    "medtop:03000000": "An earthquake destroyed hundreds of houses. Rescuers pulled survivors from the rubble "
    "while firefighters fought a blaze in the port; the death toll rose as aftershocks "
    "brought down damaged buildings.",
    "medtop:04000000": "Shares of the retailer fell after it reported lower quarterly profit. Analysts had "
    "expected revenue growth, but higher prices kept consumers away; the company cut its "
    "dividend and investors sold its bonds.",
    "medtop:05000000": "Pupils will sit fewer exams under the new curriculum. Teachers welcomed the plan, but "
    "headteachers said that schools and universities need time; students at secondary "
    "school worry about their degrees.",
    "medtop:06000000": "Carbon emissions fell for the second year as coal plants closed. Conservationists "
    "said that climate change still threatens coral reefs and endangered species, and "
    "asked for less plastic pollution.",
    "medtop:07000000": "Doctors at the hospital treated forty patients for the virus. Health officials said "
    "that the vaccine prevents severe disease and that symptoms such as fever appear "
    "within days of infection.",
    "medtop:12000000": "The archbishop led prayers in the cathedral as the pope called on Catholics and other "
    "Christians to welcome Muslims and Jews. The bishop's sermon quoted the gospel; "
    "priests and imams prayed together.",
    "medtop:13000000": "Engineers at the space agency launched a satellite to map the moon. Scientists will "
    "study its data with software that physicists wrote; the telescope and the robot arm "
    "were tested in a laboratory.",
    "medtop:15000000": "The striker scored twice in the second half as the champions won the cup final. The "
    "coach praised his goalkeeper, who saved a penalty, and said that the team would play "
    "the league match without its captain.",
    "medtop:17000000": "Forecasters expect snow and freezing temperatures. The meteorologists issued a "
    "weather warning for heavy rain and strong winds of 80 mph; thunderstorms and hail "
    "will follow the cold snap, they said.",
}


@pytest.mark.parametrize("code", ARTICLES)
def test_plain_cases_are_told(code: str) -> None:
    """An article full of a topic's words has that topic first."""
    assert topics(ARTICLES[code], "")[0].code == code


def test_too_few_words_tell_nothing() -> None:
    """A headline alone can be about anything."""
    assert topics("Minister resigns", "") == []


def test_words_of_no_topic_tell_nothing() -> None:
    """Below the stated confidence there is no topic."""
    assert topics("Yesterday he went there again with them because it seemed quite near and rather easy.", "") == []


@examples(deadline=None)
@given(st.text(max_size=300), st.text(max_size=50))
def test_scores_are_ordered_and_within_range(text: str, title: str) -> None:
    """Whatever the text, best first, at most three, none below its floor."""
    scores = [topic.score for topic in topics(text, title)]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= MOST
    assert all(LEAST - 0.001 <= score <= 1 for score in scores)
    assert not scores or scores[0] >= LEAST_BEST - 0.001


def test_the_model_knows_the_seventeen_topics() -> None:
    """One weight a topic for each word."""
    assert model().codes == list(NAMES)
    assert {len(row) for _, row in model().weights.values()} == {17}
