"""From what a request says about a plan to what a use case takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from planner.domain.errors import PersonRequired
from planner.domain.plan import PlanDraft
from planner.domain.plan_review import Tiering
from planner.entrypoints.api.schemas import PlanCreate, PlanPatch, TieringInput
from shared.auth.principal import Principal
from shared.web.problem import Malformed

_DEMANDED = ("title", "therapy_area", "objective", "starts_on", "ends_on")


def plan_draft_of(body: PlanCreate, author: Principal) -> PlanDraft:
    """The first draft. Raises PersonRequired where a program confirms a ranking."""
    return PlanDraft(
        **{name: getattr(body, name) for name in _DEMANDED},
        purpose=body.purpose,
        kpis=None if body.kpis is None else tuple(body.kpis),
        tiering=_ranking(body.tiering, author, None),
    )


def plan_change_of(body: PlanPatch, author: Principal) -> Callable[[PlanDraft], PlanDraft]:
    """The change a patch asks for. Raises Malformed when it takes away what every plan has, and PersonRequired."""
    for name in _DEMANDED:
        if name in body.model_fields_set and getattr(body, name) is None:
            raise Malformed(f"{name} cannot be null", field=name, remedy="leave it out or send a value")
    given: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set - {"tiering"}}
    if given.get("kpis") is not None:
        given["kpis"] = tuple(given["kpis"])
    _ranking(body.tiering, author, None)

    def change(draft: PlanDraft) -> PlanDraft:
        if "tiering" not in body.model_fields_set:
            return replace(draft, **given)
        return replace(draft, **given, tiering=_ranking(body.tiering, author, draft.tiering))

    return change


def a_person(principal: Principal) -> Principal:
    """Raises PersonRequired for a program."""
    if principal.kind != "person":
        raise PersonRequired("a program does not decide about plans", remedy="sign in as a person")
    return principal


def _ranking(given: TieringInput | None, author: Principal, before: Tiering | None) -> Tiering | None:
    if given is None:
        return None
    if given.confirmed:
        a_person(author)
    return Tiering.stated(given.criteria, confirmed=given.confirmed, by=author.subject, before=before)
