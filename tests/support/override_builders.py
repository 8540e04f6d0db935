"""Blocks that people may override, and who does. Everybody in here is invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from compliance.application.overriding import override
from compliance.domain.case import Case
from compliance.domain.findings import Finding, OverridePermission, Screening, verdict_of
from compliance.domain.overriding import OverrideBallot
from support.compliance_builders import NOW, a_case, a_finding, a_judgement, a_voter
from support.compliance_stage import Stage

MIA, SOL, LEX = "mia.medical", "sol.signatory", "lex.legal"
ROLES = {MIA: "medical", SOL: "signatory", LEX: "legal"}
LEAVE = OverridePermission(by=("medical", "signatory"), source="house rule", dated="2026-11-01")
NO_STOPS: frozenset[str] = frozenset()
WORDS = {"often": ("HSE-01", LEAVE), "pushy": ("HSE-02", replace(LEAVE, by=("legal", "signatory")))}
"""Words that the screen of these tests blocks, the rule, and who may override it; "miracle" nobody may."""


def a_block(rule_id: str = "HSE-01", leave: OverridePermission | None = LEAVE, **changes: Any) -> Finding:
    return a_finding("block", rule_id, override=leave, **changes)


def a_blocked_case(*findings: Finding, **changes: Any) -> Case:
    return a_case(a_judgement(*(findings or (a_block(),))), **changes)


def an_override_ballot(case: Case, *rule_ids: str, **changes: Any) -> OverrideBallot:
    ballot = OverrideBallot(
        decision="override",
        rule_ids=frozenset(rule_ids) if rule_ids else None,
        meaning="I take responsibility for this exception",
        reason="she asked us to write again",
        content_sha256=case.submission.content_sha256,
        case_version=case.version,
    )
    return replace(ballot, **changes)


def overrule(case: Case, subject: str, *rule_ids: str, **changes: Any) -> None:
    """Somebody of `ROLES` overrides."""
    ballot = an_override_ballot(case, *rule_ids, **changes)
    case.override(ballot, a_voter(subject, ROLES.get(subject, "medical")), NO_STOPS, NOW)


def an_overridden_case(*findings: Finding) -> Case:
    case = a_blocked_case(*findings)
    overrule(case, MIA)
    overrule(case, SOL)
    return case


def house_screen(snapshot: Mapping[str, Any], _as_of: datetime) -> Screening:
    """Objects to each of `WORDS` in the text, to contacts by their number, and to "miracle"."""
    text, person = str(snapshot.get("text")), snapshot.get("stakeholder") or {}
    findings = [a_block(rule, leave) for word, (rule, leave) in WORDS.items() if word in text]
    if "miracle" in text:
        findings.append(a_block("LAW-01", None))
    if "often" in text and person.get("contacts_last_30_days"):
        counted = f"{person['contacts_last_30_days']} contacts"
        findings = [replace(each, message=counted) if each.rule_id == "HSE-01" else each for each in findings]
    return Screening(verdict=verdict_of(findings), findings=tuple(findings), safety_handover=False, rule_set="rules-1")


async def blocked(stage: Stage, text: str = "Writing often.") -> Case:
    """Known person, known engager; an action that the screen of these tests blocks."""
    stage.gate = replace(stage.gate, screen=house_screen)
    await stage.hear_person()
    await stage.hear_engager()
    return await stage.submit(text=text)


async def overruled(stage: Stage, subject: str, *rule_ids: str, **changes: Any) -> str:
    """Somebody signs an override on the case as it is now."""
    ballot = an_override_ballot(await stage.case(), *rule_ids, **changes)
    voter = a_voter(subject, ROLES.get(subject, "medical"), authenticated_at=stage.signed_in())
    return await override(stage.action, ballot, voter, open_uow=stage.open_uow, gate=stage.gate)
