"""One transaction over everything the gate owns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from compliance.application.circulations.ports import Rounds
from compliance.application.money.ports import Money
from compliance.application.ports.aftercare import Aftercare
from compliance.application.ports.caps import CapReservations
from compliance.application.ports.personal_data import PersonalValues, Traces
from compliance.application.ports.repositories import (
    Cases,
    Changelogs,
    Channels,
    DeadLetters,
    Engagers,
    ForwardedCases,
    Holds,
    People,
    Permits,
    PlanScreenings,
    RuleSets,
    RuleSetVersions,
    SafetyCases,
    Signatures,
)
from compliance.application.ports.reviewers import Revocations
from compliance.application.ports.wordings import FastLane
from compliance.application.teamwork.ports import Teamwork
from compliance.domain.medical_information_case import MedicalInformationCase
from shared.kernel.transaction import Transaction


class UnitOfWork(Transaction, Protocol):
    """One transaction: state, events, and one ledger row per state change."""

    @property
    def cases(self) -> Cases: ...
    @property
    def permits(self) -> Permits: ...
    @property
    def safety_cases(self) -> SafetyCases: ...
    @property
    def medical_information_cases(self) -> ForwardedCases[MedicalInformationCase]: ...
    @property
    def people(self) -> People: ...
    @property
    def engagers(self) -> Engagers: ...
    @property
    def channels(self) -> Channels: ...
    @property
    def rule_sets(self) -> RuleSets: ...
    @property
    def rule_set_versions(self) -> RuleSetVersions: ...
    @property
    def plan_screenings(self) -> PlanScreenings: ...
    @property
    def changelogs(self) -> Changelogs: ...
    @property
    def personal_values(self) -> PersonalValues: ...
    @property
    def traces(self) -> Traces: ...
    @property
    def money(self) -> Money: ...
    @property
    def revocations(self) -> Revocations: ...
    @property
    def caps(self) -> CapReservations: ...
    @property
    def aftercare(self) -> Aftercare: ...
    @property
    def circulations(self) -> Rounds: ...
    @property
    def signatures(self) -> Signatures: ...
    @property
    def teamwork(self) -> Teamwork: ...
    def fast_lane(self) -> FastLane: ...
    @property
    def holds(self) -> Holds: ...
    @property
    def dead_letters(self) -> DeadLetters: ...

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
        """Lock these people and cases and read all about them and these posts at once; later reads answer from it.

        What this transaction itself changes is seen. People are locked first and in one order, like everywhere.
        """
        ...


OpenUnitOfWork = Callable[[], UnitOfWork]


FindDue = Callable[[datetime], Awaitable[Sequence[str]]]
"""Ids of what is due at a moment, oldest first, a bounded number."""
