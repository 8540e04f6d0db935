"""An unknown fact is never read as a safe one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from compliance.application.rules.rule_examples import changed
from support.screening_builders import ROOT, judged, planned, rules

JUDGED_FACTS = [
    ("stakeholder", "opted_out"),
    ("stakeholder", "do_not_engage"),
    ("stakeholder", "minor"),
    ("stakeholder", "lawful_basis"),
    ("stakeholder", "owner_function"),
    ("actor", "trained_until"),
    ("actor", "authorised"),
    ("company", "products"),
    ("channel", "moderation_owner"),
    ("declaration",),
    ("purpose",),
]


@pytest.mark.parametrize("path", JUDGED_FACTS, ids=".".join)
@pytest.mark.parametrize("absent", [True, False], ids=["absent", "null"])
def test_a_judged_fact_that_is_missing_holds_an_action_that_would_pass(path: tuple[str, ...], absent: bool) -> None:
    snapshot = _without(planned(), path, absent=absent)

    answer = judged(snapshot)

    assert answer.verdict != "pass"
    assert any(finding.remedy for finding in answer.findings)


@pytest.mark.parametrize("wrong", ["true", 1, [], {}])
def test_a_fact_of_another_kind_is_an_unknown_fact(wrong: Any) -> None:
    assert judged(planned(stakeholder={"opted_out": wrong})).verdict != "pass"


def test_what_is_held_stays_held_when_a_fact_is_taken_away() -> None:
    for snapshot in _own_snapshots():
        if judged(snapshot).verdict == "pass":
            continue
        for path in _fact_paths(snapshot):
            assert judged(_without(snapshot, path, absent=True)).verdict != "pass", (snapshot["action_id"], path)


@pytest.mark.parametrize("count", [10**30, float("nan"), float("inf"), True, "3"])
def test_a_count_that_is_no_count_is_an_unknown_fact(count: Any) -> None:
    snapshot = planned(
        type="message",
        channel={"platform": "email", "audience": "private"},
        stakeholder={"contacts_last_30_days": count, "reciprocal_contacts": 0},
    )

    assert judged(snapshot).verdict == "review"


@pytest.mark.parametrize(("contacts", "verdict"), [(0, "pass"), (1, "review"), (None, "review")])
def test_a_first_contact_is_not_too_many_though_nobody_knows_whether_they_ever_wrote(
    contacts: int | None, verdict: str
) -> None:
    snapshot = planned(
        type="message",
        channel={"platform": "email", "audience": "private"},
        stakeholder={"contacts_last_30_days": contacts, "reciprocal_contacts": None},
    )

    assert judged(snapshot).verdict == verdict


def test_a_share_without_its_target_is_blocked() -> None:
    assert judged(planned(type="share", target=None)).verdict == "block"


def test_a_company_that_is_not_known_is_blocked_in_public() -> None:
    snapshot = planned()
    del snapshot["company"]

    assert judged(snapshot).verdict == "block"


_CONTENT = {"text", "media_text", "hashtags", "mentions", "links", "inbound_text", "kpi", "conditions", "recent_texts"}
_NEVER_ABSENT = {"type", "name", "function", "kind", "aliases", "action_id", "training"}


def _own_snapshots() -> Iterator[dict[str, Any]]:
    for file in sorted((ROOT / "examples").glob("*.jsonl")):
        if "safety-scan" not in file.name:
            yield from (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    yield planned(text="Velorin works.")
    yield changed(rules().example_base, {"text": "Many ask about Velorin for their diabetes."})


def _fact_paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Facts only: the words that go out, and what the contract never lets be absent, are not among them."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in _CONTENT | _NEVER_ABSENT:
                yield (*path, name)
                yield from _fact_paths(part, (*path, name))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _fact_paths(part, (*path, index))


def _without(snapshot: dict[str, Any], path: tuple[Any, ...], *, absent: bool) -> dict[str, Any]:
    rest = copy.deepcopy(snapshot)
    holder: Any = rest
    for step in path[:-1]:
        holder = holder[step]
    if absent:
        del holder[path[-1]]
    else:
        holder[path[-1]] = None
    return rest
