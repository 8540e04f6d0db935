"""The override of a block on the page of its action: whom it waits for, and whether this person is one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.application.answers import listed
from portal.application.deciding import REVIEW_SCOPE
from portal.application.moments import parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideView:
    """`rules` are those that this person may override now, `why_not` the reasons where there is none.

    `refused` is the no that ended it, None where nobody said one.
    """

    blocks: Sequence[Mapping[str, Any]]
    given: Sequence[Mapping[str, Any]]
    refused: Mapping[str, Any] | None
    rules: Sequence[str]
    why_not: Sequence[str]
    may_refuse: bool


def override_view(
    case: Mapping[str, Any], *, subject: str, scopes: Collection[str], roles: Collection[str], now: datetime
) -> OverrideView | None:
    """None where the block may not be overridden, or nothing blocks and nobody overrode anything."""
    blocks, given = listed(case, "blocks"), listed(case, "overrides")
    is_open = case.get("state") == "blocked" and bool(blocks) and all(each["missing"] is not None for each in blocks)
    if not is_open and not given:
        return None
    refused = next((each for each in given if each["decision"] == "refuse"), None)
    outside = () if not is_open else _outside(case, subject, scopes, now)
    rules = () if outside or not is_open or refused else _open_to(blocks, given, subject, {*roles, f"person:{subject}"})
    return OverrideView(
        blocks=blocks if is_open else (),
        given=given,
        refused=refused,
        rules=rules,
        why_not=outside or (() if rules or not is_open or refused else (_whom(blocks, given, subject),)),
        may_refuse=is_open and not outside and refused is None,
    )


def _outside(case: Mapping[str, Any], subject: str, scopes: Collection[str], now: datetime) -> Sequence[str]:
    reasons: list[str] = []
    if REVIEW_SCOPE not in scopes:
        reasons.append(f"Your account may not override: it lacks the scope {REVIEW_SCOPE}.")
    if subject == case.get("submitted_by") or subject in (case.get("edited_by") or ()):
        reasons.append("You wrote or edited this. People who did not work on it have to agree.")
    ends = parsed(case.get("slot_end"))
    if ends is not None and now >= ends:
        reasons.append("Its slot is over. The author has to plan a new one and submit again.")
    return reasons


def _open_to(
    blocks: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], subject: str, held: Collection[str]
) -> Sequence[str]:
    mine = {rule for each in given if each["by"] == subject for rule in each["rule_ids"]}
    by_rule = {str(each["rule_id"]): set(each["by"]) & set(held) for each in blocks if each["missing"]}
    return sorted(rule for rule, able in by_rule.items() if able and rule not in mine)


def _whom(blocks: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], subject: str) -> str:
    if any(each["by"] == subject for each in given):
        return "You have agreed. A second person has to."
    roles = " or ".join(sorted({role for each in blocks for role in each["by"]})).replace("_", " ")
    return f"It takes the role of {roles}, which your account does not have. You may refuse."
