"""Anchor the daily digests of other services' changelogs."""

from __future__ import annotations

from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.changelog import Digest
from compliance.domain.events import Occasion
from shared.contracts.changelog import DigestedV1
from shared.contracts.envelope import Envelope


async def on_changelog_digested(event: DigestedV1, envelope: Envelope, uow: UnitOfWork, *, gate: Gate) -> None:
    """One entry in the ledger: the day, how many changes, the digest."""
    said = Digest(service=envelope.source, day=event.day, changes=event.changes, sha256=event.sha256)
    day = await uow.changelogs.of_day(said)
    day.anchor(Occasion(by=f"system:{said.service}", at=gate.clock.now(), why="daily digest of the changelog"))
