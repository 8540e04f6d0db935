"""The recorded payloads have the shapes the services give today; otherwise the page tests prove nothing."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from audit.entrypoints.schemas import FootprintRead, RecaptureRead
from compliance.domain.money.contract import ContractFile
from compliance.domain.money.formalities import Objection
from compliance.domain.money.terms import Terms
from compliance.entrypoints.api.aftercare.take_downs import TakeDownRead
from compliance.entrypoints.api.aftercare.watches import WatchRead
from compliance.entrypoints.api.circulations import CirculationRead, FiguresRead, MetricsRead
from compliance.entrypoints.api.desk_schemas import MedicalInformationCaseRead, SafetyCaseRead
from compliance.entrypoints.api.money.answers import RecordRead
from compliance.entrypoints.api.money.disclosure import PreviewRead
from compliance.entrypoints.api.overrides import OverrideListed
from compliance.entrypoints.api.rule_schemas import (
    CatalogueRead,
    DifferenceRead,
    RehearsalListed,
    RehearsalRead,
    RuleRead,
    RuleSetListed,
    RuleSetRead,
)
from compliance.entrypoints.api.schemas import CaseListed, CaseRead, JudgementRead, LedgerRow, RuleSetInForceRead
from compliance.entrypoints.api.teamwork.absences import AbsenceRead, ColleagueRead
from compliance.entrypoints.api.teamwork.schemas import AssignmentRead, CommentRead, MentionRead
from compliance.entrypoints.api.wordings.schemas import SampleRead, WordingRead
from planner.entrypoints.api.schemas import ActionRead, PlanRead
from registry.entrypoints.schemas import EngagerRead, PermissionRead, StakeholderRead
from shared.web.changelog import ChangeRead
from support.portal_builders import payload


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("cases_in_review", CaseListed),
        ("cases_blocked", CaseListed),
        ("case_in_review", CaseRead),
        ("case_blocked", CaseRead),
        ("case_overridable", CaseRead),
        ("overrides", OverrideListed),
        ("circulations", CirculationRead),
        ("review_metrics", MetricsRead),
        ("ledger", LedgerRow),
        ("comments", CommentRead),
        ("assignments", AssignmentRead),
        ("colleagues", ColleagueRead),
        ("mentions", MentionRead),
        ("safety_cases", SafetyCaseRead),
        ("medical_information_cases", MedicalInformationCaseRead),
        ("action", ActionRead),
        ("actions", ActionRead),
        ("plans", PlanRead),
        ("stakeholder", StakeholderRead),
        ("stakeholders", StakeholderRead),
        ("permission", PermissionRead),
        ("changes", ChangeRead),
        ("engager", EngagerRead),
        ("footprint", FootprintRead),
        ("recapture", RecaptureRead),
        ("rule_sets", RuleSetListed),
        ("rule_set_active", RuleSetRead),
        ("rule_set_proposed", RuleSetRead),
        ("rule_set_current", RuleSetInForceRead),
        ("rule_set_difference", DifferenceRead),
        ("rule_set_rehearsal", RehearsalRead),
        ("rule_set_rehearsals", RehearsalListed),
        ("take_downs", TakeDownRead),
        ("watches", WatchRead),
        ("wordings", WordingRead),
        ("samples", SampleRead),
        ("contracts", RecordRead[ContractFile]),
        ("disclosure_ready", PreviewRead),
        ("disclosure_stopped", PreviewRead),
    ],
)
def test_a_recorded_payload_has_the_fields_its_service_gives(name: str, model: type[BaseModel]):
    for item in items(payload(name)):
        assert set(item) == set(model.model_fields)


def test_a_recorded_absence_has_the_fields_the_gate_gives():
    fields = {each.serialization_alias or name for name, each in AbsenceRead.model_fields.items()}
    assert [set(each) for each in items(payload("absences"))] == [fields]


def test_recorded_rules_have_the_fields_the_gate_gives():
    recorded = payload("rule_set_rules")
    assert {frozenset(each) for each in recorded["rules"]} == {frozenset(RuleRead.model_fields)}
    assert {frozenset(each) for each in recorded["catalogue"]} == {frozenset(CatalogueRead.model_fields)}


def test_recorded_metrics_have_the_fields_the_gate_gives():
    recorded = payload("review_metrics")
    assert {frozenset(each) for each in (recorded["all"], *recorded["groups"])} == {frozenset(FiguresRead.model_fields)}


def test_a_recorded_judgement_has_the_fields_the_gate_gives():
    assert set(payload("case_blocked")["judgement"]) == set(JudgementRead.model_fields)


def test_recorded_contracts_and_objections_have_the_fields_the_gate_gives():
    for contract in payload("contracts")["items"]:
        assert set(contract["details"]) == set(ContractFile.__dataclass_fields__)
        assert set(contract["details"]["terms"]) == set(Terms.__dataclass_fields__)
    for objection in payload("contract_objections"):
        assert set(objection) == set(Objection.__dataclass_fields__)


def items(recorded: Any) -> list[dict[str, Any]]:
    if isinstance(recorded, list):
        return recorded
    return recorded.get("items", [recorded])
