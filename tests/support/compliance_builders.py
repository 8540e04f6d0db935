"""Builders for cases, judgements and permits. Everybody in here is invented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from compliance.application.gate import Gate
from compliance.domain.case import Case
from compliance.domain.channel import ChannelDescription
from compliance.domain.circulations.clock import ReviewClock
from compliance.domain.desk import Desk
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.facts import KnownEngager, KnownStakeholder
from compliance.domain.findings import Evidence, Finding, Screening, verdict_of
from compliance.domain.hand_over import HandOverLimit
from compliance.domain.judgement import Judgement, Submission
from compliance.domain.permit import Grant
from compliance.domain.review.routing import RoutedStep
from compliance.domain.review.steps import REVIEWER, ReviewStep
from compliance.domain.review.votes import Ballot, Decision, Delegation, Voter
from compliance.domain.screening.forwarding.forwarding import Found, Piece, QuestionFound, SafetyFound
from compliance.domain.screening.forwarding.question import Question
from compliance.domain.screening.text.fields import TextField
from compliance.domain.slot import Slot
from compliance.domain.working_time import WorkingTime
from shared.contracts.hashing import content_sha256, snapshot_sha256
from shared.kernel.clock import Clock
from shared.kernel.ids import new_id
from support.caps_builders import ROOMY, NoFigures

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SLOT = Slot(NOW + timedelta(hours=1), NOW + timedelta(hours=3))
AUTHOR, EDITOR, ROSA, SAM = "amira.medical", "jonas.comms", "rosa.reviewer", "sam.signatory"
EXECUTOR = "executor-mastodon"
COMPANY = {"name": "Havelmark Pharma", "country": "DE", "products": []}
CHANNEL = ChannelDescription(
    platform="mastodon",
    account=None,
    country="DE",
    hold="owned",
    moderation_owner="community.desk",
    screening_owner="drug.safety",
    executor=EXECUTOR,
)
FACTS: dict[str, Any] = {
    "type": "journalist",
    "country": "DE",
    "relationship_stage": "aware",
    "owner_function": "communications",
    "lawful_basis": "legitimate_interest",
    "notice_sent_on": None,
    "opted_out": False,
    "do_not_engage": False,
    "open_complaint": False,
    "outreach_policy": None,
    "contracted": False,
    "followers": 1200,
    "minor": False,
}
TARGET_URL = "https://mastodon.example/@lena/1"


def a_snapshot(action_id: str = "action-1", *, slot: Slot = SLOT, **changes: Any) -> dict[str, Any]:
    return {
        "action_id": action_id,
        "type": "thank",
        "channel": {"platform": "mastodon", "audience": "public", "account": "corporate"},
        "actor": {"id": "engager-1", "function": "communications"},
        "stakeholder": {"id": "person-1", "type": "journalist"},
        "company": {"name": "Havelmark Pharma"},
        "text": "Thank you for this clear explainer.",
        "declaration": "We are Havelmark Pharma.",
        "scheduled_for": {"start": slot.start.isoformat(), "end": slot.end.isoformat()},
        **changes,
    }


def a_target(text: str = "How sleep apnoea is found, in five pictures.") -> dict[str, Any]:
    return {"kind": "post", "url": TARGET_URL, "author": "lena", "text": text}


def a_submission(version: int = 1, **changes: Any) -> Submission:
    snapshot = changes.pop("snapshot", None) or a_snapshot(**changes)
    return Submission(
        action_id=snapshot["action_id"],
        action_version=version,
        stakeholder_id="person-1",
        snapshot=snapshot,
        snapshot_sha256=snapshot_sha256(snapshot),
        content_sha256=content_sha256(snapshot),
        submitted_by=AUTHOR,
        submitted_by_name="Dr Amira Sharma",
        edited_by=frozenset({EDITOR}),
    )


def a_finding(severity: Any = "review", rule_id: str = "TST-01", **changes: Any) -> Finding:
    return Finding(rule_id=rule_id, severity=severity, message=f"{rule_id} objects", **changes)


def a_judgement(*findings: Finding, approvals: int = 1, **changes: Any) -> Judgement:
    severities = {finding.severity for finding in findings}
    verdict: Any = next((each for each in ("block", "review") if each in severities), "pass")
    judgement = Judgement(
        resolved={"stakeholder": dict(FACTS)},
        findings=findings,
        verdict=verdict,
        rule_set="rules-1",
        stakeholder_version=1,
        route=(a_step(approvals=approvals),),
    )
    return replace(judgement, **changes)


def a_step(name: str = "review", *any_of: str, tier: int = 1, approvals: int = 1) -> ReviewStep:
    return ReviewStep(name=name, tier=tier, any_of=frozenset(any_of or {REVIEWER}), approvals=approvals)


def at(moment: datetime = NOW, by: str = SYSTEM, why: str = "test") -> Occasion:
    return Occasion(by=by, at=moment, why=why)


def a_case(judgement: Judgement | None = None, *, stops: frozenset[str] = frozenset(), **changes: Any) -> Case:
    """A case whose screening is over: in review, unless the judgement blocks or a stop is in force."""
    case = Case.open(a_submission(**changes), changes.get("slot", SLOT), at())
    case.conclude(judgement or a_judgement(), stops, at())
    return case


def a_ballot(case: Case, decision: Decision = "approve", **changes: Any) -> Ballot:
    ballot = Ballot(
        decision=decision,
        meaning="reviewed for accuracy",
        reason=None if decision == "approve" else "too promotional",
        content_sha256=case.submission.content_sha256,
        case_version=case.version,
    )
    return replace(ballot, **changes)


def a_voter(subject: str = ROSA, *roles: str, is_person: bool = True, authenticated_at: datetime = NOW) -> Voter:
    capacities = frozenset({REVIEWER, f"person:{subject}", *roles})
    return Voter(
        subject=subject,
        name=subject.title(),
        is_person=is_person,
        capacities=capacities,
        authenticated_at=authenticated_at,
    )


def a_delegation(subject: str, delegate: str, *roles: str) -> Delegation:
    """`delegate` stands in for `subject`, who holds these roles."""
    return Delegation(
        absence_id=f"absence-of-{subject}",
        subject=subject,
        name=subject.title(),
        delegate=delegate,
        capacities=frozenset({REVIEWER, f"person:{subject}", *roles}),
    )


def an_approved_case(judgement: Judgement | None = None) -> Case:
    case = a_case(judgement)
    case.vote(a_ballot(case), a_voter(), NOW)
    return case


def a_grant(permit_id: str = "permit-1", **changes: Any) -> Grant:
    submission = a_submission()
    grant = Grant(
        permit_id=permit_id,
        action_id=submission.action_id,
        stakeholder_id=submission.stakeholder_id,
        audience=EXECUTOR,
        content={"text": "Thank you for this clear explainer."},
        content_sha256=submission.content_sha256,
        snapshot_sha256=submission.snapshot_sha256,
        rule_set="rules-1",
        slot=SLOT,
        token="header.payload.signature",
        case_version=4,
    )
    return replace(grant, **changes)


def a_person(version: int = 1, stakeholder_id: str = "person-1", **facts: Any) -> KnownStakeholder:
    return KnownStakeholder(stakeholder_id=stakeholder_id, version=version, facts={**FACTS, **facts})


def an_engager(version: int = 1) -> KnownEngager:
    return KnownEngager(
        engager_id="engager-1",
        version=version,
        facts={"function": "communications", "relation": "employee", "trained_until": "2027-06-30"},
        authorised_platforms=frozenset({"mastodon"}),
    )


def quiet_screen(snapshot: Mapping[str, Any], _as_of: datetime) -> Screening:
    """Objects to the word "miracle" in the text, and asks for a hand-over at "dizzy"; nothing else."""
    text = str(snapshot.get("text"))
    findings = (a_finding("block"),) if "miracle" in text else ()
    return Screening(
        verdict=verdict_of(findings), findings=findings, safety_handover="dizzy" in text, rule_set="rules-1"
    )


def quiet_examine(pieces: Sequence[Piece]) -> Found:
    """Every piece with "dizzy" in it is a report by a known author; one with "dose of Velorin?" is a question."""
    return Found(
        safety=tuple(
            SafetyFound(
                piece=piece,
                fields=telling,
                places={"reporter": _places(telling, "I"), "reaction": _places(telling, "dizzy")},
                known=frozenset({"reporter", "reaction"}),
                situations=("pregnancy_or_breastfeeding",) if any("pregnant" in each.text for each in telling) else (),
                evidence=_places(telling, "dizzy"),
                found_by=("lexicon",),
                score=0.9,
            )
            for piece in pieces
            if (telling := tuple(each for each in piece.fields if "dizzy" in each.text.casefold()))
        ),
        questions=tuple(
            QuestionFound(piece=piece, question=_question(each))
            for piece in pieces
            for each in piece.fields
            if "dose of Velorin?" in each.text
        ),
        rule_set="rules-1",
        model="model-1",
    )


def _places(fields: Sequence[TextField], words: str) -> tuple[Evidence, ...]:
    found = ((each, each.text.casefold().find(words.casefold())) for each in fields)
    return tuple(
        Evidence(each.path, at, at + len(words), each.text[at : at + len(words)]) for each, at in found if at >= 0
    )


def _question(field: TextField) -> Question:
    return Question(field=field, products=("Velorin",), topics=("dose",), evidence=_places((field,), "dose"))


A_CLOCK = ReviewClock(
    working_time=WorkingTime(timezone="Europe/Berlin", hours=(time(9), time(17))),
    decide_within=timedelta(hours=8),
    remind_at=(50,),
    escalate_to=("head of compliance",),
    slot_margin=timedelta(hours=1),
)
A_DESK = Desk(limit=HandOverLimit(timezone="Europe/Berlin", business_days=1), country="DE")


def a_gate(clock: Clock, **changes: Any) -> Gate:
    gate = Gate(
        screen=quiet_screen,
        screen_plan=quiet_screen,
        examine=quiet_examine,
        rule_set=lambda: "rules-1",
        company=COMPANY,
        review_steps=(RoutedStep(step=a_step()),),
        sign_within=timedelta(minutes=5),
        absence_at_most=timedelta(days=14),
        review_clock=A_CLOCK,
        drug_safety=A_DESK,
        medical_information=A_DESK,
        caps=ROOMY,
        figures=NoFigures,
        clock=clock,
        new_id=new_id,
    )
    return replace(gate, **changes)
