"""Reads a compact JWS exactly as RFC 7515 writes it, before any library gets a chance to be lenient."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

MAX_TOKEN_LENGTH = 16_384
MAX_DEPTH = 8
"""Objects and lists within one another; deeper ones carry no claim anybody reads."""
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+")


class MalformedToken(ValueError):
    """Not a compact JWS in its one canonical spelling."""


@dataclass(frozen=True, slots=True)
class CompactToken:
    """Header and claims as read. Nothing here is verified yet: `signature` is over the ASCII of `signed`."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: str
    signature: bytes


def read_compact(token: str, *, longest: int = MAX_TOKEN_LENGTH) -> CompactToken:
    """Split and decode, at most `longest` characters.

    Refuses padding, other alphabets, loose trailing bits, doubled members, deep nesting.
    """
    if not isinstance(token, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers without types send bytes
        raise MalformedToken("a token is a text")
    if len(token) > longest:
        raise MalformedToken("the token is too long")
    segments = token.split(".")
    if len(segments) != 3:  # noqa: PLR2004 - header.payload.signature
        raise MalformedToken("a token has three parts")
    header, payload, signature = segments
    return CompactToken(
        header=read_object(header),
        claims=read_object(payload),
        signed=f"{header}.{payload}",
        signature=decode_segment(signature),
    )


def encode_segment(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_segment(segment: str) -> bytes:
    """Base64url without padding, and only the spelling that encoding the result gives back."""
    if not _SEGMENT.fullmatch(segment):
        raise MalformedToken("a part is not plain base64url")
    try:
        decoded = base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise MalformedToken("a part is not base64url") from error
    if encode_segment(decoded) != segment:
        raise MalformedToken("a part is not canonical base64url")
    return decoded


def read_object(segment: str) -> dict[str, Any]:
    """The JSON object in a segment: UTF-8, no member twice at any depth, no NaN, no half of a surrogate pair."""
    raw = decode_segment(segment)
    try:
        value: object = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except MalformedToken:
        raise
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, or a number of thousands of digits
        raise MalformedToken("a part is not JSON") from error
    if not isinstance(value, dict):
        raise MalformedToken("a part is not a JSON object")
    _check_depth(value)  # pyright: ignore[reportUnknownArgumentType] - JSON of any kind
    return cast("dict[str, Any]", value)


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise MalformedToken("a member appears twice")
    return value


def _refuse(constant: str) -> object:
    raise MalformedToken(f"{constant} is not JSON")


def _check_depth(value: object) -> None:
    level: list[object] = [value]
    for _ in range(MAX_DEPTH):
        level = [part for each in level for part in _parts(each)]
        if not level:
            return
    raise MalformedToken("a part is nested too deeply")


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return [*members, *members.values()]
    if isinstance(value, list):
        return cast("list[object]", value)
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise MalformedToken("a text is not Unicode") from error
    return ()
