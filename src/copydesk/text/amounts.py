"""Amounts: money, percentages, measured quantities, and numbers of things."""

import re
from typing import Final, Literal, NamedTuple

from copydesk.text.numbers import NUMBER, SCALE, number_value
from copydesk.text.parses import Parse

_SIGNS: Final = {
    "$": "USD", "US$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD",
    "S$": "SGD", "R$": "BRL", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₺": "TRY", "₴": "UAH",
    "₩": "KRW", "₪": "ILS",
}  # fmt: skip
_CURRENCIES: Final = {
    "us dollar": "USD", "u.s. dollar": "USD", "american dollar": "USD", "australian dollar": "AUD",
    "canadian dollar": "CAD", "dollar": "USD", "euro": "EUR", "pound sterling": "GBP", "british pound": "GBP",
    "sterling": "GBP", "yen": "JPY", "yuan": "CNY", "renminbi": "CNY", "rouble": "RUB", "ruble": "RUB",
    "indian rupee": "INR", "swiss franc": "CHF", "turkish lira": "TRY", "hryvnia": "UAH", "hryvnias": "UAH",
    "shekel": "ILS", "rand": "ZAR", "zloty": "PLN",
}  # fmt: skip
"""Words for money. Not in it: pound alone, which as often is a weight, and rupee, peso, lira, which many have."""
_MEASURES: Final = {
    "kilometer": "km", "kilometre": "km", "km": "km", "mile": "mi", "meter": "m", "metre": "m", "centimeter": "cm",
    "centimetre": "cm", "cm": "cm", "foot": "ft", "feet": "ft", "inch": "in", "inches": "in", "yard": "yd",
    "kilogram": "kg", "kilogramme": "kg", "kg": "kg", "tonne": "t", "ton": "ton", "gram": "g", "pound": "lb",
    "ounce": "oz", "liter": "l", "litre": "l", "gallon": "gal", "barrel": "bbl", "acre": "acre", "hectare": "ha",
    "square kilometer": "km2", "square kilometre": "km2", "square mile": "mi2", "mph": "mph", "megawatt": "MW",
    "gigawatt": "GW", "kilowatt": "kW",
}  # fmt: skip


def _alternatives(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NUMBER: Final = rf"(?:{NUMBER}{SCALE}{{0,2}})"
_MONEY_SIGN: Final = re.compile(rf"(?<!\w)({_alternatives(_SIGNS)}) ?({_NUMBER})")
_MONEY_WORD: Final = re.compile(rf"(?<![\w.,])({_NUMBER}) ({_alternatives(_CURRENCIES)})s?\b", re.IGNORECASE)
_PERCENT: Final = re.compile(
    rf"(?<![\w.,])([-−]?{_NUMBER})(?: ?%|[ -](?:percentage points?|percent|per cent|pct)\b)", re.IGNORECASE
)
_QUANTITY: Final = re.compile(rf"(?<![\w.,$€£])({_NUMBER})[ -]?({_alternatives(_MEASURES)})(?:e?s)?\b", re.IGNORECASE)
_SPAN_OF_TIME: Final = frozenset(
    ("second", "minute", "hour", "day", "week", "month", "year", "decade", "century", "time", "am", "pm", "o'clock")
)
_IN_NUMBERS: Final = frozenset({"CD", "HYPH"})
_MODIFIERS: Final = frozenset({"amod", "compound", "nmod"})


class Amount(NamedTuple):
    """Offsets ``[start, end)``; the unit is an ISO 4217 code, ``%``, a measure's symbol, or what is counted."""

    start: int
    end: int
    value: float | None
    unit: str | None
    kind: Literal["money", "percent", "count", "quantity"]


def find_amounts(parse: Parse) -> list[Amount]:
    """Find the amounts of an article, in the order of the text and without overlaps.

    Spans of time and dates are no amounts; "thousands of people", which states no number, is none either.
    """
    text = parse.text
    found = [
        *(_amount(match, 2, _SIGNS[match[1]], "money") for match in _MONEY_SIGN.finditer(text)),
        *(_amount(match, 1, _CURRENCIES[match[2].casefold()], "money") for match in _MONEY_WORD.finditer(text)),
        *(_percent(match) for match in _PERCENT.finditer(text)),
        *(_amount(match, 1, _MEASURES[match[2].casefold()], "quantity") for match in _QUANTITY.finditer(text)),
    ]
    taken = {position for amount in found for position in range(amount.start, amount.end)}
    found.extend(amount for amount in _counts(parse) if taken.isdisjoint(range(amount.start, amount.end)))
    return _without_overlaps(sorted(found))


def _amount(match: re.Match[str], number: int, unit: str, kind: Literal["money", "quantity"]) -> Amount:
    return Amount(match.start(), match.end(), number_value(match[number]), unit, kind)


def _percent(match: re.Match[str]) -> Amount:
    value = number_value(match[1])
    negative = match[1][0] in "-−"
    unit = "percentage point" if "point" in match[0].casefold() else "%"
    return Amount(match.start(), match.end(), -value if negative and value else value, unit, "percent")


def _counts(parse: Parse) -> list[Amount]:
    """Numbers with what they count, by the parse: "40 F-16 fighter jets"."""
    found = []
    for token in parse.tokens:
        if token.tag != "CD" or token.dep != "nummod":
            continue
        noun = parse.tokens[token.head]
        if noun.tag not in ("NN", "NNS", "NNPS") or noun.i < token.i or parse.lemma(noun.i) in _SPAN_OF_TIME:
            continue
        first = token.i
        while first > 0 and parse.tokens[first - 1].head == token.i and parse.tokens[first - 1].tag in _IN_NUMBERS:
            first -= 1
        value = number_value(parse.words(first, token.i + 1))
        start, end = parse.span(first, noun.i + 1)
        if value is not None and "\n" not in parse.text[start:end]:
            found.append(Amount(start, end, value, _unit(parse, noun.i, token.i), "count"))
    return found


def _unit(parse: Parse, noun: int, number: int) -> str:
    """What is counted, in the singular, with the nouns and adjectives that belong to it."""
    tokens = parse.tokens
    words = [
        tokens[index].text for index in parse.subtree(noun) if number < index < noun and tokens[index].dep in _MODIFIERS
    ]
    return " ".join([*words, parse.lemma(noun)])


def _without_overlaps(amounts: list[Amount]) -> list[Amount]:
    kept: list[Amount] = []
    for amount in amounts:
        if not kept or amount.start >= kept[-1].end:
            kept.append(amount)
    return kept
