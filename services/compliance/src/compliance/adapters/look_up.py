"""Everybody a draft names, in one read: somebody types and waits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from compliance.adapters.read_models import Reads
from compliance.application.ports import Known
from compliance.domain.facts import KnownEngager, KnownStakeholder, OwnChannel

_NAMED = """SELECT
    (SELECT to_jsonb(p) FROM people_view p WHERE p.stakeholder_id = $1)::text AS person,
    (SELECT to_jsonb(e) FROM engagers_view e WHERE e.engager_id = $2)::text AS engager,
    (SELECT to_jsonb(c) FROM channels c
      WHERE c.state = 'active' AND c.platform = $3 AND (c.account = $4 OR c.account IS NULL)
      ORDER BY c.account NULLS LAST LIMIT 1)::text AS channel,
    (SELECT count(*) FROM permits r
      WHERE r.stakeholder_id = $1 AND r.issued_at > $5 AND r.state IN ('issued', 'redeemed')) AS contacts"""


class SqlLookUp:
    """Implements `LookUp` over a read pool."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def __call__(self, draft: Mapping[str, Any], *, since: datetime) -> Known:
        channel: Mapping[str, Any] = draft["channel"]
        row = await self._reads.fetchrow(
            _NAMED,
            draft["stakeholder"].get("id"),
            draft["actor"].get("id"),
            channel["platform"],
            channel.get("account"),
            since,
        )
        if row is None:  # a SELECT without FROM answers one row, whatever is in the tables
            raise AssertionError("no row")
        person, engager = _object(row["person"]), _object(row["engager"])
        return Known(
            stakeholder=KnownStakeholder(**person) if person else None,
            engager=_engager(engager) if engager else None,
            channel=_channel(_object(row["channel"])),
            contacts=row["contacts"],
        )


def _object(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)


def _engager(row: Mapping[str, Any]) -> KnownEngager:
    return KnownEngager(
        engager_id=row["engager_id"],
        version=row["version"],
        facts=row["facts"],
        authorised_platforms=frozenset(row["authorised_platforms"]),
    )


def _channel(row: Mapping[str, Any] | None) -> OwnChannel | None:
    if row is None:
        return None
    return OwnChannel(**{name: row[name] for name in OwnChannel.__dataclass_fields__})
