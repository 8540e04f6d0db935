"""The gate's unit of work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.aftercare.records import SqlAftercare
from compliance.adapters.caps.reservations import SqlCapReservations
from compliance.adapters.cases import SqlCases
from compliance.adapters.changelogs import SqlChangelogs
from compliance.adapters.channels import SqlChannels
from compliance.adapters.circulations.records import SqlRounds
from compliance.adapters.erasing.traces import SqlTraces
from compliance.adapters.ledger import recording
from compliance.adapters.medical_information_cases import medical_information_cases
from compliance.adapters.money.records import SqlMoney
from compliance.adapters.permits import SqlPermits
from compliance.adapters.plan_screenings import SqlPlanScreenings
from compliance.adapters.projections import SqlEngagers, SqlPeople
from compliance.adapters.proof.personal_values import SqlPersonalValues
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.reviewers.revocations import SqlRevocations
from compliance.adapters.rule_set_versions import SqlRuleSetVersions
from compliance.adapters.rules_and_holds import SqlDeadLetters, SqlHolds, SqlRuleSets
from compliance.adapters.safety_cases import SqlSafetyCases
from compliance.adapters.signatures import SqlSignatures
from compliance.adapters.teamwork.records import SqlTeamwork
from compliance.adapters.wordings.records import SqlFastLane
from compliance.application.policies import Policies
from compliance.domain.events import StateChange
from shared.db.unit_of_work import Publish, SqlUnitOfWork
from shared.kernel.events import DomainEvent


class ComplianceUnitOfWork(RecordedUnitOfWork):
    """One transaction over everything the gate owns. No event passes without its ledger row."""

    def __init__(self, engine: AsyncEngine, publish: Publish, policies: Policies) -> None:
        super().__init__(engine, self._reacting(policies, recording(publish)))
        self.cases = SqlCases(self)
        self.permits = SqlPermits(self)
        self.safety_cases = SqlSafetyCases(self)
        self.medical_information_cases = medical_information_cases(self)
        self.people = SqlPeople(self)
        self.engagers = SqlEngagers(self)
        self.channels = SqlChannels(self)
        self.rule_sets = SqlRuleSets(self)
        self.rule_set_versions = SqlRuleSetVersions(self)
        self.plan_screenings = SqlPlanScreenings(self)
        self.changelogs = SqlChangelogs(self)
        self.traces = SqlTraces(self)
        self.personal_values = SqlPersonalValues(self)
        self.money = SqlMoney(self)
        self.revocations = SqlRevocations(self)
        self.caps = SqlCapReservations(self)
        self.aftercare = SqlAftercare(self)
        self.circulations = SqlRounds(self)
        self.signatures = SqlSignatures(self)
        self.teamwork = SqlTeamwork(self)
        self.fast_lane = SqlFastLane(self)
        self.holds = SqlHolds(self)
        self.dead_letters = SqlDeadLetters(self)

    async def foresee(
        self,
        *,
        people: Collection[str],
        engagers: Collection[str],
        actions: Collection[str],
        posts: Collection[str],
        held_until_closed: bool,
        contacts_since: datetime,
    ) -> None:
        await self.people.foresee(people)
        await self.cases.foresee(actions)
        await self.engagers.foresee(engagers)
        await self.permits.foresee_contacts(people, contacts_since)
        await self.safety_cases.foresee_open(people)
        await self.safety_cases.foresee_held(posts, until_closed=held_until_closed)

    def _reacting(self, policies: Policies, record: Publish) -> Publish:
        """Record what happened, then apply the policies that react to it."""

        async def react(uow: SqlUnitOfWork, events: Sequence[DomainEvent]) -> None:
            await record(uow, events)
            for event in events:
                if isinstance(event, StateChange):
                    for policy in policies.get(type(event), ()):
                        await policy(event, self)

        return react
