"""The services the gate asks at release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from compliance.domain.facts import KnownStakeholder


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """The registry's answer about one person at this moment."""

    known: KnownStakeholder
    may_approach: bool
    reasons: tuple[str, ...]


class RegistryGateway(Protocol):
    """The registry, asked directly because a copy may lag."""

    async def permission(self, stakeholder_id: str) -> Permission | None:
        """The answer, None for a person it does not know. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recapture:
    """The target as it is now. `text` only where it could be read or a person confirmed it unchanged.

    `confirmed_by` is the subject of that person, None where nobody had to look.
    """

    state: Literal["captured", "confirmed", "unconfirmed", "changed", "deleted", "unknown"]
    text: str | None
    media_text: str | None = None
    confirmed_by: str | None = None


class AuditGateway(Protocol):
    """Looks at a target again."""

    async def recapture(self, url: str) -> Recapture:
        """Raises Unavailable."""
        ...
