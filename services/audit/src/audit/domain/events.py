"""What happens inside the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.domain.footprint_values import FootprintState
from audit.domain.imported import ImportedPost
from audit.domain.people import Links
from shared.kernel.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCaptured(DomainEvent):
    """A post was captured for the first time, with other content, or found to concern other people of ours."""

    post_id: str
    version: int
    content: ImportedPost
    links: Links
    captured_at: datetime
    concerns_us: bool
    """By or about somebody registered, now or until this change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDeleted(DomainEvent):
    """A post is gone at its source, or was erased with its author."""

    post_id: str
    version: int
    links: Links
    deleted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FootprintAudited(DomainEvent):
    """A dated footprint was taken."""

    version: int
    state: FootprintState


@dataclass(frozen=True, slots=True, kw_only=True)
class FootprintErased(DomainEvent):
    """A footprint is gone because its person was erased; no other follows it."""

    stakeholder_id: str
    version: int
