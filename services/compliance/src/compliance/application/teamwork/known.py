"""Whom the gate has met."""

from __future__ import annotations

from compliance.application.teamwork.ports import Colleague, Teamwork
from compliance.domain.errors import UnknownColleague
from shared.kernel.errors import InvalidValue

REMEDY = "GET /v1/colleagues lists whom you can name; a new colleague opens the console once"


async def known_reviewer(subject: str, field: str, teamwork: Teamwork) -> Colleague:
    """The colleague. Raises UnknownColleague, and InvalidValue for one who may not review."""
    known = (await teamwork.colleagues.named([subject])).get(subject)
    if known is None:
        raise UnknownColleague(f"nobody called {subject} has signed in here yet", field=field, remedy=REMEDY)
    if not known.may_review:
        raise InvalidValue(
            f"{known.name} may not review", field=field, remedy="name somebody with the scope compliance:review"
        )
    return known
