"""Everybody a draft names: somebody types and waits, so at most three reads, and often none."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from compliance.adapters.money.queries import contract_known
from compliance.adapters.read_models import Reads
from compliance.application.ports.screens import Known
from compliance.domain.contract_facts import named_contract
from compliance.domain.facts import KnownEngager, KnownStakeholder, OwnChannel

_PEOPLE = """SELECT
    (SELECT to_jsonb(p) FROM people_view p WHERE p.stakeholder_id = $1)::text AS person,
    (SELECT to_jsonb(e) FROM engagers_view e WHERE e.engager_id = $2)::text AS engager,
    (SELECT count(*) FROM permits r
      WHERE r.stakeholder_id = $1 AND r.issued_at > $3
        AND (r.state = 'issued' OR r.redeemed_at IS NOT NULL)) AS contacts"""

_CHANNEL = """SELECT to_jsonb(c)::text FROM channels c
    WHERE c.state = 'active' AND c.platform = $1 AND (c.account = $2 OR c.account IS NULL)
    ORDER BY c.account NULLS LAST LIMIT 1"""

CHANNEL_SECONDS = 1.0


class SqlLookUp:
    """Implements `LookUp` over a read pool.

    A channel may be out of date by `CHANNEL_SECONDS`: drafts are many, channels few, and a draft's answer releases
    nothing. What is submitted is judged by the channel as it is in that transaction.
    """

    def __init__(self, reads: Reads, now: Callable[[], float] = time.monotonic) -> None:
        """`now` tells seconds that never go back."""
        self._reads = reads
        self._now = now
        self._channels: dict[tuple[str, str | None], tuple[float, OwnChannel | None]] = {}

    async def __call__(self, draft: Mapping[str, Any], *, since: datetime) -> Known:
        described: Mapping[str, Any] = draft["channel"]
        channel = await self._channel(described["platform"], described.get("account"))
        contract_id = named_contract(draft)
        contract = None if contract_id is None else await contract_known(self._reads, contract_id)
        person_id, engager_id = draft["stakeholder"].get("id"), draft["actor"].get("id")
        if person_id is None and engager_id is None:
            return Known(stakeholder=None, engager=None, channel=channel, contacts=0, contract=contract)
        row = await self._reads.fetchrow(_PEOPLE, person_id, engager_id, since)
        if row is None:  # a SELECT without FROM answers one row, whatever is in the tables
            raise AssertionError("no row")
        person, engager = _object(row["person"]), _object(row["engager"])
        return Known(
            stakeholder=KnownStakeholder(**person) if person else None,
            engager=_engager(engager) if engager else None,
            channel=channel,
            contacts=row["contacts"],
            contract=contract,
        )

    async def _channel(self, platform: str, account: str | None) -> OwnChannel | None:
        asked = self._now()
        read, channel = self._channels.get((platform, account), (None, None))
        if read is None or asked - read >= CHANNEL_SECONDS:
            row = await self._reads.fetchrow(_CHANNEL, platform, account)
            channel = None if row is None else _own(_object(row[0]))
            self._channels[platform, account] = asked, channel
        return channel


def _object(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)


def _engager(row: Mapping[str, Any]) -> KnownEngager:
    return KnownEngager(
        engager_id=row["engager_id"],
        version=row["version"],
        facts=row["facts"],
        authorised_platforms=frozenset(row["authorised_platforms"]),
    )


def _own(row: Mapping[str, Any] | None) -> OwnChannel | None:
    return None if row is None else OwnChannel(**{name: row[name] for name in OwnChannel.__dataclass_fields__})
