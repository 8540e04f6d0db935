"""What other services say about a day of their changelogs is an entry, and stays one."""

from __future__ import annotations

import json
from datetime import date
from functools import partial

import pytest

from compliance.adapters.proof.sequencer import Sequencer
from compliance.application.changelogs import on_changelog_digested
from shared.contracts.changelog import RegistryChangelogDigestedV1
from support.compliance_stage import ENVELOPE, Stage
from support.ledger_builders import rows

pytestmark = pytest.mark.platform

ANCHORED = """SELECT aggregate_id, aggregate_version, what, new_state, who, convert_from(leaf, 'UTF8'), position
    FROM ledger_entries WHERE aggregate = 'changelog' ORDER BY sequence"""


async def test_a_digest_becomes_an_entry_and_a_second_telling_another(database: str) -> None:
    async with Stage.open(database) as stage:
        envelope = ENVELOPE.model_copy(update={"source": "registry"})
        for sha256 in ("a" * 64, "b" * 64):
            event = RegistryChangelogDigestedV1(day=date(2026, 11, 21), changes=3, sha256=sha256)
            async with stage.open_uow() as uow:
                await partial(on_changelog_digested, gate=stage.gate)(event, envelope, uow)
                await uow.commit()
        await Sequencer(stage.engine).run()
    first, second = await rows(database, ANCHORED)
    assert first[:5] == ("registry:2026-11-21", 1, "changelog_anchored", "anchored", "system:registry")
    assert second[:2] == ("registry:2026-11-21", 2)
    assert [json.loads(each[5])["evidence"]["sha256"] for each in (first, second)] == ["a" * 64, "b" * 64]
    assert first[6] is not None
