"""Engagement plans judged as plans: what they are for, what they are measured by, whom they choose."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.adapters.rules.rule_packs import PACKAGED, rule_set_of
from compliance.application.screening import screen_plan
from compliance.commands import screen_plan as screen_plan_command
from support.plan_builders import a_plan, blocked_by, judged_plan, ranked_by
from support.screening_builders import AS_OF, judged, planned, rules


def run(tmp_path: Path, *lines: object) -> Result:
    file = tmp_path / "plans.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return CliRunner().invoke(screen_plan_command, [str(file), "--as-of", "2026-11-17"])


WORKFLOW = Path(os.environ.get("RAPPORT_PUBLIC_DATA") or Path(__file__).parents[3] / ".." / "shared")


@pytest.mark.parametrize(
    "kpi",
    [
        "Number of people trained",
        "Share of questions answered within two days",
        "Attendance",
        "Readability of materials",
        "1 in 12 trained nurses still teaching after a year",
        "Satisfaction with the workshop",
        "Teilnehmerzahl der Fortbildung",
        "Anteil der Fragen, die in zwei Tagen beantwortet sind",
        "Lisibilité des supports",
        "Número de personas formadas",
        "Presenze ai corsi",
        "Aantal getrainde mensen",
        "Número de pessoas formadas",
        "Liczba przeszkolonych osób",
        "Andel frågor besvarade inom två dagar",
        "Antal uddannede",
    ],
)
def test_a_plan_measured_by_activity_passes(kpi: str) -> None:
    assert judged_plan(a_plan(kpis=[kpi])).findings == ()


@pytest.mark.parametrize(
    "kpi",
    [
        "Rx in the northern districts",
        "Scripts per doctor",
        "Therapy initiations per quarter",
        "Market share among pulmonologists",
        "Doctors converted",
        "Growth of the brand in Bavaria",
        "Reach of our medicine",
        "Verordnungen je Praxis",
        "Anteil am Markt",
        "Ventes de la région",
        "Recetas por médico",
        "Obiettivi commerciali raggiunti",
        "Voorschriften per arts",
        "Prescrições por médico",
        "Liczba recept",
        "Försäljning per kvartal",
        "Salg pr. region",
        "Nurses who have heard of Velorin",
    ],
)
def test_a_plan_measured_by_sales_prescribing_or_reach_of_a_product_is_blocked_and_told_what_passes(kpi: str) -> None:
    plan = a_plan(kpis=["Attendance", kpi])

    answer = judged_plan(plan)

    assert answer.verdict == "block"
    assert blocked_by(plan) == {"PUB-02"}
    for finding in answer.findings:
        assert finding.remedy
        assert finding.evidence is not None
        assert finding.evidence.field == "kpis[1]"
        assert kpi[finding.evidence.start : finding.evidence.end] == finding.evidence.quote


@pytest.mark.parametrize(
    "criterion",
    [
        "Prescribing decile 8 to 10",
        "Not yet using our treatment",
        "Non-users first",
        "Sales of the practice",
        "Patients they have on Velorin",
        "Attitude towards our drug",
        "Verordnet unser Produkt",
        "Utilisateurs actuels du produit",
        "Volumen de pacientes",
        "Esperienza con il nostro prodotto",
        "Ervaring met ons product",
        "Utiliza o nosso produto",
        "Stosuje nasz produkt",
        "Användare av vår produkt",
        "Bruger vores lægemiddel",
    ],
)
def test_whoever_is_ranked_by_prescribing_sales_or_use_of_a_product_is_blocked_by_both_rules(criterion: str) -> None:
    assert blocked_by(ranked_by("Publications", criterion)) == {"CON-03", "PUB-02"}


@pytest.mark.parametrize(
    "criterion", ["Publications in five years", "Speaks at congresses", "Language and region", "Leitung der Sektion"]
)
def test_whoever_is_ranked_by_expertise_passes(criterion: str) -> None:
    assert judged_plan(ranked_by(criterion)).findings == ()


@pytest.mark.parametrize(
    "objective",
    [
        "Users get a fee to advocate at their hospital",
        "Ambassadors are paid per talk",
        "Nutzer als bezahlte Botschafter gewinnen",
        "Payer des médecins comme ambassadeurs",
    ],
)
def test_paying_people_to_advocate_is_blocked_by_both_rules(objective: str) -> None:
    assert blocked_by(a_plan(objective=objective)) == {"CON-03", "PUB-02"}


@pytest.mark.parametrize(
    "objective",
    [
        "Patient advocates are paid for their time under contract",
        "Nobody is paid to advocate",
        "Build a council of patient advocates",
        "Patientenfürsprecher werden für ihre Zeit bezahlt",
    ],
)
def test_patient_advocates_are_people_and_no_advocacy_of_a_product(objective: str) -> None:
    assert judged_plan(a_plan(objective=objective)).verdict == "pass"


def test_making_advocates_without_naming_use_or_money_is_for_people_to_judge() -> None:
    assert judged_plan(a_plan(objective="Turn neutral teachers into advocates")).verdict == "review"


@pytest.mark.parametrize(
    ("change", "rule_id"),
    [
        ({"purpose": None}, "PUB-02"),
        ({"purpose": "  "}, "PUB-02"),
        ({"kpis": None}, "PUB-02"),
        ({"kpis": []}, "PUB-02"),
        ({"kpis": [" "]}, "PUB-02"),
        ({"kpis": ["\u200b", "\u2060 "]}, "PUB-02"),
        ({"kpis": ["Attendance", 7]}, "PUB-02"),
        ({"kpis": "Attendance"}, "PUB-02"),
        ({"company": None}, "PUB-02"),
        ({"tiering": None}, "PRI-06"),
        ({"tiering": {"criteria": ["Teaching"], "confirmed_by": None}}, "PRI-06"),
        ({"tiering": {"criteria": ["Teaching"], "confirmed_by": ""}}, "PRI-06"),
    ],
)
def test_what_a_plan_does_not_say_is_reviewed(change: dict[str, Any], rule_id: str) -> None:
    answer = judged_plan(a_plan(**change))

    assert answer.verdict == "review"
    assert [finding.rule_id for finding in answer.findings] == [rule_id]


@pytest.mark.parametrize(
    "rubbish",
    [
        {"tiering": ["Teaching"]},
        {"tiering": {"criteria": "Teaching", "confirmed_by": 3}},
        {"tiering": {"criteria": [None]}},
        {"objective": 7, "title": None},
        {"company": "Havelmark"},
        {"company": {"name": None, "products": ["Velorin", None, {"name": None}]}},
        {"purpose": "\ud800 half a character"},
    ],
)
def test_a_plan_of_another_shape_is_judged_and_never_by_a_condition_that_cannot_be_decided(
    rubbish: dict[str, Any],
) -> None:
    for finding in judged_plan({**a_plan(), **rubbish}).findings:
        assert "could not be decided" not in finding.message


def test_a_plan_that_ranks_nobody_needs_no_confirmation() -> None:
    assert judged_plan(a_plan(tiering={"criteria": [], "confirmed_by": None})).verdict == "pass"


@pytest.mark.parametrize("text", ["Sal\u200bes per region", "S\u0430les per region", "SALES"])
def test_a_disguised_word_is_found_where_it_stands(text: str) -> None:
    (finding,) = judged_plan(a_plan(kpis=[text])).findings

    assert finding.evidence is not None
    assert text[finding.evidence.start : finding.evidence.end] == finding.evidence.quote


def test_an_oversized_plan_is_refused_as_a_whole() -> None:
    answer = judged_plan(a_plan(kpis=["Attendance " * 20_000]))

    assert answer.verdict == "block"
    assert [finding.rule_id for finding in answer.findings] == ["SCREEN-SIZE"]


def test_the_same_plan_gets_the_same_answer_byte_for_byte() -> None:
    plan = ranked_by("Top prescribers", "Teaching")
    answers = {json.dumps(judged_plan(plan).as_json(action_id="p")) for _ in range(3)}
    assert len(answers) == 1


def test_rules_for_plans_judge_no_action_and_rules_for_actions_no_plan() -> None:
    of_plans = [rule for rule in rules().rules if "plan" in rule.scope.subjects]
    assert list(rules().concerning_plans([None], "2026-11-17")) == of_plans
    assert {rule.id for rule in of_plans} == {"PUB-02", "CON-03", "PRI-06"}
    assert judged(planned(kpi="Attendance")).findings == ()


def test_a_rule_set_without_rules_for_plans_lets_no_plan_pass() -> None:
    only_actions = replace(rules(), rules=tuple(rule for rule in rules().rules if "plan" not in rule.scope.subjects))

    answer = screen_plan(a_plan(), only_actions, AS_OF)

    assert [(each.rule_id, each.severity) for each in answer.findings] == [("SCREEN-NO-RULES", "review")]


@pytest.mark.parametrize(
    ("scope", "wrong"),
    [
        ("{subjects: [plan], action_types: [post]}", "a plan has no action_types"),
        ("{subjects: [dream]}", "'dream' is not known"),
        ("{subjects: []}", "lists none"),
    ],
)
def test_a_scope_that_no_plan_can_have_is_refused(scope: str, wrong: str) -> None:
    with pytest.raises(UnusableRuleFile, match=wrong):
        rule_set_of(_with_scope(scope, when="plan.sales_goal"))


def test_a_rule_for_actions_cannot_read_what_only_a_plan_has() -> None:
    with pytest.raises(UnusableRuleFile, match="confirmed_by"):
        rule_set_of(_with_scope("{subjects: [action]}", when="plan.confirmed_by == null"))


def _with_scope(scope: str, *, when: str) -> dict[str, bytes]:
    files = {file.name: file.read_bytes() for file in PACKAGED.iterdir() if file.suffix in {".yaml", ".csv"}}
    rule = f"""about: tea
rules:
  - {{id: TEA-01, title: T, severity: review, scope: {scope},
      when: '{when}', message: m, clause: c, source: s, remedy: r}}
"""
    return {**files, "tea.yaml": rule.encode()}


def _case(case_id: str) -> dict[str, Any]:
    file = WORKFLOW / "cases" / "workflow.jsonl"
    if not file.is_file():
        pytest.skip(f"{file} is not there; set RAPPORT_PUBLIC_DATA")
    return next(case for line in file.read_text("utf-8").splitlines() if (case := json.loads(line))["id"] == case_id)


@pytest.mark.real_input
def test_t034_a_plan_that_tiers_by_use_and_pays_users_to_advocate_is_blocked_by_con_03_and_pub_02() -> None:
    assert "PUB-02" in blocked_by(a_plan(kpis=[_case("T143")["text"].removeprefix("KPI ").strip('"')]))


@pytest.mark.real_input
def test_t144_a_plan_with_an_activity_kpi_without_product_measure_passes() -> None:
    assert judged_plan(a_plan(kpis=[_case("T144")["text"].removeprefix("KPI ").strip('"')])).verdict == "pass"


def test_the_command_judges_plans_from_a_file_and_names_the_lines_it_could_not_read(tmp_path: Path) -> None:
    done = run(tmp_path, a_plan(kpis=["Rx"]), {"plan": a_plan()}, a_plan() | {"mood": "good"})

    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert (first["plan_id"], first["verdict"], first["findings"][0]["rule_id"]) == ("EXAMPLE", "block", "PUB-02")
    assert (second["verdict"], second["findings"]) == ("pass", [])
    assert done.exit_code == 1
    assert "3: mood is wrong" in done.stderr
    assert "PlanSnapshot" in done.stderr
