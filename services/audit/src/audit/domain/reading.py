"""One door to all shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from audit.domain.cleaning import looks_binary, storable
from audit.domain.imported import Defaults, ImportedPost, Reading
from audit.domain.shapes.mastodon import read_mastodon
from audit.domain.shapes.pipe import read_pipe
from audit.domain.shapes.x_v2 import read_x_v2
from shared.kernel.errors import InvalidValue

Shape = Literal["x_v2", "mastodon", "pipe"]

READERS: dict[Shape, Callable[[bytes, Defaults], Reading]] = {
    "x_v2": read_x_v2,
    "mastodon": read_mastodon,
    "pipe": read_pipe,
}

_AHEAD = timedelta(days=1)
"""Clocks differ and zones are mistaken; what is dated further ahead was not written then."""

_LONGEST = {"external_id": 300, "author_handle": 200, "text": 100_000, "media_text": 100_000}
_LONGEST_URL = 2_000


class NotText(InvalidValue):
    """The file as a whole is none of ours; there is no line to speak of."""

    code = "unreadable_file"


def names_no_author(shape: Shape, author: str | None) -> bool:
    """Whether an author is missing: lines of `pipe` name none, the posts of the other shapes do."""
    return shape == "pipe" and not (author or "").strip().lstrip("@")


def read_posts(raw: bytes, shape: Shape, defaults: Defaults, *, now: datetime) -> Reading:
    """The posts of a file, each id once: of two lines with the same id the later one counts, and is reported.

    Raises NotText for a file that is no text at all.
    """
    if looks_binary(raw):
        raise NotText(
            "the file is not text",
            field="file",
            remedy="send JSON or lines of text in UTF-8, not an archive or a picture",
        )
    reading = READERS[shape](raw, defaults)
    latest: dict[tuple[str, str], ImportedPost] = {}
    for stated in reading.posts:
        post = _kept(stated, reading, now)
        if post is None:
            continue
        key = (post.platform, post.external_id)
        earlier = latest.get(key)
        if earlier is not None and replace(earlier, line=post.line) != post:
            reading.repair(post.line, f"same id as line {earlier.line} with other content: this one is kept")
        latest[key] = post
    reading.posts = list(latest.values())
    return reading


def _kept(post: ImportedPost, reading: Reading, now: datetime) -> ImportedPost | None:
    """The post with everything storable, or None after reporting what cannot be stored or cannot be true."""
    if post.posted_at is not None and post.posted_at > now + _AHEAD:
        reading.reject(
            post.line,
            f"dated {post.posted_at:%Y-%m-%d}, which is still to come",
            "correct the date; if it is right, set the clock of this machine",
        )
        return None
    for name, longest in _LONGEST.items():
        value: str | None = getattr(post, name)
        if value is not None and len(value) > longest:
            reading.reject(
                post.line, f"{name} is longer than {longest} characters", "leave the line out, or shorten it"
            )
            return None
    if storable(post.external_id)[1] or not storable(post.author_handle)[0].strip():
        reading.reject(post.line, "id or author cannot be stored", "give an id and an author in plain characters")
        return None
    short_url = post.url if post.url is None or len(post.url) <= _LONGEST_URL else None
    return replace(
        post,
        author_handle=storable(post.author_handle)[0],
        url=_clean(short_url),
        repost_of=_clean(post.repost_of),
        reply_to=_clean(post.reply_to),
        mentions=tuple(storable(each)[0] for each in post.mentions),
        links=tuple(storable(each)[0] for each in post.links if len(each) <= _LONGEST_URL),
    )


def _clean(text: str | None) -> str | None:
    return None if text is None else storable(text)[0]
