"""What a post is recognised by, wherever it turns up again: its address, its words."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlsplit

_SHORT = 10_000  # characters; what is longer is not remembered
_SAME_SITE = ("www.", "m.", "mobile.")


def post_keys(*, url: str | None, texts: tuple[str | None, ...]) -> tuple[str, ...]:
    """Keys of one post, in order, each once: two posts that share a key count as the same."""
    length = sum(len(text) for text in (url, *texts) if text)
    return _keys_of(url, texts) if length <= _SHORT else tuple(dict.fromkeys(_keys(url, texts)))


@lru_cache(maxsize=1024)
def _keys_of(url: str | None, texts: tuple[str | None, ...]) -> tuple[str, ...]:
    """Remembered, because one submission asks for the keys of its post several times."""
    return tuple(dict.fromkeys(_keys(url, texts)))


def keys_of_target(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    """Keys of the post that an action likes, shares or answers; none for an action without one, or for rubbish."""
    found: Any = snapshot.get("target")
    nothing: Mapping[str, Any] = {}
    target = cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else nothing
    texts = (_text(target.get("text")), _text(snapshot.get("inbound_text")))
    return post_keys(url=_text(target.get("url")), texts=texts)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _keys(url: str | None, texts: tuple[str | None, ...]) -> Iterator[str]:
    if url and url.strip():
        yield f"url:{_address(url.strip())}"
    for text in texts:
        if text and text.strip():
            words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
            yield f"text:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _address(url: str) -> str:
    """Without what does not change the page: scheme, `www.`, fragment, a slash at the end, the case of the host."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return url
    if not host:
        return url
    site = next((host.removeprefix(prefix) for prefix in _SAME_SITE if host.startswith(prefix)), host)
    query = f"?{parts.query}" if parts.query else ""
    return f"{site}{parts.path.rstrip('/')}{query}"
