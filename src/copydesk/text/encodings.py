"""Encodings: the bytes of a page or a text to characters, whatever was declared."""

import codecs
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*+=\s*+["']?+\s*+([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_META_WITHIN: Final = 4096
"""Bytes in which a page declares its encoding: HTML asks for the first 1,024, pages are later."""
_SAMPLE: Final = 32_768
"""Bytes that are enough to tell an encoding by."""
_ASCII: Final = bytes(range(128))
_WESTERN: Final = "…‘’“”•–—\xa0«»€£§©®°·àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÅÆÇÈÉÊËÍÎÏÑÓÔÖØŒÙÚÛÜ".encode("cp1252")
"""What western European text needs beyond ASCII. Polish and Russian text has other bytes, or far more of them."""
_CANDIDATES: Final = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("koi8_r", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
)
_NOISE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ue000-\uf8ff]")
_NOISE_SHARE: Final = 0.1

_COMPRESSIONS: Final = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\xff\x06\0\0sNaPpY", "snappy"),
)
"""What compressed data begin with."""


def compression(data: bytes) -> str | None:
    """How bytes are compressed, as far as their beginning tells.

    >>> compression(b"\\x1f\\x8b\\x08\\x00"), compression(b"BZh is a word that no article begins with.")
    ('gzip', None)
    """
    name = next((name for mark, name in _COMPRESSIONS if data.startswith(mark)), None)
    # bzip2's mark is three letters; the size of its blocks and a magic number follow.
    return None if name == "bzip2" and data[4:10] != b"1AY&SY" else name


def decode(data: bytes, declared: str | None = None) -> str | None:
    """Decode a page or a text.

    Args:
        data: the bytes.
        declared: the encoding that the transport states (``charset`` of ``content-type``), if any. It is believed only
            as far as the bytes allow: many a server says ``iso-8859-1`` about UTF-8.

    Returns:
        the characters, without a byte order mark; ``None`` when the bytes are no text in any encoding.

    >>> decode("A café – “naïve”, and quite empty on a Monday".encode("cp1252"))
    'A café – “naïve”, and quite empty on a Monday'
    >>> decode(bytes(range(256))) is None
    True
    """
    text = _decode(data, declared)
    return None if text is None or is_noise(text) else text


def is_noise(text: str) -> bool:
    """Whether a text is full of characters that no writer types; NULs are not counted, they come from broken copies.

    >>> is_noise("plain"), is_noise("\\x01\\x02\\ufffd plain")
    (False, True)
    """
    visible = len(text) - text.count("\0")
    noisy = sum(1 for _ in _NOISE.finditer(text)) - text.count("\0")
    return noisy > _NOISE_SHARE * visible


def _decode(data: bytes, declared: str | None) -> str | None:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    wide = _utf16(data)
    if wide is not None:
        return data.decode(wide, "replace")
    unicode = _utf8(data)
    if unicode is not None:
        return unicode
    for name in (declared, _meta(data)):
        known = _known(name)
        if known is not None:
            decoded = data.decode(known, "replace")
            if decoded.count("\ufffd") * 100 <= len(decoded):
                return decoded
    return _detected(data)


def _utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Latin text is a NUL."""
    sample = data[:2048]
    if len(sample) < 4 or sample.count(0) * 5 < len(sample) * 2:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > 9 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 9 * odd else None


def _utf8(data: bytes) -> str | None:
    """UTF-8, also with a few broken characters, as long as there are more whole ones.

    Curly quotes in Windows-1252 are broken UTF-8 too, but without a single whole character beyond ASCII.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(data) and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8")
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(text) - broken - (len(data) - len(data.translate(None, _ASCII)))
    return text if whole > 2 * broken else None


def _meta(data: bytes) -> str | None:
    found = _META.search(data, 0, _META_WITHIN)
    return found[1].decode("ascii") if found else None


def _known(name: str | None) -> str | None:
    if not name:
        return None
    try:
        known = codecs.lookup(name.strip("\"' ")).name
    except (LookupError, ValueError):  # a page may declare anything: "utf8mb4", or a name with a NUL
        return None
    # Browsers read Latin-1 and ASCII as Windows-1252 (WHATWG Encoding Standard); base64 and the like are no encodings.
    if known in {"iso8859-1", "ascii"}:
        return "cp1252"
    return known if known.startswith(("cp", "iso8859", "koi8", "mac", "gb", "big5", "shift", "euc", "utf-16")) else None


def _detected(data: bytes) -> str | None:
    beyond = data.translate(None, _ASCII)
    if not beyond.translate(None, _WESTERN) and len(beyond) * 8 < len(data):
        return data.decode("cp1252", "replace")
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_CANDIDATES)).best()
    if best is not None:
        return data.decode(best.encoding, "replace")
    # A single word with an accent tells no encoding: what most of the web's old text is written in.
    if len(beyond) * 10 < len(data):
        return data.decode("cp1252", "replace")
    return None
