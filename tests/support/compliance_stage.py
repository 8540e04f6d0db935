"""The gate over a real database: time, registry and audit are the test's."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.aftercare.desk import aftercare_desk
from compliance.adapters.forwarded_queries import ForwardedQueries
from compliance.adapters.read_models import GateQueries
from compliance.adapters.unit_of_work import ComplianceUnitOfWork
from compliance.application import channels, desk_work, expiry, people, redemption, release, review, safety, submission
from compliance.application.aftercare.desk import AftercareDesk
from compliance.application.desk_work import DeskName
from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import FindDue
from compliance.application.redemption import Redemption
from compliance.application.rules import rule_sets
from compliance.application.rules.rule_sets import Compiled
from compliance.application.teamwork import absences
from compliance.application.teamwork.absences import Away
from compliance.application.teamwork.ports import Colleague
from compliance.application.teamwork.ports import Means as TeamMeans
from compliance.bootstrap.means import build_unit_of_work
from compliance.domain.case import Case
from compliance.domain.facts import KnownStakeholder
from compliance.domain.permit import ReleasePermit
from compliance.domain.review.absence import Absence
from compliance.domain.review.votes import Decision
from compliance.domain.slot import Slot
from shared.contracts.audit import PostCapturedV1
from shared.contracts.envelope import Envelope
from shared.contracts.hashing import snapshot_sha256
from shared.contracts.planner import ActionRevisedV1, ActionSubmittedV1, ActionWithdrawnV1
from shared.contracts.registry import EngagerUpdatedV1, StakeholderErasedV1, StakeholderUpdatedV1
from shared.db.engine import create_engine
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import Clock
from shared.kernel.ids import new_id
from shared.testing import FakeClock
from support.compliance_builders import (
    AUTHOR,
    CHANNEL,
    EXECUTOR,
    FACTS,
    NOW,
    ROSA,
    a_ballot,
    a_gate,
    a_snapshot,
    a_voter,
)
from support.compliance_peers import FakeAudit, FakeRegistry
from support.permit_keys import keys_in_memory

ENVELOPE = Envelope(id="m", type="t", source="test", time=NOW, subject="s", dataschema="d")


_SIGN_INS = count()


class Stage:
    """One gate in one database, one person and one action unless the test says otherwise."""

    def __init__(self, engine: AsyncEngine, reads: ReadPool) -> None:
        self.engine = engine
        self.clock = FakeClock(NOW)
        self.gate: Gate = a_gate(self.clock)
        self.registry, self.audit = FakeRegistry(), FakeAudit()
        self.reads = reads
        self.queries, self.forwarded = GateQueries(reads), ForwardedQueries(reads)
        self.open_uow = self._open_uow
        self.keys = keys_in_memory()
        self.person, self.action = new_id(), new_id()
        self.failures: list[tuple[str, Exception]] = []

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncGenerator[Stage]:
        settings = DatabaseSettings(url=SecretStr(url), pool_size=20)
        engine = create_engine(settings, application_name="stage")
        async with ReadPool(settings, application_name="stage-reads") as reads:
            stage = cls(engine, reads)
            await rule_sets.begin({}, Compiled(rule_set="rules-1", rules=1), open_uow=stage.open_uow, clock=stage.clock)
            await channels.take_over([CHANNEL], by="test", open_uow=stage.open_uow, clock=stage.clock, new_id=new_id)
            yield stage
        await engine.dispose()

    def slot(self, minutes: int = 60) -> Slot:
        start = self.clock.now() + timedelta(minutes=1)
        return Slot(start, start + timedelta(minutes=minutes))

    async def deliver(self, handler: Any, event: Any) -> None:
        """Handle one event as the consumer does: one transaction, committed by the caller of the policy."""
        async with self.open_uow() as uow:
            await handler(event, ENVELOPE, uow)
            await uow.commit()

    async def hear_person(self, version: int = 1, **facts: Any) -> None:
        """The registry says something new about the person, by event and by HTTP."""
        name = facts.pop("name", "Lena Falk")
        state = {**FACTS, **facts}
        known = KnownStakeholder(stakeholder_id=self.person, version=version, facts=state)
        self.registry.known[self.person] = known
        event = StakeholderUpdatedV1(stakeholder_id=self.person, version=version, name=name, **state)
        await self.deliver(partial(people.on_stakeholder_state, gate=self.gate), event)

    async def forget_person(self, version: int) -> None:
        event = StakeholderErasedV1(stakeholder_id=self.person, version=version)
        await self.deliver(partial(people.on_stakeholder_erased, gate=self.gate), event)

    async def hear_engager(self) -> None:
        event = EngagerUpdatedV1(
            engager_id="engager-1",
            version=1,
            name="Jonas Weber",
            function="communications",
            relation="employee",
            trained_until=date(2027, 6, 30),
            authorised_platforms=("mastodon",),
        )
        await self.deliver(people.on_engager_state, event)

    async def submit(
        self, version: int = 1, *, slot: Slot | None = None, edited_by: tuple[str, ...] = (), **changes: Any
    ) -> Case:
        snapshot = a_snapshot(self.action, slot=slot or self.slot(), **changes)
        contract = ActionSubmittedV1 if version == 1 else ActionRevisedV1
        event = contract(
            action_id=self.action,
            version=version,
            plan_id="plan-1",
            stakeholder_id=self.person,
            snapshot=snapshot,
            snapshot_sha256=snapshot_sha256(snapshot),
            submitted_by=AUTHOR,
            submitted_by_name="Dr Amira Sharma",
            edited_by=edited_by,
            submitted_at=self.clock.now(),
        )
        await self.deliver(partial(submission.on_action_submission, gate=self.gate), event)
        return await self.case()

    async def withdraw(self, version: int = 9) -> None:
        event = ActionWithdrawnV1(
            action_id=self.action, version=version, withdrawn_by=AUTHOR, reason="no longer needed"
        )
        await self.deliver(partial(submission.on_action_withdrawn, gate=self.gate), event)

    async def case(self) -> Case:
        async with self.open_uow() as uow:
            case = await uow.cases.get(self.action)
        assert case is not None
        return case

    async def vote(self, subject: str = ROSA, decision: Decision = "approve", **changes: Any) -> str:
        ballot = replace(a_ballot(await self.case(), decision), **changes)
        voter = a_voter(subject, authenticated_at=self.signed_in())
        return await review.vote(self.action, ballot, voter, open_uow=self.open_uow, gate=self.gate)

    async def meet(self, *subjects: str) -> None:
        """The gate has met these reviewers."""
        async with self.open_uow() as uow:
            for subject in subjects:
                await uow.teamwork.colleagues.note(
                    Colleague(subject=subject, name=subject.title(), may_review=True), self.clock.now()
                )
            await uow.commit()

    async def away(self, subject: str, delegate: str, *roles: str, minutes: int = 600) -> Absence:
        """From now on, `delegate` stands in for `subject`, who holds these roles."""
        await self.meet(subject, delegate)
        asked = Away(starts_at=None, ends_at=self.clock.now() + timedelta(minutes=minutes), delegate=delegate)
        return await absences.register(asked, a_voter(subject, *roles), uow=self.open_uow(), means=self.team_means())

    async def back(self, absence: Absence) -> None:
        """The absent person is back before the time."""
        by, version = absence.details.subject, absence.version
        await absences.end(absence.record_id, by, version, uow=self.open_uow(), means=self.team_means())

    def team_means(self) -> TeamMeans:
        return TeamMeans(clock=self.clock, new_id=self.gate.new_id, absence_at_most=self.gate.absence_at_most)

    def signed_in(self) -> datetime:
        """A minute ago, and never at the same moment twice: stages share a database."""
        return self.clock.now() - timedelta(minutes=1) + timedelta(microseconds=next(_SIGN_INS))

    async def approved(self, **changes: Any) -> Case:
        """Known person, known engager, submitted and approved; the clock stands in the slot."""
        await self.hear_person()
        await self.hear_engager()
        await self.submit(**changes)
        await self.vote()
        self.clock.advance(timedelta(minutes=2))
        return await self.case()

    async def release(self) -> Case:
        await release.release_due(
            release.Release(
                gate=self.gate,
                registry=self.registry,
                audit=self.audit,
                sign=self.keys.sign,
                open_uow=self.open_uow,
                retry_after=timedelta(seconds=3),
            ),
            find_due=self.queries.due,
            report=self.note_failure,
        )
        return await self.case()

    async def expire(self, *due: str, clock: Clock | None = None) -> None:
        """The expiry tick: over `due` where given, by the clock of its own process where that differs."""
        find = finding(due) if due else self.queries.over
        await expiry.expire_overdue(
            find_over=find, open_uow=self.open_uow, clock=clock or self.clock, report=self.note_failure
        )

    async def watch_safety(self, *due: str) -> None:
        """The tick of the safety clock: over `due` where given."""
        await self.watch("drug_safety", *due)

    async def watch(self, desk: DeskName, *due: str) -> None:
        """The tick of a desk's clock: over `due` where given."""
        find = finding(due) if due else partial(self.forwarded.due, desk)
        await desk_work.watch_clock(
            desk, find_due=find, open_uow=self.open_uow, gate=self.gate, report=self.note_failure
        )

    def _open_uow(self) -> ComplianceUnitOfWork:
        """Over the gate as it is now: tests change its means."""
        return build_unit_of_work(self.engine, self.gate)()

    def break_next_transaction(self) -> None:
        """The next transaction cannot be opened; those after it can."""
        working, failures = self.open_uow, [RuntimeError("the connection broke")]

        def open_uow() -> ComplianceUnitOfWork:
            if failures:
                raise failures.pop()
            return working()

        self.open_uow = open_uow

    def note_failure(self, about: str, error: Exception) -> None:
        self.failures.append((about, error))

    async def hand_over(self, safety_case_id: str) -> None:
        await self.change("drug_safety", safety_case_id, lambda case, now: case.hand_over(now))

    async def change(self, desk: DeskName, case_id: str, what: desk_work.Change, why: str | None = None) -> None:
        """One step of a forwarded case, by Rosa."""
        await desk_work.change_case(desk, case_id, what, ROSA, why, open_uow=self.open_uow, gate=self.gate)

    async def capture(self, text: str, post_id: str = "post-1", **changes: Any) -> None:
        """A post of the person is captured."""
        given: dict[str, Any] = {
            "post_id": f"{post_id}-{self.person}",
            "version": 1,
            "platform": "mastodon",
            "external_id": "1",
            "author_handle": "lena",
            "author_stakeholder_id": self.person,
            "text": text,
            "captured_at": self.clock.now(),
        }
        event = PostCapturedV1(**{**given, **changes})
        await self.deliver(partial(safety.on_post_captured, gate=self.gate), event)

    async def permit(self, permit_id: str | None = None) -> ReleasePermit:
        wanted = permit_id or (await self.case()).permit_id
        assert wanted is not None
        async with self.open_uow() as uow:
            permit = await uow.permits.get(wanted)
        assert permit is not None
        return permit

    async def redeem(
        self, permit: ReleasePermit, *, client_id: str = EXECUTOR, content: str | None = None
    ) -> Redemption:
        return await redemption.redeem(
            permit.permit_id,
            client_id=client_id,
            content_sha256=content or permit.grant.content_sha256,
            open_uow=self.open_uow,
            gate=self.gate,
        )

    def aftercare(self) -> AftercareDesk:
        """What comes after the release, over the gate as it is now."""
        return aftercare_desk(self.gate, self.open_uow, self.reads, self.keys)

    async def holds(self) -> str:
        row = await self.queries.case(self.action)
        assert row is not None
        return str(row["holds"])

    async def rows(self, query: str, **values: Any) -> list[Mapping[str, Any]]:
        async with self.engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(text(query), values)).mappings()]

    async def park(self, topic: str, key: str) -> None:
        """A message of `key` could not be read."""
        statement = text("INSERT INTO parked_keys (consumer, topic, key) VALUES ('compliance', :topic, :key)")
        async with self.engine.begin() as connection:
            await connection.execute(statement, {"topic": topic, "key": key})

    async def unpark(self, key: str) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text("DELETE FROM parked_keys WHERE key = :key"), {"key": key})

    async def outbox(self, key: str | None = None) -> list[str]:
        """Types of what this action has published, oldest first."""
        rows = await self.rows(
            "SELECT type FROM outbox_messages WHERE aggregate_id = :key ORDER BY sequence", key=key or self.action
        )
        return [str(row["type"]) for row in rows]


def finding(ids: Sequence[str]) -> FindDue:
    async def find(_now: datetime) -> Sequence[str]:
        return ids

    return find
