"""Entries from before commitments are written anew, and a database migrates from the former form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from compliance.adapters.proof.sequencer import Sequencer
from compliance.application.ledger import Opening
from shared.db.migrations import upgrade
from support.ledger_builders import behind_its_back, engine_of, rows

pytestmark = pytest.mark.platform

OLD_LEAF = json.dumps(
    {
        "aggregate": "safety_case",
        "at": "2026-11-20T09:00:00+00:00",
        "evidence": {"source": "post", "quote_sha256": "abc"},
        "who": "system:compliance",
        "why": "found in a post",
    }
)
OLD = """
INSERT INTO safety_cases (safety_case_id, version, state, source, source_id, stakeholder_id, quote, quote_sha256,
  criteria, first_seen_at, due_at) VALUES ('s1', 1, 'open', 'post', 'p1', 'k1', 'dizzy', 'abc', '{}', now(), now());
INSERT INTO ledger (aggregate, aggregate_id, aggregate_version, what, new_state, who, at, why, leaf, leaf_sha256) VALUES
  ('safety_case', 's1', 1, 'safety_case_opened', 'open', 'system:compliance', '2026-11-20T09:00Z', 'found in a post',
   '%s', 'x'), ('note', 'n1', 1, 'noted', 'noted', 'rosa', '2026-11-20T10:00Z', NULL, '', '')
"""
NEW = """SELECT aggregate, who, why, convert_from(leaf, 'UTF8'), encode(sha256(leaf), 'hex') = leaf_sha256, about,
  position FROM ledger_entries ORDER BY sequence"""
VALUES = "SELECT personal::text, who::text FROM ledger_personal WHERE about = 'k1'"


async def test_entries_from_before_are_carried_over_without_what_is_personal(
    fresh_database: Callable[[str], str], repository: Path
) -> None:
    url, ini = fresh_database("old_entries"), repository / "services/compliance/alembic.ini"
    upgrade(ini, url, revision="20261122_plans")
    await behind_its_back(url, OLD % OLD_LEAF)

    upgrade(ini, url)
    async with engine_of(url) as engine:
        await Sequencer(engine).run()

    opened, noted = await rows(url, NEW)
    assert opened[:3] == ("safety_case", "system:compliance", "found in a post")
    assert (opened[4:], noted[1:3], noted[4:]) == ((True, "k1", 0), ("rosa", None), (True, None, 1))
    leaf = json.loads(opened[3])
    assert leaf["evidence"] == {"source": "post"}
    assert "found in a post" not in opened[3]
    assert "system:compliance" not in opened[3]
    [(personal, who)] = await rows(url, VALUES)
    openings = {**json.loads(personal), "who": json.loads(who)}
    assert set(openings) == set(leaf["committed"]) == {"who", "why", "quote_sha256"}
    assert all(Opening(**each).commitment == leaf["committed"][name] for name, each in openings.items())
