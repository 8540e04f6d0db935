"""Whether the colleague who would act may still act: known, trained, and authorised for the channel."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from compliance.application.ports.repositories import Hold
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.facts import KnownEngager
from compliance.domain.judgement import Submission
from compliance.domain.slot import Slot


async def actor_of(submission: Submission, uow: UnitOfWork) -> KnownEngager | None:
    """The gate's newest state of the colleague whom the action names."""
    engager_id = submission.snapshot["actor"].get("id")
    return await uow.engagers.get(engager_id) if engager_id else None


def actor_hold(submission: Submission, actor: KnownEngager | None, now: datetime) -> Hold | None:
    """Why the colleague does not act at this moment, whatever the rules in force ask; nothing unknown passes."""
    if actor is None:
        return Hold(
            code="actor_unknown",
            message="whoever would act is not known to the gate",
            remedy="add the colleague to the registry with training date and authorised platforms",
        )
    until = trained_until(actor)
    if until is None or until < now.astimezone(UTC).date():
        return Hold(
            code="actor_not_trained",
            message=f"the training of whoever would act {'is not known' if until is None else f'ended on {until}'}",
            remedy="renew the training, or let a trained colleague act",
        )
    if submission.snapshot["channel"]["platform"] not in actor.authorised_platforms:
        return Hold(
            code="actor_not_authorised",
            message="whoever would act is not authorised for this channel any more",
            remedy="authorise the colleague in the registry, or let another one act",
        )
    return None


def while_trained(slot: Slot, actor: KnownEngager) -> Slot:
    """The part of the slot in which the training holds: up to the end of its last day (UTC)."""
    until = trained_until(actor)
    if until is None:
        return slot
    end = datetime.combine(until, datetime.min.time(), UTC) + timedelta(days=1)
    return Slot(slot.start, min(slot.end, end))


def trained_until(actor: KnownEngager) -> date | None:
    """The last day of the training, None where it is not known."""
    said = actor.facts.get("trained_until")
    return date.fromisoformat(said) if isinstance(said, str) else None
