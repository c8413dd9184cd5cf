"""Numbers in digits and words."""

import re
from typing import Final

_SMALL: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
UNITS: Final = {word: value for value, word in enumerate(_SMALL)} | {
    word: 20 + 10 * position for position, word in enumerate(_TENS)
}
SCALES: Final = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
    "dozen": 12.0,
}
NUMBER: Final = (
    r"(?:\d{1,3}(?:,\d{3}){1,10}(?:\.\d+)?|\d+(?:\.\d+)?"
    rf"|\b(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_SMALL[1:10])}))?\b|\b(?:{'|'.join(_SMALL)})\b)"
)
"""A number in digits or a small one in words, as part of a regular expression."""
SCALE: Final = r"(?:[- ]?(?:hundred|thousand|million|billion|trillion|dozen|bn|mn|tn|[mbk](?![\w’'])))"
"""What multiplies it."""
_DIGITS: Final = re.compile(r"\d++(?:,++\d++)*+(?:\.\d+)?")
_LETTERS: Final = re.compile("[a-z]+")

_MOST: Final = 1e30


def number_value(text: str) -> float | None:
    """The value of a number.

    >>> number_value("1,250.5"), number_value("2.5 million"), number_value("twenty-five"), number_value("$3bn")
    (1250.5, 2500000.0, 25.0, 3000000000.0)
    >>> number_value("two hundred thousand"), number_value("many")
    (200000.0, None)
    """
    lowered = text.casefold()
    digits = _DIGITS.search(lowered)
    words = _LETTERS.findall(lowered[digits.end() :] if digits else lowered)
    value = float(digits.group().replace(",", "")) if digits else None
    for word in words:
        if word in UNITS:
            value = (value or 0.0) + UNITS[word]
        elif word in SCALES:
            value = (1.0 if value is None else value) * SCALES[word]
    # A hundred digits are no amount, and beyond 300 there is no such number.
    return None if value is None or value > _MOST else round(value, 6)
