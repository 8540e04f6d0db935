"""What the plan is for and what it asks in return: goals, conditions, scripts, fees for attending, pressure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.together import beside, whole
from compliance.domain.screening.reading import Reading, Said, evidence_of
from compliance.domain.screening.text.fields import OWN_WORDS

_PLANNED = frozenset({"purpose", "kpi", "value_statement"})
_ASKS = (*OWN_WORDS, *sorted(_PLANNED), "training.conditions")
_CONDITIONS = "training.conditions"
_HANDLE = re.compile(r"(?<![\w@.])@\w{2,}")
_SHOUT = re.compile(r"[!！]")  # noqa: RUF001 - full-width


def plan_words(reading: Reading) -> Detected:
    """`condition.asked` stands whatever is given, `condition.wish` asks for coverage without saying for what."""
    wishes = _asked(reading, "posting_wish")
    sales = [each for each in _asked(reading, "sales_goal") if each.field.path in _PLANNED]
    doubtful = [each for each in _asked(reading, "plan_open_word") if each.field.path in _PLANNED]
    return {
        "plan.sales_goal": tuple(each.evidence for each in sales if not _inside(each, doubtful)),
        "plan.may_be_sales_goal": tuple(each.evidence for each in doubtful),
        "plan.medicine_as_goal": tuple(evidence_of(m) for m in reading.mentions if m.field.path == "kpi"),
        "plan.medicine_in_purpose": tuple(
            evidence_of(m) for m in reading.mentions if m.field.path in {"purpose", "value_statement"}
        ),
        "plan.reach_goal": _labelled(reading, "reach_goal", _PLANNED),
        "plan.targets_prescribers": _labelled(reading, "prescriber_selection", _PLANNED),
        "condition.asked": (*_conditions(reading), *_in_return(reading)),
        "condition.wish": tuple(s.evidence for s in wishes if s.field.path in OWN_WORDS),
        "condition.wish_planned": tuple(s.evidence for s in wishes if s.field.path in _PLANNED),
        "script.found": _labelled(reading, "script", _ASKS),
        "coverage.paid": _labelled(reading, "paid_coverage", _ASKS),
        "attendance.paid": _labelled(reading, "attendance_pay", _ASKS),
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


def _asked(reading: Reading, *labels: str) -> list[Said]:
    return [each for each in reading.labelled_at(_ASKS, *labels) if each.field.path in _ASKS]


def _labelled(reading: Reading, label: str, paths: Collection[str]) -> tuple[Evidence, ...]:
    return tuple(each.evidence for each in _asked(reading, label) if each.field.path in paths)


def _in_return(reading: Reading) -> tuple[Evidence, ...]:
    """Conditions in so many words, where the same sentence does not say that there is none."""
    asked = [each for each in _asked(reading, "condition") if each.field.path != _CONDITIONS]
    none = [*reading.labelled("no_condition"), *reading.negated("no_condition")] if asked else []
    return tuple(each.evidence for each in asked if not beside(each, none))


def _conditions(reading: Reading) -> list[Evidence]:
    """What the field of conditions asks: anything that is neither `none` nor mere practice."""
    found: list[Evidence] = []
    if all(field.path != _CONDITIONS for field in reading.fields):
        return found
    none = [*reading.labelled("no_condition"), *reading.negated("no_condition")]
    for field in reading.fields:
        if field.path != _CONDITIONS:
            continue
        asked = [each for each in _asked(reading, "posting_wish", "condition") if each.field is field]
        wishes = [each for each in asked if not beside(each, none)]
        fine = any(each.field is field for each in [*none, *reading.labelled("practical_condition")])
        if wishes:
            found.extend(each.evidence for each in wishes)
        elif not fine:
            found.append(whole(field.path, field.text))
    return found
