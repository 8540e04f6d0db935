"""Reservations against the cases they belong to, and limits against all that is taken: every difference by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compliance.domain.caps.reservation import HOLDING, ReservationState

Kind = Literal["missing", "not_given_back", "wrong_state", "wrong_version", "exceeded", "unclear"]
_OUGHT: Mapping[str, frozenset[ReservationState]] = {
    "approved": frozenset({"reserved"}),
    "released": frozenset({"confirmed"}),
    "redeemed": frozenset({"used"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStands:
    """A case as far as caps go; `resume_to` while it is paused."""

    action_id: str
    action_version: int
    stakeholder_id: str
    state: str
    resume_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A reservation as it is kept."""

    reservation_id: str
    action_id: str
    action_version: int
    stakeholder_id: str
    cap: str
    state: ReservationState


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What does not add up."""

    kind: Kind
    action_id: str | None
    stakeholder_id: str | None
    cap: str | None
    message: str


def differences(cases: Iterable[CaseStands], kept: Iterable[Kept]) -> Iterator[Difference]:
    """What cases and reservations say differently. Every approved, released and redeemed case holds its contact."""
    of: dict[str, list[Kept]] = {}
    for each in kept:
        of.setdefault(each.action_id, []).append(each)
    for case in cases:
        yield from _of_case(case, of.pop(case.action_id, []))
    for action_id, left in of.items():
        for each in left:
            if each.state in HOLDING:
                yield _difference("not_given_back", each, f"there is no case of action {action_id}")


def _of_case(case: CaseStands, kept: Sequence[Kept]) -> Iterator[Difference]:
    ought = _ought(case)
    holding = [each for each in kept if each.state in HOLDING]
    for each in holding:
        if each.state == "used" and case.state == "recalled":
            continue  # it happened before it was taken back
        if each.state == "used" and case.state != "redeemed":
            yield _difference("wrong_state", each, f"is used, and the case is {case.state}")
        elif not ought:
            yield _difference("not_given_back", each, f"is {each.state}, and the case is {case.state}")
        elif each.action_version != case.action_version:
            yield _difference("wrong_version", each, f"is of version {each.action_version}, not {case.action_version}")
        elif each.state not in ought:
            yield _difference("wrong_state", each, f"is {each.state}, and the case is {case.state}")
    if ought and not any(each.cap == "contacts" for each in holding):
        yield Difference(
            kind="missing",
            action_id=case.action_id,
            stakeholder_id=case.stakeholder_id,
            cap="contacts",
            message=f"the case of action {case.action_id} is {case.state} and holds no contact",
        )


def _ought(case: CaseStands) -> frozenset[ReservationState]:
    if case.state == "paused":
        return _OUGHT["approved"] if case.resume_to == "approved" else frozenset()
    return _OUGHT.get(case.state, frozenset())


def _difference(kind: Kind, kept: Kept, what: str) -> Difference:
    return Difference(
        kind=kind,
        action_id=kept.action_id,
        stakeholder_id=kept.stakeholder_id,
        cap=kept.cap,
        message=f"the reservation of {kept.cap.replace('_', ' ')} of action {kept.action_id} {what}",
    )
