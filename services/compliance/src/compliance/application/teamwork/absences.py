"""Being away, and coming back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from compliance.application.teamwork.known import known_reviewer
from compliance.application.teamwork.ports import Colleague, Means, TeamworkUnitOfWork
from compliance.domain.errors import PersonRequired
from compliance.domain.events import Occasion
from compliance.domain.review.absence import Absence, Cover
from compliance.domain.review.votes import Voter
from shared.kernel.errors import ConcurrentChange, Forbidden, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """An absence as it is asked for; it begins now where `starts_at` is None."""

    starts_at: datetime | None
    ends_at: datetime
    delegate: str
    reason: str | None = None


async def register(away: Away, who: Voter, *, uow: TeamworkUnitOfWork, means: Means) -> Absence:
    """Register one's own absence; the delegate acts in the capacities that `who` holds now.

    Raises PersonRequired, UnknownColleague and the refusals of `Absence.register`.
    """
    if not who.is_person:
        raise PersonRequired("only a person is away", remedy="sign in as the person who will be away")
    async with uow:
        now = means.clock.now()
        team = uow.teamwork
        await team.colleagues.note(Colleague(subject=who.subject, name=who.name, may_review=True), now)
        others = await team.absences.of_person_for_update(who.subject)
        cover = Cover(
            subject=who.subject,
            name=who.name,
            delegate=away.delegate,
            delegate_name=(await known_reviewer(away.delegate, "delegate", team)).name,
            starts_at=away.starts_at or now,
            ends_at=away.ends_at,
            capacities=tuple(sorted(who.capacities)),
            reason=away.reason,
        )
        occasion = Occasion(by=who.subject, at=now)
        absence = Absence.register(means.new_id(), cover, others, means.absence_at_most, occasion)
        await team.absences.add(absence)
        await uow.commit()
    return absence


async def end(absence_id: str, by: str, expected_version: int, *, uow: TeamworkUnitOfWork, means: Means) -> None:
    """End one's own absence now. Raises NotFound, Forbidden, ConcurrentChange, InvalidTransition."""
    async with uow:
        absence = await uow.teamwork.absences.get_for_update(absence_id)
        if absence is None:
            raise NotFound(f"there is no absence {absence_id}", remedy="GET /v1/absences lists them")
        if absence.details.subject != by:
            raise Forbidden("this is somebody else's absence", remedy=f"{absence.details.name} can end it")
        if absence.version != expected_version:
            raise ConcurrentChange(
                f"this is at version {absence.version} by now", remedy="read it again", current_version=absence.version
            )
        absence.end(Occasion(by=by, at=means.clock.now()))
        await uow.teamwork.absences.save(absence)
        await uow.commit()
