"""Read models: PostgreSQL writes the JSON, so that a read by key costs one round trip and no object mapping."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from registry.adapters.rows import stakeholder_state
from registry.application.queries import StakeholderFilter, StoredJson
from registry.domain.stakeholder import StakeholderState
from registry.domain.text import comparable
from shared.db.reads import ReadPool, Row

_STAKEHOLDER = """SELECT version, json_build_object(
    'id', id, 'version', version, 'name', name, 'type', type, 'country', country, 'handles', handles,
    'owner_function', owner_function, 'owner_reason', owner_reason, 'owner_id', owner_id,
    'relationship_stage', relationship_stage, 'lawful_basis', lawful_basis, 'notice_sent_on', notice_sent_on,
    'outreach_policy', outreach_policy, 'contracted', contracted, 'followers', followers, 'minor', minor,
    'opted_out', opted_out, 'do_not_engage', do_not_engage, 'open_complaint', open_complaint)::text AS body
    FROM stakeholders"""
_ONE_STAKEHOLDER = f"{_STAKEHOLDER} WHERE id = $1"
_STAKEHOLDERS = f"""{_STAKEHOLDER}
    WHERE ($1::uuid IS NULL OR id > $1) AND ($2::text IS NULL OR type = $2)
      AND ($3::text IS NULL OR name_key LIKE $3 OR EXISTS (
          SELECT FROM stakeholder_handles AS held WHERE held.stakeholder_id = id
             AND (held.name_key LIKE $3 OR held.platform || ':' || held.name_key = $4)))
    ORDER BY id LIMIT $5"""
_ENGAGER = """SELECT version, json_build_object(
    'id', id, 'version', version, 'name', name, 'function', function, 'relation', relation,
    'trained_until', trained_until, 'authorised_platforms', authorised_platforms)::text AS body FROM engagers"""
_ONE_ENGAGER = f"{_ENGAGER} WHERE id = $1"
_ENGAGERS = f"{_ENGAGER} WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2"
_STATE = "SELECT *, handles::text AS handles_text FROM stakeholders WHERE id = $1"
_CHANGES = """SELECT version, what, changed_by, reason, old::text AS old, new::text AS new, changed_at
    FROM changes WHERE aggregate_id = $1 ORDER BY version DESC LIMIT 100"""


class SqlRegistryQueries:
    """Meets `RegistryQueries`."""

    def __init__(self, reads: ReadPool) -> None:
        self._reads = reads

    async def stakeholder(self, stakeholder_id: str) -> StoredJson | None:
        return _stored(await self._reads.fetchrow(_ONE_STAKEHOLDER, stakeholder_id))

    async def stakeholders(self, wanted: StakeholderFilter) -> Sequence[StoredJson]:
        exact = None if wanted.text is None else comparable(wanted.text).replace(":@", ":")
        inside = None if wanted.text is None else f"%{_literal(comparable(wanted.text).removeprefix('@'))}%"
        found = await self._reads.fetch(_STAKEHOLDERS, wanted.after, wanted.type, inside, exact, wanted.limit)
        return [StoredJson(row["version"], row["body"].encode()) for row in found]

    async def state(self, stakeholder_id: str) -> StakeholderState | None:
        row = await self._reads.fetchrow(_STATE, stakeholder_id)
        if row is None:
            return None
        return stakeholder_state({**row, "id": stakeholder_id, "handles": json.loads(row["handles_text"])})

    async def engager(self, engager_id: str) -> StoredJson | None:
        return _stored(await self._reads.fetchrow(_ONE_ENGAGER, engager_id))

    async def engagers(self, *, after: str | None, limit: int) -> Sequence[StoredJson]:
        found = await self._reads.fetch(_ENGAGERS, after, limit)
        return [StoredJson(row["version"], row["body"].encode()) for row in found]

    async def changes(self, aggregate_id: str) -> Sequence[Mapping[str, Any]]:
        found = await self._reads.fetch(_CHANGES, aggregate_id)
        return [{**row, "old": json.loads(row["old"]), "new": json.loads(row["new"])} for row in found]


def _stored(row: Row | None) -> StoredJson | None:
    return None if row is None else StoredJson(row["version"], row["body"].encode())


def _literal(text: str) -> str:
    """`text` with the wildcards of LIKE taken literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
