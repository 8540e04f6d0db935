"""Circulations follow their case, in the transaction of every change."""

from __future__ import annotations

from collections.abc import Iterator

from compliance.application.circulations.ports import RoundsUnitOfWork
from compliance.domain.case_events import CaseChanged, CaseVoted
from compliance.domain.circulations.clock import ReviewClock
from compliance.domain.circulations.rounds import OUTCOMES, ReviewRound
from compliance.domain.events import StateChange

_OUTSIDE = frozenset({"screening", "blocked"})
"""Where a case enters review from; a block is left where people override it."""
_BEFORE = _OUTSIDE | {"in_review", "paused"}
_AFTER = OUTCOMES | {"screening", "in_review", "paused"}
_FIRST_ANSWER = 2
"""The version of a case that its first screening makes: there is no circulation yet."""


async def follow_case(event: StateChange, uow: RoundsUnitOfWork, *, clock: ReviewClock) -> None:
    """Begin a circulation as a case enters review, keep it in step, and end it with the review."""
    if not isinstance(event, CaseChanged) or event.old_state not in _BEFORE or event.new_state not in _AFTER:
        return
    first = event.version <= _FIRST_ANSWER
    latest = None if first else await uow.circulations.latest_of(event.aggregate_id)
    if latest is not None and latest.stored.ended_at is None:
        if isinstance(event, CaseVoted):
            latest.note_vote(event.occasion.at)
        latest.follow(event, clock)
        await uow.circulations.save(latest)
    elif event.old_state in _OUTSIDE and event.new_state == "in_review":
        number = 1 if latest is None else latest.stored.number + 1
        await uow.circulations.add(ReviewRound.begin(number, event, clock))


def changes_of_cases() -> Iterator[type[CaseChanged]]:
    """Every kind of change of a case that there is."""
    kinds = [CaseChanged]
    while kinds:
        kind = kinds.pop()
        yield kind
        kinds += kind.__subclasses__()
