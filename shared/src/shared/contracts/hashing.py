"""Two hashes over canonical JSON (RFC 8785), so that every party computes the same from the same values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

_SAID = ("type", "text", "media_text", "hashtags", "mentions", "declaration")


def sha256_of(value: Any) -> str:
    """Hex SHA-256 of the canonical JSON of `value`.

    Raises rfc8785.CanonicalizationError for values JSON cannot carry exactly (NaN, integers beyond 2**53).
    """
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


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
