"""What the plan is for and what it asks in return: goals, conditions, scripts, fees for attending, pressure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.together import OWN_WORDS, beside, whole
from compliance.domain.screening.reading import Reading, Said, evidence_of

_PLANNED = frozenset({"purpose", "kpi", "value_statement"})
_ASKS = (*OWN_WORDS, *sorted(_PLANNED), "training.conditions")
_CONDITIONS = "training.conditions"
_HANDLE = re.compile(r"(?<![\w@.])@\w{2,}")
_SHOUT = re.compile(r"[!！]")  # noqa: RUF001 - full-width


def plan_words(reading: Reading) -> Detected:
    """`condition.asked` stands whatever is given, `condition.wish` asks for coverage without saying for what."""
    planned = [each for each in reading.everything_at(_ASKS) if each.field.path in _ASKS]
    wishes = [each for each in planned if each.label == "posting_wish"]
    aims = [each for each in planned if each.field.path in _PLANNED]
    sales = [each for each in aims if each.label == "sales_goal"]
    doubtful = [each for each in aims if each.label == "plan_open_word"]
    return {
        "plan.sales_goal": tuple(each.evidence for each in sales if not _inside(each, doubtful)),
        "plan.may_be_sales_goal": tuple(each.evidence for each in doubtful),
        "plan.medicine_as_goal": tuple(evidence_of(m) for m in reading.mentions if m.field.path == "kpi"),
        "plan.medicine_in_purpose": tuple(
            evidence_of(m) for m in reading.mentions if m.field.path in {"purpose", "value_statement"}
        ),
        "plan.reach_goal": _labelled(planned, "reach_goal", _PLANNED),
        "plan.targets_prescribers": _labelled(planned, "prescriber_selection", _PLANNED),
        "condition.asked": (*_conditions(reading, planned), *_in_return(reading, planned)),
        "condition.wish": tuple(s.evidence for s in wishes if s.field.path in OWN_WORDS),
        "condition.wish_planned": tuple(s.evidence for s in wishes if s.field.path in _PLANNED),
        "script.found": _labelled(planned, "script", _ASKS),
        "coverage.paid": _labelled(planned, "paid_coverage", _ASKS),
        "attendance.paid": _labelled(planned, "attendance_pay", _ASKS),
    }


def pressure(reading: Reading, facts: Mapping[str, Any]) -> Detected:
    """Words that press for an answer, exclamation, and everybody whom the words call by handle."""
    text = next((field for field in reading.fields if field.path == "text"), None)
    shouts = list(_SHOUT.finditer(text.text)) if text else []
    handles = {match.group().casefold(): match for match in _HANDLE.finditer(text.text)} if text else {}
    named = {str(each).lstrip("@").casefold() for each in facts["mentions"]}
    named |= {handle.lstrip("@") for handle in handles}
    return {
        "push.words": tuple(each.evidence for each in reading.labelled_at(OWN_WORDS, "push")),
        "push.shouting": tuple(Evidence("text", m.start(), m.end(), m.group()) for m in shouts[_CALM:]),
        "push.many_tagged": tuple(_tagged(text.text if text else "", sorted(named), _FEW)),
    }


_CALM = 3
_FEW = 4


def _tagged(text: str, named: list[str], few: int) -> list[Evidence]:
    if len(named) <= few:
        return []
    return [whole("text", text)] if text else []


def _inside(each: Said, others: list[Said]) -> bool:
    return any(o.field is each.field and o.start <= each.start and each.end <= o.end for o in others)


def _labelled(planned: list[Said], label: str, paths: Collection[str]) -> tuple[Evidence, ...]:
    return tuple(each.evidence for each in planned if each.label == label and each.field.path in paths)


def _in_return(reading: Reading, planned: list[Said]) -> tuple[Evidence, ...]:
    """Conditions in so many words, where the same sentence does not say that there is none."""
    asked = [each for each in planned if each.label == "condition" and each.field.path != _CONDITIONS]
    none = [*reading.labelled("no_condition"), *reading.negated("no_condition")] if asked else []
    return tuple(each.evidence for each in asked if not beside(each, none))


def _conditions(reading: Reading, planned: list[Said]) -> list[Evidence]:
    """What the field of conditions asks: anything that is neither `none` nor mere practice."""
    found: list[Evidence] = []
    if all(field.path != _CONDITIONS for field in reading.fields):
        return found
    none = [*reading.labelled("no_condition"), *reading.negated("no_condition")]
    for field in reading.fields:
        if field.path != _CONDITIONS:
            continue
        asked = [each for each in planned if each.field is field and each.label in {"posting_wish", "condition"}]
        wishes = [each for each in asked if not beside(each, none)]
        fine = any(each.field is field for each in [*none, *reading.labelled("practical_condition")])
        if wishes:
            found.extend(each.evidence for each in wishes)
        elif not fine:
            found.append(whole(field.path, field.text))
    return found
