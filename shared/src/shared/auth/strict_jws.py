"""Reads a compact JWS exactly as RFC 7515 writes it, before any library gets a chance to be lenient."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

MAX_TOKEN_LENGTH = 16_384
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+")


class MalformedToken(ValueError):
    """Not a compact JWS in its one canonical spelling."""


@dataclass(frozen=True, slots=True)
class CompactToken:
    """Header and claims as read. Nothing here is verified yet."""

    header: dict[str, Any]
    claims: dict[str, Any]


def read_compact(token: str) -> CompactToken:
    """Split and decode. Refuses padding, other alphabets, loose trailing bits and doubled members."""
    if len(token) > MAX_TOKEN_LENGTH:
        raise MalformedToken("the token is too long")
    segments = token.split(".")
    if len(segments) != 3:  # noqa: PLR2004 - header.payload.signature
        raise MalformedToken("a token has three parts")
    header, payload, signature = segments
    decode_segment(signature)
    return CompactToken(_read_object(header), _read_object(payload))


def decode_segment(segment: str) -> bytes:
    """Base64url without padding, and only the spelling that encoding the result gives back."""
    if not _SEGMENT.fullmatch(segment):
        raise MalformedToken("a part is not plain base64url")
    try:
        decoded = base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise MalformedToken("a part is not base64url") from error
    if base64.urlsafe_b64encode(decoded).rstrip(b"=").decode() != segment:
        raise MalformedToken("a part is not canonical base64url")
    return decoded


def _read_object(segment: str) -> dict[str, Any]:
    try:
        value = json.loads(decode_segment(segment).decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise MalformedToken("a part is not JSON") from error
    if not isinstance(value, dict):
        raise MalformedToken("a part is not a JSON object")
    return value  # pyright: ignore[reportUnknownVariableType] - JSON object: str keys, values checked by the reader


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(members)
    if len(value) != len(members):
        raise MalformedToken("a member appears twice")
    return value


def _refuse(constant: str) -> object:
    raise MalformedToken(f"{constant} is not JSON")
