"""What the database says about one history, read by a connection of the test's own, in one statement."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import asyncpg

Row = dict[str, Any]

_ALL = """SELECT json_build_object(
  'cases', (SELECT coalesce(json_agg(json_build_object('action_id', action_id, 'version', version, 'state', state,
      'stakeholder_id', stakeholder_id, 'action_version', action_version, 'snapshot_sha256', snapshot_sha256,
      'permit_id', permit_id, 'slot_end', slot_end, 'post_keys', post_keys,
      'judged', judgement -> 'resolved' -> 'stakeholder') ORDER BY action_id), '[]')
    FROM cases WHERE stakeholder_id = ANY($1::text[])),
  'permits', (SELECT coalesce(json_agg(json_build_object('permit_id', permit_id, 'version', version, 'state', state,
      'action_id', action_id, 'stakeholder_id', stakeholder_id, 'audience', audience, 'content', content,
      'content_sha256', content_sha256, 'snapshot_sha256', snapshot_sha256, 'rule_set', rule_set, 'token', token,
      'not_before', not_before, 'expires_at', expires_at, 'issued_at', issued_at, 'redeemed_at', redeemed_at)
      ORDER BY issued_at), '[]')
    FROM permits WHERE stakeholder_id = ANY($1::text[])),
  'safety', (SELECT coalesce(json_agg(json_build_object('id', safety_case_id, 'version', version, 'state', state,
      'source', source, 'source_id', source_id, 'stakeholder_id', stakeholder_id, 'quote', quote,
      'post_keys', post_keys)), '[]')
    FROM safety_cases WHERE stakeholder_id = ANY($1::text[])),
  'reservations', (SELECT coalesce(json_agg(json_build_object('id', reservation_id, 'version', version, 'state', state,
      'action_id', action_id, 'action_version', action_version, 'cap', cap, 'stakeholder_id', stakeholder_id)), '[]')
    FROM cap_reservations WHERE stakeholder_id = ANY($1::text[])),
  'people', (SELECT coalesce(json_object_agg(stakeholder_id, json_build_object('version', version, 'facts', facts,
      'erased', erased)), '{}') FROM people_view WHERE stakeholder_id = ANY($1::text[])),
  'parked', (SELECT coalesce(json_agg(key), '[]') FROM parked_keys WHERE key = ANY($3::text[])),
  'in_force', (SELECT rule_set FROM rule_sets),
  'ledger', (SELECT coalesce(json_agg(json_build_object('sequence', sequence, 'aggregate', aggregate,
      'aggregate_id', aggregate_id, 'version', aggregate_version, 'what', what, 'old_state', old_state,
      'new_state', new_state, 'at', at, 'evidence', convert_from(leaf, 'UTF8')::json -> 'evidence')
      ORDER BY sequence), '[]')
    FROM ledger WHERE sequence > $2))::text"""

_SIGNATURES = """SELECT subject, authenticated_at, case_version, content_sha256, decision, meaning, step, capacity,
    on_behalf_of, signed_at FROM signatures WHERE action_id = $1 ORDER BY signed_at"""


@dataclass(slots=True, kw_only=True)
class Observed:
    """The rows of a history at one moment; `ledger` has the entries since the moment before."""

    cases: list[Row] = field(default_factory=list[Row])
    permits: list[Row] = field(default_factory=list[Row])
    safety: list[Row] = field(default_factory=list[Row])
    reservations: list[Row] = field(default_factory=list[Row])
    people: dict[str, Row] = field(default_factory=dict[str, Row])
    parked: list[str] = field(default_factory=list[str])
    in_force: str | None = None
    ledger: list[Row] = field(default_factory=list[Row])

    def case(self, action_id: str | None) -> Row | None:
        return next((each for each in self.cases if each["action_id"] == action_id), None)

    def permit(self, permit_id: str | None) -> Row | None:
        return next((each for each in self.permits if each["permit_id"] == permit_id), None)


class Eye:
    """Looks at the database. `latest` is the newest ledger entry it has seen."""

    def __init__(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        self.connection = connection
        self.latest = 0

    async def skip(self) -> None:
        """What is in the ledger by now belongs to histories before."""
        self.latest = await self.connection.fetchval("SELECT coalesce(max(sequence), 0) FROM ledger")

    async def look(self, people: list[str], keys: list[str]) -> Observed:
        told = json.loads(await self.connection.fetchval(_ALL, people, self.latest, keys))
        observed = Observed(**told)
        if observed.ledger:
            self.latest = observed.ledger[-1]["sequence"]
        return observed

    async def signatures(self, action_id: str) -> list[asyncpg.Record]:
        return await self.connection.fetch(_SIGNATURES, action_id)
