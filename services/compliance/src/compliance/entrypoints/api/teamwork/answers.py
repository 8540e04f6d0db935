"""Who asks, and what the routes of working together are given."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from compliance.application.teamwork.desk import TeamworkDesk
from compliance.application.teamwork.ports import Colleague
from compliance.domain.review.steps import REVIEWER
from compliance.domain.review.votes import Voter
from compliance.entrypoints.api.ports import Ports
from shared.auth.principal import Principal

_REVIEW = "compliance:review"
ME = "me"
"""Stands for the caller where a query names somebody."""


async def _desk(ports: Ports) -> TeamworkDesk:
    return ports.teamwork


Desk = Annotated[TeamworkDesk, Depends(_desk)]


def voter_of(reviewer: Principal) -> Voter:
    """A caller with the scope compliance:review, and what they may decide as."""
    return Voter(
        subject=reviewer.subject,
        name=reviewer.name,
        is_person=reviewer.kind == "person",
        capacities=reviewer.roles | {REVIEWER, f"person:{reviewer.subject}"},
        authenticated_at=reviewer.authenticated_at,
    )


async def meet(caller: Principal, desk: TeamworkDesk) -> None:
    """Remember a person who came by, so that others can name them."""
    if caller.kind == "person":
        may_review = _REVIEW in caller.scopes
        await desk.meeting(Colleague(subject=caller.subject, name=caller.name, may_review=may_review))


def named(who: str | None, caller: Principal) -> str | None:
    """The subject meant."""
    return caller.subject if who == ME else who
