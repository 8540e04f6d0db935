"""Bytes of unknown encoding to text, line by line, with an account of every repair."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

WINDOWS_1252 = "not UTF-8: read as Windows-1252"
LATIN_1 = "not UTF-8: read as ISO 8859-1"
UTF_16 = "UTF-16 file: converted"
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
CONTROL_CHARACTERS = "control characters or broken code points removed"

_LOOKED_AT = 65_536
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - set(b"\t\n\v\f\r\x1b"))
_STRAY, _ONE_IN = 3, 30
"""So many control bytes may have strayed into a text; beyond that, one in so many makes it none."""


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line, 1-based, with what had to be repaired to read it."""

    number: int
    text: str
    repairs: tuple[str, ...] = ()


def lines_of(raw: bytes) -> Iterator[Line]:
    """Every line that is not blank. Encodings are judged line by line: a file may mix them."""
    if raw.startswith(_UTF16):
        for number, text in enumerate(raw.decode("utf-16", errors="replace").splitlines(), start=1):
            if text.strip():
                yield Line(number, text, (UTF_16,))
        return
    for number, line in enumerate(raw.removeprefix(_BOM).splitlines(), start=1):
        if line.strip():
            text, repair = decoded(line)
            yield Line(number, text, (repair,) if repair else ())


def looks_binary(raw: bytes) -> bool:
    """Whether this is a picture, an archive or UTF-16 without its mark rather than text in any encoding we read."""
    start = raw[:_LOOKED_AT]
    if start.startswith(_UTF16):
        return False
    controls = len(start) - len(start.translate(None, _CONTROL_BYTES))
    return controls > _STRAY and controls * _ONE_IN > len(start)


def decoded(raw: bytes) -> tuple[str, str | None]:
    """The text of `raw` and how it had to be read if it is not UTF-8."""
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252"), WINDOWS_1252
    except UnicodeDecodeError:
        return raw.decode("latin-1"), LATIN_1


def storable(text: str) -> tuple[str, bool]:
    """`text` without what no database or wire can carry (NUL, lone surrogates), and whether it changed."""
    clean = _CONTROL.sub("", text)
    return clean, clean != text


def without_entities(text: str) -> str:
    """Complete HTML entities decoded. `&section=2` in an address, without a semicolon, is no section sign."""
    return _ENTITY.sub(lambda found: html.unescape(found.group(0)), text)
