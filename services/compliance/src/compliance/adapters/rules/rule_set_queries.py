"""What people read about versions of the rule set and their rehearsals."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from compliance.adapters.read_models import Reads
from compliance.application.rules.rule_sets import Files

_LISTED = "rule_set, state, version, rules, proposed_by, proposed_at, note"

_VERSIONS = f"""SELECT {_LISTED} FROM rule_set_versions
    WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR rule_set > $2) ORDER BY rule_set LIMIT $3"""  # noqa: S608 - constant text only

_VERSION = f"""SELECT {_LISTED}, (SELECT coalesce(jsonb_object_agg(key, length(value)), '{{}}')
    FROM jsonb_each_text(files))::text AS files, (SELECT coalesce(jsonb_agg(jsonb_build_object('what', what, 'who', who,
    'at', at, 'why', why) ORDER BY sequence), '[]') FROM ledger_entries WHERE aggregate = 'rule_set_version'
    AND aggregate_id = rule_set)::text AS history FROM rule_set_versions WHERE rule_set = $1"""  # noqa: S608 - the same

_FILES = "SELECT files::text AS files FROM rule_set_versions WHERE rule_set = $1"
_FILE = "SELECT files ->> $2 AS text FROM rule_set_versions WHERE rule_set = $1"
_IN_FORCE = "SELECT rule_set FROM rule_sets"
_REHEARSED = """rehearsal_id, rule_set, against, total, done, asked_by, asked_at, message,
    CASE WHEN state = 'running' AND noted_at < now() - interval '2 minutes' THEN 'failed' ELSE state END AS state"""
_REHEARSAL = f"""SELECT {_REHEARSED}, summary::text AS summary, changes::text AS changes FROM rehearsals
    WHERE rule_set = $1 AND rehearsal_id = $2"""  # noqa: S608 - the same
_REHEARSALS = f"""SELECT {_REHEARSED} FROM rehearsals WHERE rule_set = $1
    ORDER BY asked_at DESC, rehearsal_id LIMIT 20"""  # noqa: S608 - the same
_JUDGED = """SELECT action_id, coalesce(judgement -> 'resolved', snapshot)::text AS snapshot FROM cases
    WHERE erased_at IS NULL AND ($1::text IS NULL OR action_id < $1) ORDER BY action_id DESC LIMIT $2"""
_AT_ONCE = 500


class RuleSetQueries:
    """Read models over a read pool. JSON columns come as text."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def sha256(self) -> str | None:
        """Content hash of the rule set in force."""
        row = await self._reads.fetchrow(_IN_FORCE)
        return None if row is None else row["rule_set"]

    async def files(self, rule_set: str) -> Files | None:
        """The texts of a version by file name."""
        row = await self._reads.fetchrow(_FILES, rule_set)
        return None if row is None else json.loads(row["files"])

    async def file(self, rule_set: str, name: str) -> str | None:
        """The text of one file."""
        row = await self._reads.fetchrow(_FILE, rule_set, name)
        return None if row is None else row["text"]

    async def versions(self, *, state: str | None, after: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """Versions in order of their hashes."""
        return [dict(row) for row in await self._reads.fetch(_VERSIONS, state, after, limit)]

    async def version(self, rule_set: str) -> Mapping[str, Any] | None:
        """One version with the sizes of its files and its rows of the ledger."""
        row = await self._reads.fetchrow(_VERSION, rule_set)
        return None if row is None else dict(row)

    async def rehearsal(self, rule_set: str, rehearsal_id: str) -> Mapping[str, Any] | None:
        """One rehearsal."""
        row = await self._reads.fetchrow(_REHEARSAL, rule_set, rehearsal_id)
        return None if row is None else dict(row)

    async def rehearsals(self, rule_set: str) -> Sequence[Mapping[str, Any]]:
        """The newest rehearsals of a version, without what they found."""
        return [dict(row) for row in await self._reads.fetch(_REHEARSALS, rule_set)]

    async def judged(self, most: int) -> AsyncIterator[list[str]]:
        """The newest cases' snapshots as they were judged, JSON texts, in pages."""
        before, left = None, most
        while left > 0:
            rows = await self._reads.fetch(_JUDGED, before, min(left, _AT_ONCE))
            if not rows:
                return
            yield [row["snapshot"] for row in rows]
            before, left = rows[-1]["action_id"], left - len(rows)
