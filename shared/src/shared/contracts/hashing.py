"""Two hashes over canonical JSON (RFC 8785), so that every party computes the same from the same values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785

_PLAIN = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_EXACT = 2**53 - 1
_SAID = ("type", "text", "media_text", "hashtags", "mentions", "declaration")


def canonical(value: Any) -> bytes:
    """The canonical JSON of `value`, as UTF-8.

    Raises rfc8785.CanonicalizationError for values JSON cannot carry exactly (NaN, integers beyond 2**53, half of a
    surrogate pair).
    """
    if _is_plain(value):
        try:
            return _PLAIN.encode(value).encode()
        except UnicodeEncodeError:  # half of a surrogate pair: the standard's own words say so
            pass
    return rfc8785.dumps(value)


def sha256_of(value: Any) -> str:
    """Hex SHA-256 of `canonical(value)`; raises the same."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _is_plain(value: Any) -> bool:
    """Whether the standard encoder, four times as fast, writes the canonical form by itself.

    It does for texts, small integers, true, false and null in dicts and lists; not for fractions, whose digits RFC
    8785 takes from ECMAScript, nor for keys beyond the Basic Multilingual Plane, which it sorts as UTF-16.
    """
    kind: type[Any] = type(value)  # pyright: ignore[reportUnknownVariableType] - it is JSON of any kind
    if kind is dict:
        for key, each in value.items():
            if type(key) is not str or not key.isascii() or not (type(each) is str or _is_plain(each)):
                return False
        return True
    if kind is list:
        return all(map(_is_plain, value))
    return kind is str or value is None or kind is bool or (kind is int and abs(value) <= _EXACT)


def snapshot_sha256(snapshot: Mapping[str, Any]) -> str:
    """The hash of everything the gate judged: the snapshot's JSON values as received."""
    return sha256_of(dict(snapshot))


def published_content(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Exactly what goes out: our words, links, the account used and the address of the target. No internal fact."""
    channel: Mapping[str, Any] = snapshot.get("channel") or {}
    target: Mapping[str, Any] = snapshot.get("target") or {}
    content = {name: snapshot.get(name) for name in _SAID}
    links: list[Mapping[str, Any]] = snapshot.get("links") or []
    content["links"] = [page["url"] for page in links]
    content["platform"] = channel.get("platform")
    content["account"] = channel.get("account")
    content["target_url"] = target.get("url")
    return {name: value for name, value in content.items() if value not in (None, [], "")}


def content_sha256(snapshot: Mapping[str, Any]) -> str:
    """The hash of what is published, see `published_content`."""
    return sha256_of(published_content(snapshot))
