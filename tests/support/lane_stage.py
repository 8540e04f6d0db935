"""A stage with an open fast lane: wordings are proposed, signed and used over the real database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from compliance.adapters.wordings.queries import WordingQueries, due_in
from compliance.application.wordings import closing, proposing, sampling
from compliance.application.wordings.proposing import Seen
from compliance.application.wordings.sampling import Looked
from compliance.domain.case import Case
from compliance.domain.permit import ReleasePermit
from compliance.domain.wordings.content import WordingContent
from compliance.domain.wordings.sample import Outcome, Sample
from compliance.domain.wordings.wording import Wording
from support.compliance_builders import ROSA, SAM, a_voter
from support.compliance_stage import Stage
from support.wording_builders import DANA, PAT, TERMS, plain_content

DRAWN, SPARED = 0, 2**52 - 1


class Lane:
    """One stage, and the wordings on it. Draws are the test's: `chance` is the next number."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.chance = SPARED
        stage.gate = replace(stage.gate, fast_lane=TERMS, chance=lambda: self.chance)
        self.queries = WordingQueries(stage.reads)

    async def close_others(self) -> None:
        """Stages share a database: what other tests approved would match too."""
        for row in await self.queries.wordings(state="approved", after=None, limit=1000):
            await self.withdraw(str(row["wording_id"]))

    async def propose(self, content: WordingContent | None = None, by: str = PAT) -> Wording:
        today = self.stage.clock.now().date()
        given = content or plain_content(valid_from=today, valid_until=today + timedelta(days=90))
        return await proposing.propose(given, by, "used every week", uow=self.stage.open_uow(), gate=self.stage.gate)

    async def sign(self, wording_id: str, by: str, **changes: Any) -> Wording:
        wording = await self.wording(wording_id)
        given = {"sha256": wording.details.sha256, "meaning": "approved for use", "version": wording.version, **changes}
        voter = a_voter(by, authenticated_at=self.stage.signed_in())
        return await proposing.sign(
            wording_id, signatory=voter, open_uow=self.stage.open_uow, gate=self.stage.gate, **given
        )

    async def approved(self, content: WordingContent | None = None) -> Wording:
        await self.close_others()
        wording = await self.propose(content)
        await self.sign(wording.record_id, ROSA)
        return await self.sign(wording.record_id, SAM)

    async def wording(self, wording_id: str) -> Wording:
        async with self.stage.open_uow() as uow:
            wording = await uow.fast_lane.wordings.get(wording_id)
        assert wording is not None
        return wording

    async def suspend(self, wording_id: str, why: str = "the tone is wrong") -> Wording:
        seen = Seen(wording_id=wording_id, version=(await self.wording(wording_id)).version, by=DANA, why=why)
        return await closing.suspend_wording(seen, open_uow=self.stage.open_uow, gate=self.stage.gate)

    async def withdraw(self, wording_id: str) -> Wording:
        seen = Seen(wording_id=wording_id, version=(await self.wording(wording_id)).version, by=PAT, why="not needed")
        return await closing.withdraw_wording(seen, open_uow=self.stage.open_uow, gate=self.stage.gate)

    async def rounds(self) -> None:
        await closing.make_rounds(
            due_in(self.stage.reads),
            open_uow=self.stage.open_uow,
            gate=self.stage.gate,
            report=self.stage.note_failure,
        )

    async def submitted(self, **changes: Any) -> Case:
        await self.stage.hear_person()
        await self.stage.hear_engager()
        return await self.submit(**changes)

    async def submit(self, version: int = 1, **changes: Any) -> Case:
        """As the stage does, with the person as the gate knows them: the screen then objects to nothing."""
        person = {"id": self.stage.person, "type": "journalist"}
        return await self.stage.submit(version, **{"stakeholder": person, **changes})

    async def released(self) -> ReleasePermit:
        """The usual action approved by the wording and released; the clock stands in its slot."""
        await self.submitted()
        self.stage.clock.advance(timedelta(minutes=2))
        await self.stage.release()
        return await self.stage.permit()

    async def sample(self, permit: ReleasePermit) -> Sample:
        async with self.stage.open_uow() as uow:
            sample = await uow.fast_lane.samples.get(permit.permit_id)
        assert sample is not None
        return sample

    async def look(self, *permits: str, outcome: Outcome = "pass", by: str = DANA, **changes: Any) -> Sequence[Sample]:
        looked = Looked(permit_ids=permits, outcome=outcome, meaning="looked at afterwards", reason="as it should be")
        voter = a_voter(by, authenticated_at=self.stage.signed_in())
        return await sampling.decide(
            replace(looked, **changes), voter, open_uow=self.stage.open_uow, gate=self.stage.gate
        )


def dates(begins: date, days: int) -> dict[str, date]:
    return {"valid_from": begins, "valid_until": begins + timedelta(days=days)}
