"""Out of office: somebody is away for a while, and somebody else decides in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from compliance.domain.errors import AbsencesOverlap
from compliance.domain.events import Occasion, StateChange
from compliance.domain.records import Document
from compliance.domain.review.votes import Delegation
from shared.kernel.errors import InvalidTransition, InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Who is away from `starts_at` until before `ends_at`, and who stands in.

    `capacities` are those the absent person held when they registered it: nobody hands on more than they have. The
    reason may be a private one: it never stands in the ledger.
    """

    subject: str
    name: str
    delegate: str
    delegate_name: str
    starts_at: datetime
    ends_at: datetime
    capacities: tuple[str, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceChanged(StateChange):
    AGGREGATE: ClassVar[str] = "absence"

    cover: Cover

    def evidence(self) -> Mapping[str, Any]:
        return {"starts_at": self.cover.starts_at.isoformat(), "ends_at": self.cover.ends_at.isoformat()}

    def personal(self) -> Mapping[str, Any]:
        return {"delegate": self.cover.delegate, "capacities": sorted(self.cover.capacities)}


class AbsenceRegistered(AbsenceChanged):
    """Somebody will be away, and says who stands in."""


class AbsenceEnded(AbsenceChanged):
    """They are back before its time, or it does not take place."""


class Absence(Document[Cover]):
    """`registered` until `ends_at`, unless it is `ended` before. A delegation holds only while it covers the moment."""

    @classmethod
    def register(
        cls, absence_id: str, cover: Cover, others: Iterable[Absence], at_most: timedelta, occasion: Occasion
    ) -> Absence:
        """Away from now or later. `others` are absences of the same person.

        Raises InvalidValue for a time that is over or longer than `at_most` and for oneself as delegate, and
        AbsencesOverlap: at any moment at most one person stands in.
        """
        _ensure_times(cover, at_most, occasion.at)
        if cover.delegate == cover.subject:
            raise InvalidValue("you cannot stand in for yourself", field="delegate", remedy="name a colleague")
        for other in others:
            _ensure_apart(other, cover)
        absence = cls(absence_id, cover, state="registered")
        absence._write(AbsenceRegistered, None, occasion)
        return absence

    def end(self, occasion: Occasion) -> None:
        """Nobody stands in any more, from this moment on. Raises InvalidTransition once it is over."""
        if self.state != "registered" or occasion.at >= self.details.ends_at:
            raise InvalidTransition("this absence is over", remedy="read it again; there is nothing left to end")
        self.state = "ended"
        self._write(AbsenceEnded, "registered", occasion)

    def covers(self, at: datetime) -> bool:
        """Whether the delegate stands in at this moment."""
        return self.state == "registered" and self.details.starts_at <= at < self.details.ends_at

    def delegation(self) -> Delegation:
        """What the delegate acts on while it covers the moment."""
        cover = self.details
        return Delegation(
            absence_id=self.record_id,
            subject=cover.subject,
            name=cover.name,
            delegate=cover.delegate,
            capacities=frozenset(cover.capacities),
        )

    def _write(self, event: type[AbsenceChanged], old: str | None, occasion: Occasion) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.record_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                cover=self.details,
            )
        )


def _ensure_times(cover: Cover, at_most: timedelta, now: datetime) -> None:
    if cover.starts_at < now:
        raise InvalidValue(
            "an absence begins now or later: nobody stood in before it was registered",
            field="from",
            remedy="leave from out to begin now",
        )
    if cover.ends_at <= cover.starts_at:
        raise InvalidValue("the absence ends before it begins", field="until", remedy="name a later moment")
    if cover.ends_at - cover.starts_at > at_most:
        raise InvalidValue(
            f"an absence is {at_most.days} days at most", field="until", remedy="register the rest when you are back"
        )


def _ensure_apart(other: Absence, cover: Cover) -> None:
    away = other.details
    if other.state == "registered" and away.starts_at < cover.ends_at and cover.starts_at < away.ends_at:
        raise AbsencesOverlap(
            f"you are away already until {away.ends_at.isoformat()}, and {away.delegate_name} stands in",
            field="from",
            remedy=f"end that absence first (DELETE /v1/absences/{other.record_id}), or name another time",
        )
