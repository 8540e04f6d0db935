"""Post: one captured item, with every version of its words."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Literal

from audit.domain.events import PostCaptured, PostDeleted
from audit.domain.imported import ImportedPost
from audit.domain.people import Directory, Links
from shared.kernel.errors import InvalidTransition
from shared.kernel.events import Aggregate

PostState = Literal["captured", "deleted", "erased"]
Change = Literal["captured", "updated", "unchanged"]


def text_sha256(text: str) -> str:
    """Hex SHA-256 of the words as captured (UTF-8)."""
    return hashlib.sha256(text.encode()).hexdigest()


def merged(older: ImportedPost, newer: ImportedPost) -> ImportedPost:
    """The newer content; what its shape cannot say but an earlier capture did is kept."""
    same_words = older.text == newer.text
    return replace(
        newer,
        line=0,
        author_name=newer.author_name or older.author_name,
        posted_at=newer.posted_at or older.posted_at,
        url=newer.url or older.url,
        media_text=newer.media_text or (older.media_text if same_words else None),
        mentions=newer.mentions or (older.mentions if same_words else ()),
        links=newer.links or (older.links if same_words else ()),
        repost_of=newer.repost_of or older.repost_of,
        reply_to=newer.reply_to or older.reply_to,
    )


class Post(Aggregate):
    """`captured_at` is when the present content was captured; `links` say whom of ours it concerns."""

    def __init__(
        self,
        *,
        post_id: str,
        content: ImportedPost,
        links: Links,
        captured_at: datetime,
        state: PostState = "captured",
        deleted_at: datetime | None = None,
        version: int = 0,
    ) -> None:
        super().__init__(version=version)
        self.id = post_id
        self.content: ImportedPost = content
        self.links: Links = links
        self.captured_at: datetime = captured_at
        self.state: PostState = state
        self.deleted_at = deleted_at

    @classmethod
    def capture(cls, post_id: str, content: ImportedPost, links: Links, at: datetime) -> Post:
        """A post seen for the first time."""
        post = cls(post_id=post_id, content=replace(content, line=0), links=links, captured_at=at)
        post._captured(concerned_before=False)
        return post

    @property
    def text_sha256(self) -> str:
        """Of the words as they stand."""
        return text_sha256(self.content.text)

    def recapture(self, content: ImportedPost, directory: Directory, at: datetime) -> Change:
        """See the post again. Other words make a new version; a post that was gone is back."""
        content = merged(self.content, content)
        links = directory.links_of(content)
        if self.state == "captured" and content == self.content and links == self.links:
            return "unchanged"
        if content != self.content or self.state != "captured":
            self.captured_at = at
        concerned = self.links.anybody
        self.content, self.links, self.state, self.deleted_at = content, links, "captured", None
        self._captured(concerned_before=concerned)
        return "updated"

    def relink(self, links: Links) -> bool:
        """Take note of who it concerns now that the registry changed; False if nothing is new."""
        if links == self.links or self.state != "captured":
            return False
        concerned = self.links.anybody
        self.links = links
        self._captured(concerned_before=concerned)
        return True

    def forget(self, links: Links) -> None:
        """Cut the links to somebody erased; a post already gone is cut too, without a word to the outside."""
        if not self.relink(links):
            self.links = links

    def delete(self, at: datetime) -> None:
        """The source no longer shows it."""
        if self.state != "captured":
            raise InvalidTransition(f"the post is {self.state}", field="post_id")
        self.state, self.deleted_at = "deleted", at
        self.record(PostDeleted(post_id=self.id, version=self.version + 1, links=self.links, deleted_at=at))

    def erase(self, at: datetime) -> None:
        """Forget who wrote it and what it says: its author was erased from the registry."""
        had = self.links
        self.content = ImportedPost(
            line=0,
            platform=self.content.platform,
            external_id=f"erased:{self.id}",
            author_handle="",
            text="",
            posted_at=self.content.posted_at,
        )
        self.state, self.deleted_at, self.links = "erased", at, Links()
        self.record(PostDeleted(post_id=self.id, version=self.version + 1, links=had, deleted_at=at))

    def _captured(self, *, concerned_before: bool) -> None:
        self.record(
            PostCaptured(
                post_id=self.id,
                version=self.version + 1,
                content=self.content,
                links=self.links,
                captured_at=self.captured_at,
                concerns_us=concerned_before or self.links.anybody,
            )
        )
