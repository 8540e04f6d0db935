"""From what a request says to what a use case takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from planner.domain.draft import Draft, Slot
from planner.entrypoints.api.schemas import PARTICULARS, ActionCreate, ActionPatch, SlotInput
from shared.web.problem import Malformed

_DEMANDED = ("channel", "engager_id")


def draft_of(body: ActionCreate) -> Draft:
    """The first draft."""
    return Draft(
        type=body.type,
        stakeholder_id=body.stakeholder_id,
        engager_id=body.engager_id,
        channel=body.channel.model_dump(mode="json", exclude_unset=True),
        purpose=body.purpose,
        value_statement=body.value_statement,
        slot=_slot(body.scheduled_for),
        target_post_id=body.target_post_id,
        target=None if body.target is None else body.target.model_dump(mode="json", exclude_unset=True),
        particulars=_particulars(body),
    )


def change_of(body: ActionPatch) -> Callable[[Draft], Draft]:
    """The change a patch asks for. Raises Malformed when it takes away what every draft has."""
    taken_away = [name for name in _DEMANDED if name in body.model_fields_set and getattr(body, name) is None]
    if taken_away:
        raise Malformed(f"{taken_away[0]} cannot be null", field=taken_away[0], remedy="leave it out or send a value")
    said: dict[str, Any] = body.model_dump(mode="json", exclude_unset=True)
    given = {name: value for name, value in said.items() if name not in PARTICULARS}
    if "scheduled_for" in given:
        del given["scheduled_for"]
        given["slot"] = _slot(body.scheduled_for)
    particulars = _particulars(body)

    def change(draft: Draft) -> Draft:
        return replace(draft, **given, particulars={**draft.particulars, **particulars})

    return change


def _slot(given: SlotInput | None) -> Slot | None:
    return None if given is None else Slot(given.start, given.end)


def _particulars(body: ActionCreate | ActionPatch) -> dict[str, Any]:
    return body.model_dump(mode="json", include=set(PARTICULARS), exclude_unset=True)
