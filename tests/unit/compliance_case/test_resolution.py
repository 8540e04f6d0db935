from __future__ import annotations

from typing import Any

import pytest

from compliance.application.judging import slot_of
from compliance.domain.channel import Channel
from compliance.domain.facts import KnownStakeholder, World, resolve
from compliance.domain.judgement import changed_facts
from support.compliance_builders import CHANNEL, COMPANY, SLOT, a_person, a_snapshot, an_engager


def a_world(**changes: Any) -> World:
    facts: dict[str, Any] = {
        "stakeholder": a_person(),
        "engager": an_engager(),
        "company": COMPANY,
        "channel": Channel("channel-1", CHANNEL).as_known,
        "contacts_last_30_days": 2,
        "slot": SLOT,
        **changes,
    }
    return World(**facts)


def test_what_the_gate_knows_replaces_what_was_submitted_and_a_contradiction_is_a_finding() -> None:
    submitted = a_snapshot(stakeholder={"id": "person-1", "type": "hcp", "opted_out": True, "country": "FR"})
    result = resolve(submitted, "person-1", a_world())
    person = result.snapshot["stakeholder"]
    assert (person["type"], person["opted_out"], person["country"]) == ("journalist", False, "DE")
    places = [finding.evidence.field for finding in result.findings if finding.evidence]
    assert places == ["stakeholder.country", "stakeholder.opted_out", "stakeholder.type"]


def test_what_was_not_submitted_contradicts_nothing() -> None:
    assert resolve(a_snapshot(), "person-1", a_world()).findings == ()


def test_contacts_are_counted_here_whatever_was_submitted() -> None:
    submitted = a_snapshot(stakeholder={"type": "journalist", "contacts_last_30_days": 0})
    assert resolve(submitted, "person-1", a_world()).snapshot["stakeholder"]["contacts_last_30_days"] == 2


@pytest.mark.parametrize(
    "unknown",
    [None, KnownStakeholder(stakeholder_id="person-1", version=2, facts={}, erased=True)],
    ids=["never heard of", "erased"],
)
def test_an_unknown_person_is_never_what_the_author_says_they_are(unknown: Any) -> None:
    submitted = a_snapshot(
        stakeholder={"type": "journalist", "opted_out": False, "minor": False, "lawful_basis": "consent"}
    )
    result = resolve(submitted, "person-1", a_world(stakeholder=unknown))
    person = result.snapshot["stakeholder"]
    assert [person[name] for name in ("opted_out", "do_not_engage", "minor", "lawful_basis")] == [None] * 4
    assert "GATE-PERSON" in {finding.rule_id for finding in result.findings}


def test_an_unknown_engager_is_neither_trained_nor_authorised() -> None:
    submitted = a_snapshot(actor={"id": "x", "function": "medical", "authorised": True, "trained_until": "2030-01-01"})
    result = resolve(submitted, "person-1", a_world(engager=None))
    assert (result.snapshot["actor"]["authorised"], result.snapshot["actor"]["trained_until"]) == (None, None)
    assert "GATE-ACTOR" in {finding.rule_id for finding in result.findings}


def test_an_engager_is_authorised_for_listed_platforms_only() -> None:
    on_x = {"platform": "x", "audience": "public", "account": "corporate"}
    assert resolve(a_snapshot(), "person-1", a_world()).snapshot["actor"]["authorised"] is True
    assert resolve(a_snapshot(channel=on_x), "person-1", a_world()).snapshot["actor"]["authorised"] is False


@pytest.mark.parametrize(("missing", "rule_id"), [("channel", "GATE-CHANNEL"), ("slot", "GATE-SLOT")])
def test_without_a_channel_of_ours_or_a_slot_it_is_a_block(missing: str, rule_id: str) -> None:
    findings = resolve(a_snapshot(), "person-1", a_world(**{missing: None})).findings
    assert [(finding.rule_id, finding.severity) for finding in findings] == [(rule_id, "block")]


@pytest.mark.parametrize(
    "scheduled",
    [
        None,
        {},
        {"start": SLOT.start.isoformat()},
        {"start": SLOT.end.isoformat(), "end": SLOT.start.isoformat()},
        {"start": "2026-11-23T10:00:00", "end": "2026-11-23T12:00:00"},
        {"start": "soon", "end": "later"},
    ],
    ids=["none", "empty", "no end", "backwards", "no time zone", "words"],
)
def test_a_slot_that_cannot_expire_is_no_slot(scheduled: Any) -> None:
    assert slot_of({"scheduled_for": scheduled}) is None


def test_stop_facts_and_counters_are_not_judged_facts() -> None:
    before = {"stakeholder": {"type": "hcp", "opted_out": False, "followers": 1, "contacts_last_30_days": 0}}
    after = {"stakeholder": {"type": "hcp", "opted_out": True, "followers": 9, "contacts_last_30_days": 3}}
    assert changed_facts(before, after) == ()
    assert changed_facts(before, {"stakeholder": {**after["stakeholder"], "type": "patient"}}) == ("type",)


def test_a_fact_stated_as_unknown_contradicts_nothing_and_a_long_one_is_told_short() -> None:
    ours = {**COMPANY, "products": [{"name": "Velorin", "status": "prescription"}]}
    same = a_snapshot(company={**COMPANY, "products": [{"name": "Velorin", "status": "prescription", "inn": None}]})
    assert resolve(same, "person-1", a_world(company=ours)).findings == ()
    many = [{"name": f"Product {number}"} for number in range(100)]
    (finding,) = resolve(a_snapshot(company={**COMPANY, "products": many}), "person-1", a_world(company=ours)).findings
    assert len(finding.message) < 400
