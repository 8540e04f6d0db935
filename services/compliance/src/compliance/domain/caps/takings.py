"""What one version of an action takes of each cap: a contact, money of a person's year, money of an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.domain.caps.costs import Piece, costs_of
from compliance.domain.caps.errors import CapUnclear
from compliance.domain.caps.limits import Cap
from compliance.domain.judgement import Submission
from compliance.domain.slot import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """`scope` is whose cap it is (`person:<id>` or `event:<name>`), `span` when it may happen.

    `answers`: it answers what somebody asked unasked. `pieces` are empty for a contact.
    """

    action_id: str
    action_version: int
    stakeholder_id: str
    cap: Cap
    scope: str
    span: Slot
    action_type: str
    answers: bool
    pieces: tuple[Piece, ...] = ()

    @property
    def reservation_id(self) -> str:
        """One per action, version and cap."""
        return f"{self.action_id}/{self.action_version}/{self.cap}"


def person_scope(stakeholder_id: str) -> str:
    """Whose cap of contacts and of a year's spending it is."""
    return f"person:{stakeholder_id}"


def takings_of(submission: Submission, resolved: Mapping[str, Any], slot: Slot | None) -> tuple[Taking, ...]:
    """What the action takes; `resolved` is its snapshot with the gate's own facts. Raises CapUnclear."""
    if slot is None:
        raise CapUnclear(
            "without a slot nobody knows which period the action counts in",
            field="scheduled_for",
            remedy="the author gives the slot",
        )
    pieces = costs_of(resolved)
    person = person_scope(submission.stakeholder_id)

    def taking(cap: Cap, scope: str, *costs: Piece) -> Taking:
        return Taking(
            action_id=submission.action_id,
            action_version=submission.action_version,
            stakeholder_id=submission.stakeholder_id,
            cap=cap,
            scope=scope,
            span=slot,
            action_type=str(resolved.get("type")),
            answers=resolved.get("unsolicited") is True,
            pieces=costs,
        )

    contact = taking("contacts", person)
    if not pieces:
        return (contact,)
    spent = (contact, taking("person_spend", person, *pieces))
    event: Mapping[str, Any] | None = resolved.get("event")
    return spent if not event else (*spent, taking("event_spend", _event_scope(event), *pieces))


def _event_scope(event: Mapping[str, Any]) -> str:
    name = " ".join(str(event.get("name") or "").casefold().split())
    if not name:
        raise CapUnclear(
            "money would be spent on an event without a name, so nobody can add it up",
            field="event.name",
            remedy="the author names the event",
        )
    return f"event:{name}"
