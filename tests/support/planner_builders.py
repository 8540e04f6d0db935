"""Builders for the planner's drafts, facts and actions. Everybody in here is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from planner.domain.action import Action
from planner.domain.draft import Draft, Slot
from planner.domain.facts import CapturedPost, CompanyKnown, EngagerKnown, StakeholderKnown, World
from planner.domain.tracking import CaseSeen, Outcome, PermitSeen, Submission

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SLOT = Slot(NOW + timedelta(hours=1), NOW + timedelta(hours=3))
COMPANY = CompanyKnown(name="Havelmark Pharma", country="DE")
PERSON = "0199a000-0000-7000-8000-000000000001"
COLLEAGUE = "0199a000-0000-7000-8000-000000000002"
EXECUTOR = "executor-mastodon"


def a_draft(**changes: Any) -> Draft:
    draft = Draft(
        type="thank",
        stakeholder_id=PERSON,
        engager_id=COLLEAGUE,
        channel={"platform": "mastodon", "audience": "public", "account": "corporate"},
        purpose="Thank her for explaining sleep apnoea screening to patients",
        value_statement="Her explainer reaches people who look for screening",
        slot=SLOT,
        particulars={"text": "Thank you for this clear explainer.", "declaration": "We are Havelmark Pharma."},
    )
    return replace(draft, **changes)


def a_person(**changes: Any) -> StakeholderKnown:
    known = StakeholderKnown(
        id=PERSON,
        version=3,
        type="journalist",
        country="DE",
        owner_function="communications",
        opted_out=False,
        do_not_engage=False,
    )
    return replace(known, **changes)


def a_colleague(**changes: Any) -> EngagerKnown:
    known = EngagerKnown(
        id=COLLEAGUE,
        version=1,
        name="Jonas Weber",
        function="communications",
        relation="employee",
        trained_until=date(2027, 6, 30),
        authorised_platforms=frozenset({"mastodon", "x"}),
    )
    return replace(known, **changes)


def a_world(**changes: Any) -> World:
    return replace(World(stakeholder=a_person(), engager=a_colleague(), company=COMPANY), **changes)


def a_post(**changes: Any) -> CapturedPost:
    post = CapturedPost(
        id="0199a000-0000-7000-8000-000000000003",
        url="https://mastodon.example/@lena/1",
        author="lena",
        author_stakeholder_id=PERSON,
        text="How sleep apnoea is found, in five pictures.",
        media_text=None,
        links=("https://sleep.example/pictures",),
        captured_at=NOW - timedelta(days=1),
    )
    return replace(post, **changes)


def an_action(draft: Draft | None = None) -> Action:
    """A draft by amira, as if it had been stored once."""
    action = Action.begin(
        action_id="0199a000-0000-7000-8000-00000000000a",
        plan_id="0199a000-0000-7000-8000-00000000000b",
        draft=draft or a_draft(),
        by="amira",
        now=NOW,
    )
    action.pull_events()
    action.version = 1
    return action


def a_submission(action: Action, *, content: str = "c1", at: datetime = NOW) -> Submission:
    return Submission(
        version=action.version + 1,
        snapshot={"action_id": action.id},
        snapshot_sha256="s1",
        content_sha256=content,
        submitted_by="amira",
        submitted_by_name="Dr Amira Sharma",
        edited_by=action.editors,
        submitted_at=at,
    )


def a_submitted_action() -> Action:
    action = an_action()
    action.submit(a_submission(action))
    action.version += 1
    action.pull_events()
    return action


def a_case(action: Action, state: str, *, version: int = 1, action_version: int | None = None) -> CaseSeen:
    assert action.submission is not None
    return CaseSeen(action_version=action_version or action.submission.version, version=version, state=state)


def a_permit(**changes: Any) -> PermitSeen:
    permit = PermitSeen(
        id="0199a000-0000-7000-8000-00000000000f",
        case_version=3,
        audience=EXECUTOR,
        content_sha256="c1",
        issued_at=NOW + timedelta(hours=1),
        not_before=SLOT.start,
        expires_at=SLOT.end,
    )
    return replace(permit, **changes)


def an_outcome(**changes: Any) -> Outcome:
    outcome = Outcome(
        permit_id=a_permit().id,
        result="done",
        detail=None,
        evidence_url="https://mastodon.example/@havelmark/7",
        reported_by=EXECUTOR,
        completed_at=NOW + timedelta(hours=2),
    )
    return replace(outcome, **changes)
