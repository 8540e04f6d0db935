"""What can be asked of the registry. Answers come from read models, never through aggregates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from registry.domain.stakeholder import StakeholderState


@dataclass(frozen=True, slots=True)
class StoredJson:
    """One aggregate as JSON text, ready to be sent, and its version."""

    version: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderFilter:
    """`text` matches inside a name or an account name; None does not filter."""

    text: str | None = None
    type: str | None = None
    after: str | None = None
    limit: int


class RegistryQueries(Protocol):
    async def stakeholder(self, stakeholder_id: str) -> StoredJson | None: ...

    async def stakeholders(self, wanted: StakeholderFilter) -> Sequence[StoredJson]:
        """In order of registration, at most `limit`."""
        ...

    async def state(self, stakeholder_id: str) -> StakeholderState | None: ...

    async def engager(self, engager_id: str) -> StoredJson | None: ...

    async def engagers(self, *, after: str | None, limit: int) -> Sequence[StoredJson]: ...

    async def changes(self, aggregate_id: str) -> Sequence[Mapping[str, Any]]:
        """Who changed what and why, newest first: version, what, changed_by, reason, old, new, changed_at."""
        ...
