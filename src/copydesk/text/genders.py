"""The gender of a person, as far as the text or the given name tells it: for he and she."""

from collections.abc import Iterable
from functools import cache
from typing import Literal

from copydesk.text.names import bare
from copydesk.text.tables import rows, values

Gender = Literal["male", "female"]

_OF_TITLE: dict[str, Gender] = {
    **dict.fromkeys(("mr", "sir", "lord", "king", "prince", "spokesman", "chairman", "congressman", "father"), "male"),
    **dict.fromkeys(("mrs", "ms", "miss", "dame", "lady", "queen", "princess", "spokeswoman"), "female"),
    **dict.fromkeys(("chairwoman", "congresswoman", "actress", "mother"), "female"),
}


@cache
def _of_given_name() -> dict[str, Gender | None]:
    """Names that both have (Jordan, Leslie) tell no gender, but are names."""
    names: dict[str, set[Gender]] = {}
    for gender, cell in rows("given_names.tsv"):
        for name in values(cell):
            names.setdefault(name.casefold(), set()).add("male" if gender == "male" else "female")
    return {name: next(iter(genders)) if len(genders) == 1 else None for name, genders in names.items()}


def is_given_name(word: str) -> bool:
    """Whether a word is a common given name.

    >>> is_given_name("Kathleen"), is_given_name("Azovstal")
    (True, False)
    """
    return word.casefold() in _of_given_name()


def gender_of(given_name: str, titles: Iterable[str]) -> Gender | None:
    """The gender of a person, or None where neither a title nor the given name tells it.

    >>> gender_of("Ibrahim", []), gender_of("Kalin", ["Ms."]), gender_of("Kalin", [])
    ('male', 'female', None)
    """
    for title in titles:
        if (gender := _OF_TITLE.get(bare(title))) is not None:
            return gender
    return _of_given_name().get(given_name.casefold())
