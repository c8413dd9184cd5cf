"""Mojibake: UTF-8 that was read as Windows-1252 or Latin-1, once or twice ("cafÃ©", "itâ€™s"), made whole again."""

import re
from typing import Final
from unicodedata import category


def _as_seen(byte: int) -> str:
    """The characters that a byte of UTF-8 beyond ASCII is seen as: that of Windows-1252, and that of Latin-1."""
    return bytes([byte]).decode("cp1252", "ignore") + chr(byte)


_BYTES: Final = {character: byte for byte in range(0x80, 0x100) for character in _as_seen(byte)}
_TAIL: Final = "".join(re.escape(_as_seen(byte)) for byte in range(0x80, 0xC0))
_SEQUENCE: Final = f"(?:[\xc2-\xdf][{_TAIL}]|[\xe0-\xef][{_TAIL}][{_TAIL}]|[\xf0-\xf4][{_TAIL}][{_TAIL}][{_TAIL}])"
"""One character of UTF-8 as it is seen (RFC 3629): a lead and its tail."""
LEAD: Final = "\xc2-\xf4"
HINT: Final = f"(?<=[{LEAD}])(?=[{_TAIL}])"
"""Where in every `RUN` its first tail follows its lead."""
_CLOSING_QUOTE: Final = "\xe2\u20ac"
"""What is left of a closing quotation mark: Windows-1252 has no character for its last byte."""
RUN: Final = re.compile(f"{_SEQUENCE}++|{_CLOSING_QUOTE}(?![{_TAIL}])")
"""What may be mojibake; `whole` tells whether it is."""
_CLOSING: Final = re.compile("[\xa0«»‹›“”„‘’‚…–—°ºª]")
"""What may stand behind a word in capitals that ends with an accent: "AMANHÃ”", "MANHÃ…"."""
_PUNCTUATION: Final = re.compile("[\u2010-\u205e\u20a0-\u20bf\u2100-\u214f]")
_NO_TEXT: Final = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Categories of Unicode that no text holds: controls, unassigned and private characters."""
_ROUNDS: Final = 3


def repaired(text: str) -> str:
    """A text with its mojibake repaired, where that is certain.

    >>> repaired("The cafÃ© of the cityâ€™s poet"), repaired("naÃƒÂ¯ve")
    ('The café of the city’s poet', 'naïve')
    >>> repaired("Ele disse: «AMANHÃ».")
    'Ele disse: «AMANHÃ».'
    """
    return RUN.sub(lambda found: whole(found) or found[0], text)


def whole(found: re.Match[str]) -> str | None:
    """What a match of `RUN` was before it was read wrongly; ``None`` if it may have been meant as it stands."""
    run = found[0]
    if run == _CLOSING_QUOTE:
        return "”"
    read = _decoded(run)
    if read is None or not _certain(run, read, found.string[max(0, found.start() - 1) : found.start()]):
        return None
    for _ in range(_ROUNDS):
        again = _decoded(read) if RUN.fullmatch(read) else None
        if again is None:
            break
        read = again
    return None if any(category(character) in _NO_TEXT for character in read) else read


def _decoded(run: str) -> str | None:
    try:
        return bytes(_BYTES[character] for character in run).decode()
    except UnicodeDecodeError:  # a lead and a tail that UTF-8 forbids, such as a surrogate
        return None


def _certain(run: str, read: str, before: str) -> bool:
    if len(read) > 1:
        return True
    if len(run) == 2:
        return not (before.isupper() and _CLOSING.match(run, 1)) and (read.isalpha() or run[0] == "\xc2")
    # "perchè”…" is a word with what ends a sentence, and would be a character of Chinese.
    return len(run) == 4 or _PUNCTUATION.match(read) is not None
