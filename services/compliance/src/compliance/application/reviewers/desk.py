"""What the routes about people who may not approve any more are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from compliance.application.reviewers.revoking import Order


class ReviewerReads(Protocol):
    """Read models; JSON columns come as text."""

    async def revocations(self, *, after: str | None, limit: int) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerDesk:
    """Bound by bootstrap."""

    revoke: Callable[[str, Order], Awaitable[Sequence[str]]]
    reinstate: Callable[[str, Order], Awaitable[None]]
    queries: ReviewerReads
