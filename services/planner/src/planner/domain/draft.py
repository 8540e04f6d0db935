"""What an author writes about one action, before it is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PUBLISHES_ITS_TARGET = frozenset({"share", "like", "comment", "reply", "tag_content"})
"""Action types that put their target before the public together with our own words."""


@dataclass(frozen=True, slots=True)
class Slot:
    """When the action may go out: from `start`, never after `end`. Both timezone-aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One action as its author describes it.

    `channel`, `target` and `particulars` (text, declaration, hashtags, links, event ...) are spelled as in the
    ActionSnapshot. `target_post_id` names a captured post and takes precedence over `target`.
    """

    type: str
    stakeholder_id: str
    engager_id: str
    channel: Mapping[str, Any]
    purpose: str | None = None
    value_statement: str | None = None
    slot: Slot | None = None
    target_post_id: str | None = None
    target: Mapping[str, Any] | None = None
    particulars: Mapping[str, Any] = field(default_factory=dict[str, Any])
