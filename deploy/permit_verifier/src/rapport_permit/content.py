"""The hash of what is about to be published: SHA-256 over canonical JSON (RFC 8785)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

_EXACT = 2**53 - 1


def content_sha256(content: Mapping[str, Any]) -> str:
    """Hex SHA-256 of `content`, equal to the permit's claim of that name when exactly the released content is at hand.

    Texts, lists, objects with ASCII names, whole numbers below 2**53, true, false and null: published content has
    nothing else, and ValueError says so. Never normalise, trim or re-encode a text before hashing: publish what came.
    """
    _check(content)
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _check(value: object) -> None:
    match value:
        case None | bool() | str():
            return
        case int() if abs(value) <= _EXACT:
            return
        case list():
            for each in cast("list[object]", value):
                _check(each)
        case dict():
            for name, each in cast("dict[object, object]", value).items():
                if not isinstance(name, str) or not name.isascii():
                    raise ValueError("a name in the content is not ASCII text")
                _check(each)
        case _:
            raise ValueError(f"published content holds no {type(value).__name__}")
