"""What people and programs read about the gate, straight from the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from compliance.adapters.documents import steps_of
from compliance.adapters.override_documents import blocks_of, signed_overrides
from shared.db.reads import Row


class Reads(Protocol):
    """A read-only pool; parameters are `$1`, `$2`, ..."""

    async def fetch(self, query: str, *values: Any) -> list[Row]: ...
    async def fetchrow(self, query: str, *values: Any) -> Row | None: ...


_CASE = """SELECT c.action_id, c.version, c.state, c.action_version, c.stakeholder_id, c.verdict, c.submitted_by,
    c.submitted_by_name, c.edited_by::text AS edited_by, c.slot_start, c.slot_end, c.erased_at, c.opened_at,
    c.changed_at,
    c.snapshot::text AS snapshot, c.snapshot_sha256, c.content_sha256, c.judgement::text AS judgement,
    c.votes::text AS votes, c.overrides::text AS overrides, c.stops::text AS stops, c.permit_id,
    c.pre_approval::text AS pre_approval,
    coalesce(h.holds::text, '[]') AS holds
    FROM cases c LEFT JOIN release_holds h ON h.action_id = c.action_id AND c.state = 'approved'
    WHERE c.action_id = $1"""

_PERMIT = """SELECT permit_id, state, action_id, audience, content::text AS content, content_sha256, snapshot_sha256,
    rule_set, not_before, expires_at, token, issued_at, redeemed_at, revoked_at, revoked_for,
    wording::text AS wording FROM permits WHERE permit_id = $1"""

_LEDGER = """SELECT sequence, position, aggregate, aggregate_id, aggregate_version, what, old_state, new_state, who, at,
    why, erased, convert_from(leaf, 'UTF8') AS leaf, leaf_sha256 FROM ledger_entries
    WHERE sequence > $1 AND ($2::text IS NULL OR aggregate_id = $2) ORDER BY sequence LIMIT $3"""

_RULE_SET = "SELECT rule_set, version, rules, activated_at FROM rule_sets"

_CHANNELS = """SELECT channel_id, version, state, platform, account, country, hold, moderation_owner, screening_owner,
    executor FROM channels WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR channel_id > $2)
    ORDER BY channel_id LIMIT $3"""

_CHANNEL = """SELECT channel_id, version, state, platform, account, country, hold, moderation_owner, screening_owner,
    executor FROM channels WHERE channel_id = $1"""

_DUE = """SELECT c.action_id FROM cases c LEFT JOIN release_holds h ON h.action_id = c.action_id
    WHERE c.state = 'approved' AND c.slot_start <= $1 AND c.slot_end > $1
      AND (h.action_id IS NULL OR h.next_attempt_at <= $1)
    ORDER BY c.slot_end, c.action_id LIMIT 500"""

_OVER = """SELECT action_id FROM cases
    WHERE state IN ('in_review', 'approved', 'paused', 'released') AND slot_end <= $1 ORDER BY slot_end LIMIT 500"""


class GateQueries:
    """Read models over a read pool. JSON columns come as text."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def case(self, action_id: str) -> Mapping[str, Any] | None:
        """One case with everything a reviewer needs; `holds` is what its release waits for."""
        row = _row(await self._reads.fetchrow(_CASE, action_id))
        return row and {
            **row,
            "steps": steps_of(row["judgement"], row["votes"]),
            "blocks": blocks_of(row["judgement"], row["overrides"], row["content_sha256"]),
            "overrides": signed_overrides(row["overrides"]),
        }

    async def permit(self, permit_id: str) -> Mapping[str, Any] | None:
        """One permit."""
        return _row(await self._reads.fetchrow(_PERMIT, permit_id))

    async def ledger(self, *, about: str | None, after: int, limit: int) -> Sequence[Mapping[str, Any]]:
        """Ledger rows, oldest first; `about` one aggregate's id."""
        return _rows(await self._reads.fetch(_LEDGER, after, about, limit))

    async def rule_set(self) -> Mapping[str, Any] | None:
        """The rule set in force."""
        return _row(await self._reads.fetchrow(_RULE_SET))

    async def channels(self, *, state: str | None, after: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Our channels in order of their ids."""
        return _rows(await self._reads.fetch(_CHANNELS, state, after, limit))

    async def channel(self, channel_id: str) -> Mapping[str, Any] | None:
        """One channel."""
        return _row(await self._reads.fetchrow(_CHANNEL, channel_id))

    async def due(self, now: datetime) -> Sequence[str]:
        """Approved actions whose slot is open, those that end first in front."""
        return [row["action_id"] for row in await self._reads.fetch(_DUE, now)]

    async def over(self, now: datetime) -> Sequence[str]:
        """Queued actions whose slot is over."""
        return [row["action_id"] for row in await self._reads.fetch(_OVER, now)]


def _rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


def _row(row: Row | None) -> dict[str, Any] | None:
    return None if row is None else dict(row)
