from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.application.proposing import NotAProposal, carried_files, changed, named
from portal.application.rules_view import (
    Wanted,
    by_effect,
    counted,
    entries,
    in_pairs,
    moves_of,
    versions_of,
    why_not_activate,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_rule(rule_id: str = "HAV-01", **values: Any) -> dict[str, Any]:
    texts = dict.fromkeys(("title", "message", "remedy", "clause", "source", "place", "when"), "text")
    lists = dict.fromkeys(("action_types", "audience", "person_types", "countries", "reads", "passes", "fails"), ())
    plain = {"rule_id": rule_id, "severity": "block", "unknown": "review", "subjects": ["action"], "jurisdiction": None}
    return {**texts, **{name: list(value) for name, value in lists.items()}, **plain, **values}


def a_version(state: str, day: int, by: str = "noor.lead") -> dict[str, Any]:
    return {"rule_set": f"{day:064d}", "state": state, "proposed_by": by, "proposed_at": f"2026-11-{day:02d}T08:00:00Z"}


def shown(rules: list[dict[str, Any]], **wanted: str) -> dict[str, int]:
    rows = [{"rule_id": "PUB-10", "title": "Approved before use", "decision": "elsewhere", "reason": "a case"}]
    found = entries({"catalogue": rows, "rules": rules}, Wanted(**wanted))
    return {entry.rule_id: len(entry.rules) for entry in found}


def test_versions_are_the_one_in_force_those_that_wait_and_the_others_newest_first():
    rows = [a_version("superseded", 1), a_version("active", 2, "system:compliance"), a_version("proposed", 3)]
    found = versions_of([*rows, a_version("withdrawn", 4)], NOW)
    assert found.in_force is not None
    assert found.in_force["release"] is True
    assert [each["state"] for each in found.waiting] == ["proposed"]
    assert [each["state"] for each in found.earlier] == ["withdrawn", "superseded"]


@pytest.mark.parametrize(
    ("state", "by", "scopes", "why"),
    [
        ("proposed", "sam", ["compliance:rules"], None),
        ("superseded", "sam", ["compliance:rules"], None),
        ("proposed", "noor.lead", ["compliance:rules"], "You proposed it."),
        ("proposed", "sam", [], "lacks the scope"),
        ("active", "sam", ["compliance:rules"], "It is in force."),
        ("withdrawn", "sam", ["compliance:rules"], "It was withdrawn."),
    ],
)
def test_who_may_put_a_version_in_force(state: str, by: str, scopes: list[str], why: str | None):
    said = why_not_activate(a_version(state, 1), subject=by, scopes=scopes)
    assert said is None if why is None else why in (said or "")


def test_an_id_that_another_part_keeps_is_shown_unless_something_else_is_looked_for():
    rules = [a_rule(), a_rule("HAV-02", countries=[{"since": None, "codes": ["DE"], "named": ["DE"]}])]
    assert shown(rules) == {"PUB-10": 0, "HAV-01": 1, "HAV-02": 1}
    assert shown(rules, rule="pub") == {"PUB-10": 0}
    assert shown(rules, text="approved") == {"PUB-10": 0}
    assert shown(rules, country="fr") == {"HAV-01": 1}
    assert shown(rules, country="DE") == {"HAV-01": 1, "HAV-02": 1}


def test_a_scope_reads_in_words_and_says_from_when_other_countries_count():
    rule = a_rule(
        countries=[
            {"since": None, "codes": ["DE"], "named": ["EU"]},
            {"since": "2027-01-01", "codes": ["DE"], "named": ["EU", "GB"]},
        ],
        subjects=["action", "plan"],
        person_types=["hcp", "patient_advocate"],
        valid_from="2026-01-01",
    )
    (entry,) = entries({"catalogue": [], "rules": [rule]}, Wanted())
    (read,) = entry.rules
    assert read["where_words"] == "EU; from 2027-01-01 EU, GB"
    assert read["action_words"] == "all actions, and engagement plans"
    assert read["who_words"] == "healthcare professional, patient advocate"
    assert read["valid_words"] == "from 2026-01-01"


def test_an_example_is_told_field_by_field():
    change = {"text": "Hello", "target": None, "channel": {"audience": "public"}, "hashtags": ["one"], "links": []}
    assert in_pairs(change) == [
        ("Words", "Hello"),
        ("target", "none"),
        ("channel, audience", "public"),
        ("Hashtag 1", "one"),
        ("links", "none"),
    ]


def test_changes_are_counted_what_lets_more_pass_first():
    changes = [{"effect": "wording"}, {"effect": "weaker"}, {"effect": "wording"}]
    assert counted(changes) == [("weaker", 1), ("to be read", 0), ("stricter", 0), ("wording", 2)]
    assert [effect for effect, _ in by_effect(changes)] == ["weaker", "wording"]
    assert moves_of({"moves": {"pass>block": 2}}) == [("pass", "block", 2)]


def test_a_bare_name_is_a_file_of_the_company():
    assert named("policy.yaml") == "company/policy.yaml"
    assert named("lexicons/ema.csv") == "lexicons/ema.csv"


@pytest.mark.parametrize(
    "name", ["", "policy.yml", "../policy.yaml", "company/../x.yaml", "a b.csv", f"{'a' * 200}.csv"]
)
def test_a_name_that_is_none_of_a_rule_set_is_refused_with_what_to_do(name: str):
    with pytest.raises(NotAProposal, match="Use letters"):
        named(name)


@pytest.mark.parametrize(
    ("uploads", "out", "why"),
    [
        ([("a.yaml", b"\xff\xfe")], [], "not text in UTF-8"),
        ([("a.yaml", b"a\0b")], [], "is not text"),
        ([("a.yaml", b"x")], ["company/a.yaml"], "Choose one of the two"),
        ([], [], "nothing to propose yet"),
    ],
)
def test_files_that_cannot_be_proposed_are_refused(uploads: list[tuple[str, bytes]], out: list[str], why: str):
    with pytest.raises(NotAProposal, match=why):
        changed([], uploads, out)


def test_an_upload_takes_the_place_of_the_text_of_its_name():
    assert changed([("a.yaml", "old")], [("a.yaml", b"new")], ["b.yaml"]) == {
        "company/a.yaml": "new",
        "company/b.yaml": None,
    }


def test_only_company_files_that_a_form_can_hold_are_carried_on():
    files = {"core.yaml": 10, "company/a.yaml": 10, "company/names.csv": 900_000, "lexicons/ema.csv": 10}
    carried = carried_files(files)
    assert (carried.taken, carried.too_large) == (["company/a.yaml"], ["company/names.csv"])
