"""Mastodon Status entities: alone, in arrays, in notifications or in a thread's context."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from audit.domain.cleaning import CONTROL_CHARACTERS, storable
from audit.domain.dates import moment
from audit.domain.imported import Defaults, ImportedPost, Reading
from audit.domain.shapes.json_values import JsonObject, as_object, documents, objects, text_at
from audit.domain.shapes.markup import words_of


def read_mastodon(raw: bytes, defaults: Defaults) -> Reading:
    """Every status in the file; a boost carries the words of the boosted status and names its author."""
    reading = Reading()
    for line, document in documents(raw, reading):
        found = list(_statuses(document))
        if not found:
            reading.reject(line, "holds no status", "import Status entities, timelines or notifications")
        for status in found:
            _read(status, line, defaults, reading)
    return reading


def _statuses(document: JsonObject) -> Iterator[JsonObject]:
    if "content" in document or "reblog" in document:
        yield document
        return
    nested = as_object(document.get("status"))
    if nested is not None:
        yield from _statuses(nested)
    for part in ("ancestors", "descendants", "statuses"):
        yield from objects(document.get(part))


def _read(status: JsonObject, line: int, defaults: Defaults, reading: Reading) -> None:
    boosted = as_object(status.get("reblog"))
    words_from = boosted or status
    external_id = text_at(status, "uri") or text_at(status, "id")
    author = _handle(as_object(status.get("account"))) or defaults.author
    text, cleaned = storable(_text(words_from))
    media = _media_text(words_from)
    if external_id is None or not (text or media):
        reading.reject(line, "no id or no words: not a status we can judge", "leave it out or describe its media")
        return
    if author is None:
        reading.reject(line, f"status {external_id} names no account", "keep `account.acct`, or give `author`")
        return
    if cleaned:
        reading.repair(line, CONTROL_CHARACTERS)
    stated = text_at(status, "created_at")
    posted_at = moment(stated) if stated else None
    if stated and posted_at is None:
        reading.repair(line, f"unreadable created_at left out: {stated[:40]!r}")
    reading.posts.append(
        ImportedPost(
            line=line,
            platform=defaults.platform,
            external_id=external_id,
            author_handle=author.lstrip("@"),
            author_name=_clean(text_at(status, "account", "display_name")),
            text=text,
            posted_at=posted_at,
            url=_address(status, boosted, line, reading),
            media_text=media,
            mentions=tuple(name for each in objects(words_from.get("mentions")) if (name := _handle(each))),
            links=tuple(url for url in [text_at(words_from, "card", "url")] if url),
            repost_of=_handle(as_object(boosted.get("account"))) if boosted else None,
        )
    )


def _address(status: JsonObject, boosted: JsonObject | None, line: int, reading: Reading) -> str | None:
    """Where the post is read again. Only web addresses: people click on it."""
    stated = text_at(status, "url") if boosted is None else text_at(status, "uri")
    if stated is None or _is_web_address(stated):
        return stated
    reading.repair(line, f"address that is neither http nor https left out: {stated[:40]!r}")
    return None


def _is_web_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://")) and bool(_host(text))


def _host(address: str) -> str:
    """Empty for what cannot be read as an address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _handle(named: JsonObject | None) -> str | None:
    """`user@host`; a local account leaves its host out, its page tells it."""
    acct = text_at(named, "acct") or text_at(named, "username")
    if acct is None or "@" in acct:
        return acct
    host = _host(text_at(named, "url") or text_at(named, "uri") or "")
    return f"{acct}@{host}" if host else acct


def _text(status: JsonObject) -> str:
    warning = text_at(status, "spoiler_text")
    words = words_of(text_at(status, "content") or "")
    return "\n\n".join(part for part in (warning, words) if part)


def _media_text(status: JsonObject) -> str | None:
    described = [text for each in objects(status.get("media_attachments")) if (text := text_at(each, "description"))]
    return _clean("\n".join(described)) if described else None


def _clean(text: str | None) -> str | None:
    return None if text is None else storable(text)[0]
