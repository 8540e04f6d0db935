"""What the planner knows about the people an action concerns, and about itself. None means unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderKnown:
    """The newest state of one stakeholder that reached the planner."""

    id: str
    version: int
    type: str
    country: str | None = None
    relationship_stage: str | None = None
    owner_function: str | None = None
    lawful_basis: str | None = None
    notice_sent_on: date | None = None
    opted_out: bool | None = None
    do_not_engage: bool | None = None
    outreach_policy: str | None = None
    contracted: bool | None = None
    followers: int | None = None
    minor: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngagerKnown:
    """The newest state of one of our own people that reached the planner."""

    id: str
    version: int
    name: str
    function: str
    relation: str
    trained_until: date | None
    authorised_platforms: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyKnown:
    """Who we are. Products are compliance's to know."""

    name: str
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything outside the draft that a submission freezes.

    `target` is the captured post spelled as in the ActionSnapshot, None where the draft names none.
    """

    stakeholder: StakeholderKnown | None
    engager: EngagerKnown | None
    company: CompanyKnown
    target: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPost:
    """One post as the audit captured it; `author_stakeholder_id` where the author is in the registry."""

    id: str
    url: str | None
    author: str
    author_stakeholder_id: str | None
    text: str
    media_text: str | None
    links: tuple[str, ...]
    captured_at: datetime


def as_target(post: CapturedPost, author: StakeholderKnown | None) -> dict[str, Any]:
    """The post spelled as a snapshot's target. Linked pages nobody captured keep a null text."""
    relation = "unknown"
    if author is not None and author.contracted is not None:
        relation = "contracted" if author.contracted else "independent"
    return {
        "kind": "post",
        "url": post.url,
        "author": post.author,
        "author_relation": relation,
        "text": post.text,
        "media_text": post.media_text,
        "links": [{"url": link, "text": None} for link in post.links],
        "captured_at": post.captured_at.isoformat(),
    }
