"""One door to all shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from audit.domain.imported import Defaults, ImportedPost, Reading
from audit.domain.shapes.mastodon import read_mastodon
from audit.domain.shapes.pipe import read_pipe
from audit.domain.shapes.x_v2 import read_x_v2

Shape = Literal["x_v2", "mastodon", "pipe"]

READERS: dict[Shape, Callable[[bytes, Defaults], Reading]] = {
    "x_v2": read_x_v2,
    "mastodon": read_mastodon,
    "pipe": read_pipe,
}


def read_posts(raw: bytes, shape: Shape, defaults: Defaults) -> Reading:
    """The posts of a file, each id once: of two lines with the same id the later one counts, and is reported."""
    reading = READERS[shape](raw, defaults)
    latest: dict[tuple[str, str], ImportedPost] = {}
    for post in reading.posts:
        key = (post.platform, post.external_id)
        earlier = latest.get(key)
        if earlier is not None and replace(earlier, line=post.line) != post:
            reading.repair(post.line, f"same id as line {earlier.line} with other content: this one is kept")
        latest[key] = post
    reading.posts = list(latest.values())
    return reading
