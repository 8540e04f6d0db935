"""What a reader of one shape hands over: posts, repairs and rejections."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ImportedPost:
    """One post as read from a file. `mentions` are handles the source itself marks, on the same platform.

    `author_handle` keeps the source's spelling, `repost_of` is the handle whose words these are, `line` says where
    it stood (0 where the file has no lines of its own).
    """

    line: int
    platform: str
    external_id: str
    author_handle: str
    text: str
    posted_at: datetime | None = None
    author_name: str | None = None
    url: str | None = None
    media_text: str | None = None
    mentions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    repost_of: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """What had to be put right on one line to keep it."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why one line was not taken, and what would make it acceptable."""

    line: int
    message: str
    remedy: str


@dataclass(slots=True)
class Reading:
    """Everything one file gave: nothing is dropped without a word."""

    posts: list[ImportedPost] = field(default_factory=list[ImportedPost])
    repaired: list[Repair] = field(default_factory=list[Repair])
    rejected: list[Rejection] = field(default_factory=list[Rejection])

    def reject(self, line: int, message: str, remedy: str) -> None:
        """Report a line that is left out."""
        self.rejected.append(Rejection(line, message, remedy))

    def repair(self, line: int, what: str) -> None:
        """Report a line that was kept after a repair."""
        self.repaired.append(Repair(line, what))


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the file itself does not say: the platform and author given with the import."""

    platform: str
    author: str | None = None
