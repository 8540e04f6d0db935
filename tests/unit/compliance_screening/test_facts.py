"""Facts that follow from others are well defined; what cannot be read or cannot be true holds the action."""

from __future__ import annotations

import math
from typing import Any

import pytest

from compliance.domain.screening.facts.facts import fact, facts_of
from support.screening_builders import found, judged, planned

MEETING: dict[str, Any] = {
    "type": "meeting",
    "channel": {"platform": "in_person", "audience": "private"},
    "event": {"country": "DE", "hospitality": [], "guests": [], "product_content": False},
}
NO_AMOUNTS: list[Any] = [math.nan, math.inf, -math.inf, -0.01, 10**400, True, "20", [], {}]
NO_DATES: list[Any] = ["soon", "2026-02-30", "31.12.2026", "", 20261231, True, [], "0000-01-01"]


def facts(**changes: Any) -> dict[str, Any]:
    return facts_of(planned(**changes), as_of="2026-11-17")


def test_the_harmless_example_leaves_nothing_in_doubt() -> None:
    assert facts()["doubts"] == {"unreadable": "", "contradictory": ""}


@pytest.mark.parametrize("amount", NO_AMOUNTS, ids=repr)
@pytest.mark.parametrize("name", ["amount", "year_to_date"])
def test_an_amount_that_is_none_is_unknown_and_holds(name: str, amount: Any) -> None:
    row = {"kind": "meal", "amount": 20, "currency": "EUR", "year_to_date": 20} | {name: amount}
    snapshot = planned(**MEETING, transfer_of_value=[row])

    assert facts_of(snapshot, as_of="2026-11-17")["transfer_of_value"][0][name] is None
    assert judged(snapshot).verdict != "pass"


@pytest.mark.parametrize("amount", NO_AMOUNTS, ids=repr)
def test_a_meal_of_no_amount_never_passes(amount: Any) -> None:
    event = MEETING["event"] | {"hospitality": [{"kind": "lunch", "amount": amount, "currency": "EUR"}]}

    assert judged(planned(**MEETING | {"event": event})).verdict != "pass"


@pytest.mark.parametrize("day", NO_DATES, ids=repr)
@pytest.mark.parametrize("path", [("stakeholder", "notice_sent_on"), ("actor", "trained_until")], ids=".".join)
def test_a_date_that_is_none_is_unknown_and_holds(path: tuple[str, str], day: Any) -> None:
    part, name = path
    snapshot = planned(type="message", channel={"platform": "email", "audience": "private"}, **{part: {name: day}})

    assert fact(facts_of(snapshot, as_of="2026-11-17"), f"{part}.{name}") is None
    assert judged(snapshot).verdict != "pass"


@pytest.mark.parametrize("part", ["event", "target", "training", "contract", "scheduled_for", "channel", "company"])
@pytest.mark.parametrize("wrong", ["text", 1, [1]])
def test_a_part_of_another_kind_is_doubted(part: str, wrong: Any) -> None:
    assert part in facts(**{part: wrong})["doubts"]["unreadable"]


@pytest.mark.parametrize("wrong", [{"kind": "gift"}, "gift", 3])
def test_a_list_of_another_kind_is_doubted(wrong: Any) -> None:
    assert facts(transfer_of_value=wrong)["doubts"]["unreadable"] == "transfer_of_value"


@pytest.mark.parametrize("path", ["type", "stakeholder.type", "actor.function", "channel.platform", "company.name"])
def test_what_the_schema_demands_is_doubted_when_it_is_missing(path: str) -> None:
    changes: Any = None
    for name in reversed(path.split(".")):
        changes = {name: changes}

    assert facts(**changes)["doubts"]["unreadable"] == path
    assert judged(planned(**changes)).verdict != "pass"


@pytest.mark.parametrize(("given", "read"), [("gb", "GB"), ("UK", "GB"), (" de ", "DE"), ("EL", "GR")])
def test_a_country_is_read_as_its_iso_code(given: str, read: str) -> None:
    assert facts(stakeholder={"country": given})["stakeholder"]["country"] == read


@pytest.mark.parametrize("given", ["Germany", "D", "DEU", "Ö1", "", 49])
def test_a_country_that_is_no_code_is_unknown(given: Any) -> None:
    read = facts(stakeholder={"country": given})

    assert read["stakeholder"]["country"] is None
    assert None in read["countries"]


def test_the_countries_are_those_of_channel_company_person_and_event() -> None:
    read = facts(
        channel={"country": "GB"}, company={"country": "IE"}, stakeholder={"country": "FR"}, event={"country": "PT"}
    )

    assert read["countries"] == ["GB", "IE", "FR", "PT"]


def test_without_an_event_and_without_a_person_no_country_is_missing() -> None:
    assert facts(stakeholder={"type": "general_public", "country": None})["countries"] == ["DE"]


def test_an_event_without_a_country_is_an_unknown_country() -> None:
    assert None in facts(event={"name": "Symposium"})["countries"]


@pytest.mark.parametrize(
    ("action", "platform", "audience", "read"),
    [
        ("post", "email", "unknown", "public"),
        ("message", "email", None, "public"),
        ("thank", "linkedin", "private", "public"),
        ("message", "linkedin", "private", "private"),
        ("comment", "web", "hcp_verified", "hcp_verified"),
        ("post", "x", "hcp_verified", "public"),
    ],
)
def test_the_audience_is_public_unless_it_is_known_to_be_closed(
    action: str, platform: str, audience: str | None, read: str
) -> None:
    assert facts(type=action, channel={"platform": platform, "audience": audience})["audience"] == read


@pytest.mark.parametrize(("action", "publishes"), [("like", True), ("reply", True), ("thank", True), ("post", False)])
def test_what_answers_a_target_publishes_it(action: str, publishes: bool) -> None:
    assert facts(type=action, target={"kind": "post", "text": "Hello"})["publishes_target"] is publishes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scheduled_for": {"start": "2026-12-01T10:00:00Z", "end": "2026-12-01T10:00:00+00:00"}}, "the slot ends"),
        ({"scheduled_for": {"start": "2026-12-01T10:00:00+02:00", "end": "2026-12-01T07:59:00Z"}}, "the slot ends"),
        ({"target": {"kind": "post", "captured_at": "2026-11-18T00:00:00Z"}}, "captured on 2026-11-18"),
        (
            {
                "contract": {"signed_on": "2026-11-16"},
                "scheduled_for": {"start": "2026-11-15T10:00:00Z", "end": "2026-11-15T12:00:00Z"},
            },
            "signed on 2026-11-16",
        ),
        ({"transfer_of_value": [{"kind": "fee", "amount": 9, "currency": "EUR", "year_to_date": 8}]}, "below the"),
    ],
)
def test_facts_that_contradict_each_other_are_told(changes: dict[str, Any], said: str) -> None:
    assert said in facts(**changes)["doubts"]["contradictory"]
    assert ("REC-08", "review") in found(planned(**changes))


def test_a_capture_of_the_same_day_in_an_earlier_zone_contradicts_nothing() -> None:
    read = facts(target={"kind": "post", "captured_at": "2026-11-18T08:00:00+12:00"})

    assert read["doubts"]["contradictory"] == ""


def test_a_blank_owner_is_no_owner() -> None:
    assert judged(planned(channel={"moderation_owner": "  "})).verdict == "block"


def test_an_absent_list_says_nothing_and_an_empty_one_says_there_is_none() -> None:
    said = planned(**MEETING)
    unsaid = {name: value for name, value in said.items() if name not in {"contract", "transfer_of_value"}}
    unsaid["event"] = {"country": "DE"}

    names = ("contract_stated", "benefits_stated", "hospitality_stated", "guests_stated")
    assert [facts_of(said, as_of="2026-11-17")[name] for name in names] == [True] * 4
    assert [facts_of(unsaid, as_of="2026-11-17")[name] for name in names] == [None] * 4


@pytest.mark.parametrize("part", ["channel", "stakeholder", "company", "event"])
@pytest.mark.parametrize("code", ["ZZ", "XX", "AA", "EU", "XK"])
def test_a_code_that_no_country_has_is_not_known_and_never_passes(part: str, code: str) -> None:
    snapshot = planned(**MEETING | {part: MEETING.get(part, {}) | {"country": code}})

    assert fact(facts_of(snapshot, as_of="2026-11-17", known_countries=frozenset({"DE"})), f"{part}.country") is None
    answer = judged(snapshot)
    assert answer.verdict != "pass"
    assert any(f"{part}.country" in each.message for each in answer.findings)


@pytest.mark.parametrize("code", ["uk", "EL", " de "])
def test_what_the_european_institutions_write_for_a_country_is_one(code: str) -> None:
    assert "country" not in str(judged(planned(event=MEETING["event"] | {"country": code})).findings)


def test_meals_in_no_country_are_judged_as_where_it_is_not_known() -> None:
    meal = {"kind": "dinner", "amount": 500, "currency": "EUR"}
    nowhere, unknown = (
        judged(planned(**MEETING | {"event": MEETING["event"] | {"country": code, "hospitality": [meal]}}))
        for code in ("ZZ", None)
    )
    assert {each.rule_id for each in unknown.findings} <= {each.rule_id for each in nowhere.findings}
