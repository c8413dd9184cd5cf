"""What a name is: where it begins and ends, and how two of them are compared."""

import re
from typing import Final

from copydesk.text.tables import rows, values

HONORIFICS: Final = frozenset(values(rows("honorifics.tsv")[0][0]))
"""Words that stand before a person's name and are no part of it."""
SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "mp", "qc", "kc"})
_ACRONYM: Final = 8
"""Most letters of an acronym."""
_SHORTEST_SLIP: Final = 5
_LONG_NAME: Final = 8
_POSSESSIVE: Final = re.compile(r"['’](?:s|S)?$")


def bare(word: str) -> str:
    """A word for comparison: without case and full stops.

    >>> bare("U.N."), bare("Jr.")
    ('un', 'jr')
    """
    return word.replace(".", "").casefold()


def without_possessive(name: str) -> str:
    """A name without the ending of the possessive.

    >>> without_possessive("Erdogan’s"), without_possessive("Hicks'"), without_possessive("McDonald")
    ('Erdogan', 'Hicks', 'McDonald')
    """
    return _POSSESSIVE.sub("", name)


def person_key(words: list[str]) -> tuple[str, ...]:
    """The words of a person's name that identify: no honorifics, suffixes or middle initials.

    >>> person_key(["Sen.", "John", "F.", "Kerry", "Jr."])
    ('john', 'kerry')
    """
    kept = [bare(word) for word in words]
    kept = [word for word in kept if word not in HONORIFICS and word not in SUFFIXES and word]
    if len(kept) > 2:
        kept = [kept[0], *(word for word in kept[1:-1] if len(word) > 1), kept[-1]]
    return tuple(kept)


def same_person(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    """Whether one name can be short for the other: the same surname, and nothing that contradicts.

    >>> same_person(("recep", "tayyip", "erdogan"), ("erdogan",))
    True
    >>> same_person(("bill", "clinton"), ("hillary", "clinton"))
    False
    """
    if not shorter or longer[-1] != shorter[-1]:
        return False
    return set(shorter) <= set(longer)


def misspelt(one: str, other: str) -> bool:
    """Whether two surnames may be one with a slip of the pen: a letter too few, too many or wrong; in long ones two.

    >>> misspelt("Bauchtman", "Buchtmann"), misspelt("Water", "Waters"), misspelt("Mauer", "Maurer")
    (True, True, True)
    >>> misspelt("Brown", "Braun"), misspelt("Miller", "Muller"), misspelt("Reis", "Reid")
    (False, True, False)
    """
    shorter, longer = sorted((one.casefold(), other.casefold()), key=len)
    if len(shorter) < _SHORTEST_SLIP or shorter[0] != longer[0]:
        return False
    return _edits(shorter, longer) <= (1 if len(shorter) < _LONG_NAME else 2)


def _edits(one: str, other: str) -> int:
    """How many letters are to be added, dropped or replaced (Levenshtein's distance)."""
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, start=1):
        before, row[0] = row[0], count
        for at, second in enumerate(other, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != second))
    return row[-1]


def initials(words: list[str]) -> str:
    """The acronym of a name: initials of its words that are written with a capital.

    >>> initials(["Ministry", "of", "Defence"]), initials(["African", "Union"])
    ('MD', 'AU')
    """
    return "".join(word[0] for word in words if word[:1].isupper())


def is_acronym_of(acronym: str, words: list[str]) -> bool:
    """Whether an acronym is made of the initials of a name; small words may count (MoD) or not (UN).

    >>> is_acronym_of("MoD", ["Ministry", "of", "Defence"]), is_acronym_of("U.N.", ["United", "Nations"])
    (True, True)
    >>> is_acronym_of("DoJ", ["Department", "of", "Health"])
    False
    """
    return acronym_letters(acronym) in acronyms(words)


def acronym_letters(word: str) -> str:
    """The letters of a word that can be an acronym, in lower case; "" for any other word.

    >>> acronym_letters("U.N."), acronym_letters("Nations")
    ('un', '')
    """
    letters = word.replace(".", "")
    if not 2 <= len(letters) <= _ACRONYM or not letters.isalpha() or sum(letter.isupper() for letter in letters) < 2:
        return ""
    return letters.casefold()


def acronyms(words: list[str]) -> set[str]:
    """The acronyms that a name may have, in lower case: of its capitals, and of all its words.

    >>> sorted(acronyms(["the", "Ministry", "of", "Defence"]))
    ['md', 'mod']
    """
    words = [word for word in words if word[:1].isalpha() and bare(word) != "the"]
    if len(words) < 2:
        return set()
    return {initials(words).casefold(), "".join(word[0] for word in words).casefold()} - {""}
