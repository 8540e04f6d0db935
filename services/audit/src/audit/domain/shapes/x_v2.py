"""Responses of the X API v2: `{"data": ..., "includes": {"users": [...], "tweets": [...]}}`, or bare posts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from audit.domain.cleaning import CONTROL_CHARACTERS, storable, without_entities
from audit.domain.dates import moment
from audit.domain.handles import post_url
from audit.domain.imported import Defaults, ImportedPost, Reading
from audit.domain.shapes.json_values import JsonObject, as_object, documents, objects, text_at

AUTHOR_BY_NUMBER = "author known by number only: the response includes no users"
_REPOST = re.compile(r"^RT @(\w{1,30}):")


@dataclass(frozen=True, slots=True)
class _Included:
    """What came along with the posts, by id."""

    users: dict[str, JsonObject]
    posts: dict[str, JsonObject]
    media: dict[str, JsonObject]

    def author_of(self, post: JsonObject) -> tuple[str | None, str | None]:
        """Handle and display name."""
        user = self.users.get(text_at(post, "author_id") or "")
        return text_at(user, "username"), text_at(user, "name")


def read_x_v2(raw: bytes, defaults: Defaults) -> Reading:
    """Every post in the file. `author` of the import stands in where a response names none."""
    reading = Reading()
    for line, document in documents(raw, reading):
        included = _included(document)
        found = _posts_of(document)
        if not found:
            reading.reject(line, "holds no post", "import responses of post look-ups, timelines or searches")
        for post in found:
            _read(post, included, line, defaults, reading)
    return reading


def _posts_of(document: JsonObject) -> list[JsonObject]:
    if "data" not in document:
        return [document] if "id" in document or "text" in document else []
    single = as_object(document["data"])
    return [single] if single is not None else objects(document["data"])


def _included(document: JsonObject) -> _Included:
    includes = as_object(document.get("includes")) or {}

    def by(key: str, kind: str) -> dict[str, JsonObject]:
        return {text_at(each, key) or "": each for each in objects(includes.get(kind))}

    return _Included(by("id", "users"), by("id", "tweets"), by("media_key", "media"))


def _read(post: JsonObject, included: _Included, line: int, defaults: Defaults, reading: Reading) -> None:
    external_id = text_at(post, "id")
    text = text_at(as_object(post.get("note_tweet")), "text") or text_at(post, "text")
    handle, name = included.author_of(post)
    number = text_at(post, "author_id")
    author = handle or defaults.author or (f"id:{number}" if number else None)
    if external_id is None or text is None:
        reading.reject(line, "no id or no text: not a post", "ask for posts, or leave this response out")
        return
    if author is None:
        reading.reject(
            line,
            f"post {external_id} names no author",
            "request `expansions=author_id`, or give `author` with the import",
        )
        return
    if author.startswith("id:"):
        reading.repair(line, AUTHOR_BY_NUMBER)
    clean, cleaned = storable(without_entities(text))
    if cleaned:
        reading.repair(line, CONTROL_CHARACTERS)
    stated = text_at(post, "created_at")
    posted_at = moment(stated) if stated else None
    if stated and posted_at is None:
        reading.repair(line, f"unreadable created_at left out: {stated[:40]!r}")
    author = author.lstrip("@")
    reading.posts.append(
        ImportedPost(
            line=line,
            platform=defaults.platform,
            external_id=external_id,
            author_handle=author,
            author_name=_clean(name),
            text=clean,
            posted_at=posted_at,
            url=post_url(defaults.platform, "" if author.startswith("id:") else author, external_id),
            media_text=_media_text(post, included),
            mentions=_mentions(post),
            links=_links(post),
            repost_of=_reposted(post, clean, included),
            reply_to=_referenced(post, "replied_to", included),
        )
    )


def _clean(text: str | None) -> str | None:
    return None if text is None else storable(text)[0]


def _mentions(post: JsonObject) -> tuple[str, ...]:
    entities = as_object(post.get("entities")) or {}
    return tuple(name for each in objects(entities.get("mentions")) if (name := text_at(each, "username")))


def _links(post: JsonObject) -> tuple[str, ...]:
    entities = as_object(post.get("entities")) or {}
    found = (text_at(each, "expanded_url") or text_at(each, "url") for each in objects(entities.get("urls")))
    return tuple(url for url in found if url)


def _media_text(post: JsonObject, included: _Included) -> str | None:
    attachments = as_object(post.get("attachments")) or {}
    keys = attachments.get("media_keys")
    described = [
        text
        for key in (keys if isinstance(keys, list) else [])  # pyright: ignore[reportUnknownVariableType] - checked below
        if isinstance(key, str) and (text := text_at(included.media.get(key), "alt_text"))
    ]
    return _clean("\n".join(described)) if described else None


def _referenced(post: JsonObject, kind: str, included: _Included) -> str | None:
    for each in objects(post.get("referenced_tweets")):
        if text_at(each, "type") == kind:
            original = included.posts.get(text_at(each, "id") or "")
            return included.author_of(original)[0] if original is not None else None
    return None


def _reposted(post: JsonObject, text: str, included: _Included) -> str | None:
    named = _REPOST.match(text)
    return _referenced(post, "retweeted", included) or (named.group(1) if named else None)
