"""Judging an engagement plan: what it is for, what it is measured by, how people are chosen. Pure and deterministic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compliance.domain.findings import Finding, Screening, in_order, verdict_of
from compliance.domain.screening.detectors.plan_texts import plan_texts
from compliance.domain.screening.facts import values
from compliance.domain.screening.judgement import findings_of, flags_of
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.rules import RuleSet
from compliance.domain.screening.size import refusal, size_of
from compliance.domain.screening.text.fields import TextField

_NOT_JUDGED = Finding(
    rule_id="SCREEN-NO-RULES",
    severity="review",
    message="No rule of the rule set in use judges plans, and what nobody judged is not safe.",
    clause="Own rule: what was not judged is not safe",
    remedy="Put a rule set in force that holds rules for plans, or let Compliance decide.",
)
_TEXTS = ("title", "therapy_area", "objective", "purpose")


def screen_plan(plan: Mapping[str, Any], rule_set: RuleSet, *, as_of: str) -> Screening:
    """Judge a PlanSnapshot (its JSON values) by a rule set as of an ISO date.

    The same input gives the same output, byte for byte. A plan reports no reaction, so nothing is handed over.
    """
    facts = plan_facts(plan, as_of=as_of)
    fields = plan_fields(plan)
    figures = rule_set.lexicon.figures_on(as_of, facts["countries"])
    products = [part for each in facts["company"]["products"] or () if (part := values.part(each)) and part.get("name")]
    size = size_of(fields, products, figures)
    if size["too_much"]:
        found = (refusal(size, figures),)
        return Screening(verdict="block", safety_handover=False, findings=found, rule_set=rule_set.sha256)
    detected = plan_texts(Reading(fields, products, rule_set.lexicon, as_of=as_of))
    known = facts | {"figures": figures, "size": size}
    known["plan"] = facts["plan"] | flags_of(detected)["plan"]
    conditions = rule_set.conditions.over(known)
    rules = rule_set.concerning_plans(facts["countries"], as_of)
    found = [finding for rule in rules for finding in findings_of(rule, conditions, known, detected)]
    if not rules:
        found.append(_NOT_JUDGED)
    ordered = in_order(found)
    return Screening(verdict=verdict_of(ordered), safety_handover=False, findings=ordered, rule_set=rule_set.sha256)


def plan_facts(plan: Mapping[str, Any], *, as_of: str) -> dict[str, Any]:
    """The facts conditions read; what is not known, blank or of another kind is None.

    `plan.kpis` is None where none is named. `plan.tiering_stated`: True where it was said whether people are ranked,
    if only that they are not; `plan.ranks_people`: True where a criterion is given. A plan names no country of the
    people it is for, so the rules of every country concern it.
    """
    company: Mapping[str, Any] = values.part(plan.get("company")) or {}
    tiering = values.part(plan.get("tiering"))
    criteria = [each for each in values.texts((tiering or {}).get("criteria")) or () if not values.is_blank(each)]
    kpis = [each for each in values.texts(plan.get("kpis")) or () if not values.is_blank(each)]
    stated = tiering is not None and values.texts(tiering.get("criteria")) is not None
    return {
        "as_of": as_of,
        "countries": [None],
        "company": {
            "name": _said(company.get("name")),
            "country": _said(company.get("country")),
            "products": values.parts(company.get("products")),
        },
        "plan": {
            **{name: _said(plan.get(name)) for name in _TEXTS},
            "kpis": kpis or None,
            "tiering_stated": stated or None,
            "ranks_people": bool(criteria),
            "criteria": criteria,
            "confirmed_by": _said((tiering or {}).get("confirmed_by")),
        },
    }


def plan_fields(plan: Mapping[str, Any]) -> tuple[TextField, ...]:
    """All non-empty texts of a plan in a fixed order, by paths such as `kpis[0]` and `tiering.criteria[1]`."""
    return tuple(field for field in _fields(plan) if field.text)


def plan_detector_names(lexicon: Lexicon) -> frozenset[str]:
    """Every name that a rule for plans may give as evidence."""
    return frozenset(plan_texts(Reading((), (), lexicon)))


def _fields(plan: Mapping[str, Any]) -> Iterator[TextField]:
    for name in _TEXTS:
        yield TextField(name, values.text(plan.get(name)) or "", "own")
    for index, text in enumerate(values.texts(plan.get("kpis")) or ()):
        yield TextField(f"kpis[{index}]", text, "own")
    tiering = values.part(plan.get("tiering")) or {}
    for index, text in enumerate(values.texts(tiering.get("criteria")) or ()):
        yield TextField(f"tiering.criteria[{index}]", text, "own")


def _said(value: object) -> str | None:
    text = values.text(value)
    return text if text is not None and not values.is_blank(text) else None
