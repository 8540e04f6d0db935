"""Safety cases and queued actions from before forwarding are carried over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from shared.db.migrations import upgrade

pytestmark = pytest.mark.platform

_OLD = """
INSERT INTO ledger (aggregate, aggregate_id, aggregate_version, what, new_state, who, at, leaf, leaf_sha256) VALUES
  ('safety_case', 's1', 1, 'x', 'open', 'a', now(), '', ''),
  ('safety_case', 's2', 2, 'x', 'overdue', 'a', now(), '', ''),
  ('case', 'a1', 1, 'x', 'in_review', 'a', now(), '', '');
INSERT INTO safety_cases (safety_case_id, version, state, source, source_id, quote, quote_sha256, criteria,
  first_seen_at, due_at) VALUES
  ('s1', 1, 'open', 'post', 'p1', 'dizzy', 'h1', '{{}}', '2026-11-20T09:00Z', '2026-11-23T09:00Z'),
  ('s2', 2, 'overdue', 'post', 'p2', 'rash', 'h2', '{{}}', '2026-11-18T09:00Z', '2026-11-19T09:00Z');
INSERT INTO cases (action_id, version, state, action_version, stakeholder_id, snapshot, snapshot_sha256,
  content_sha256, submitted_by, submitted_by_name, edited_by, votes, stops) VALUES
  ('a1', 1, 'in_review', 1, 'k1', '{snapshot}', 'x', 'y', 'u', 'U', '[]', '[]', '[]')
"""
_NOW = """SELECT string_agg(concat_ws(' ', safety_case_id, state, next_stage_at IS NOT NULL, stages #>> '{0,percent}',
    texts #>> '{0,text}'), '; ' ORDER BY safety_case_id)
    || '; ' || (SELECT post_keys::text FROM cases) FROM safety_cases"""


async def ask(url: str, statement: str, question: str = "SELECT 1") -> Any:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
        return await connection.fetchval(question)
    finally:
        await connection.close()


def test_old_cases_keep_their_due_time_and_overdue_ones_are_not_escalated_again(
    fresh_database: Callable[[str], str], repository: Path
) -> None:
    url, ini = fresh_database("forwarded"), repository / "services/compliance/alembic.ini"
    upgrade(ini, url, revision="20261122_channels")
    snapshot = json.dumps({"target": {"url": "https://www.site.example/1"}})
    asyncio.run(ask(url, _OLD.format(snapshot=snapshot)))

    upgrade(ini, url)

    assert asyncio.run(ask(url, "SELECT 1", _NOW)) == 's1 open t 100 dizzy; s2 open f 100 rash; ["url:site.example/1"]'
