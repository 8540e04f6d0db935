"""Freezing an action: what must be there, and that nothing unknown is made up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planner.application.submission import valid_snapshot
from planner.domain.draft import Slot
from planner.domain.errors import NotReady
from planner.domain.facts import as_target
from planner.domain.submission import freeze
from shared.kernel.errors import InvalidValue
from support.planner_builders import NOW, SLOT, a_draft, a_person, a_post, a_world


def test_a_complete_draft_freezes_into_a_snapshot_that_fits_the_contract() -> None:
    snapshot = valid_snapshot(freeze("a1", a_draft(), a_world(), NOW))

    assert snapshot["company"] == {"name": "Havelmark Pharma", "country": "DE"}
    assert snapshot["stakeholder"]["type"] == "journalist"
    assert snapshot["actor"]["authorised"] is True
    assert snapshot["scheduled_for"]["end"].startswith("2026-11-22T12:00:00")


@pytest.mark.parametrize(
    "fact",
    [
        "country",
        "relationship_stage",
        "owner_function",
        "lawful_basis",
        "notice_sent_on",
        "opted_out",
        "do_not_engage",
        "outreach_policy",
        "contracted",
        "followers",
        "minor",
    ],
)
def test_an_unknown_fact_stays_null(fact: str) -> None:
    world = a_world(stakeholder=a_person(**{fact: None}))

    snapshot = valid_snapshot(freeze("a1", a_draft(), world, NOW))

    assert fact in snapshot["stakeholder"]
    assert snapshot["stakeholder"][fact] is None


def test_counters_the_planner_does_not_keep_are_null_and_products_are_absent() -> None:
    snapshot = valid_snapshot(freeze("a1", a_draft(), a_world(), NOW))

    assert snapshot["stakeholder"]["contacts_last_30_days"] is None
    assert snapshot["stakeholder"]["reciprocal_contacts"] is None
    assert "products" not in snapshot["company"]


def test_a_channel_the_colleague_is_not_on_the_list_for_is_frozen_as_not_authorised() -> None:
    draft = a_draft(channel={"platform": "linkedin", "audience": "public"})

    assert freeze("a1", draft, a_world(), NOW)["actor"]["authorised"] is False


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"purpose": None}, "purpose"),
        ({"purpose": "  "}, "purpose"),
        ({"value_statement": None}, "value_statement"),
        ({"slot": None}, "scheduled_for"),
        ({"slot": Slot(SLOT.end, SLOT.start)}, "scheduled_for"),
        ({"slot": Slot(SLOT.start, SLOT.start)}, "scheduled_for"),
        ({"slot": Slot(NOW - timedelta(minutes=1), SLOT.end)}, "scheduled_for"),
        ({"type": "share"}, "target_post_id"),
        ({"type": "share", "target": {"kind": "post"}}, "target"),
    ],
)
def test_each_missing_thing_is_refused_by_name_with_a_remedy(change: dict[str, object], field: str) -> None:
    with pytest.raises(NotReady) as refusal:
        freeze("a1", a_draft(**change), a_world(), NOW)

    assert [lack.field for lack in refusal.value.parts] == [field]
    assert refusal.value.parts[0].remedy


def test_people_who_are_not_known_are_refused_by_name() -> None:
    with pytest.raises(NotReady) as refusal:
        freeze("a1", a_draft(), a_world(stakeholder=None, engager=None), NOW)

    assert [lack.field for lack in refusal.value.parts] == ["stakeholder_id", "engager_id"]


def test_all_missing_things_are_named_at_once() -> None:
    with pytest.raises(NotReady) as refusal:
        freeze("a1", a_draft(purpose=None, value_statement=None, slot=None), a_world(), NOW)

    assert [lack.field for lack in refusal.value.parts] == ["purpose", "value_statement", "scheduled_for"]


def test_the_captured_post_replaces_what_the_author_typed() -> None:
    draft = a_draft(type="share", target={"kind": "post", "url": "https://elsewhere.example", "text": "typed"})
    world = a_world(target=as_target(a_post(), a_person()))

    target = valid_snapshot(freeze("a1", draft, world, NOW))["target"]

    assert target["text"] == a_post().text
    assert target["author"] == "lena"
    assert target["links"] == [{"url": "https://sleep.example/pictures", "text": None}]


@pytest.mark.parametrize(("contracted", "relation"), [(True, "contracted"), (False, "independent"), (None, "unknown")])
def test_the_relation_of_the_targets_author_is_never_guessed(contracted: bool | None, relation: str) -> None:
    assert as_target(a_post(), a_person(contracted=contracted))["author_relation"] == relation
    assert as_target(a_post(), None)["author_relation"] == "unknown"


def test_particulars_that_do_not_fit_the_contract_are_refused_by_field() -> None:
    draft = a_draft(particulars={"hospitality_budget": 3})

    with pytest.raises(InvalidValue) as refusal:
        valid_snapshot(freeze("a1", draft, a_world(), NOW))

    assert refusal.value.field == "hospitality_budget"


def test_freezing_twice_gives_the_same_snapshot() -> None:
    draft = a_draft(particulars={"kpi": "replies"})

    assert freeze("a1", draft, a_world(), NOW) == freeze("a1", draft, a_world(), NOW)
