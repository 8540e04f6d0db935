"""What belongs to drug safety or to Medical Information is told piece by piece, with its places."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.domain.screening.forwarding.forwarding import Found, examine
from compliance.domain.screening.forwarding.pieces import piece_of_post, pieces_of_action, pieces_of_wreck
from support.screening_builders import rules

COMPANY: dict[str, Any] = {
    "name": "Havelmark Pharma",
    "products": [
        {"name": "Velorin", "inn": "velorglutide", "status": "prescription", "indication": "type 2 diabetes"},
        {"name": "Pedoscan", "status": "device"},
    ],
}


NOTHING: set[str] = set()


def found(**snapshot: Any) -> Found:
    return examine(pieces_of_action(snapshot), COMPANY, rules())


def test_the_criteria_are_known_by_places_in_the_text_of_the_one_who_reports() -> None:
    [report] = found(target={"author": "lena", "text": "Since I take Velorin I have been vomiting."}).safety
    places = {name: [each.quote for each in where] for name, where in report.places.items()}
    assert places["reporter"] == ["lena"]
    assert places["product"] == ["Velorin"]
    assert "vomiting" in places["reaction"]
    assert report.known == {"reporter", "patient", "product", "reaction"}


def test_a_medicine_named_in_the_post_is_what_the_answer_speaks_of() -> None:
    text = {"inbound_text": "It made me so dizzy and I threw up.", "target": {"text": "Velorin is here, any thoughts?"}}
    [report] = found(**text).safety
    assert [field.path for field in report.fields] == ["inbound_text"]
    assert [(each.field, each.quote) for each in report.places["product"]] == [("target.text", "Velorin")]


def test_a_special_situation_is_named() -> None:
    [report] = found(inbound_text="I am pregnant and took Velorin for a month.").safety
    assert "pregnancy_or_breastfeeding" in report.situations


def serious(text: str, **more: Any) -> tuple[set[str], list[str], frozenset[str]]:
    """Criteria of seriousness, reactions, and what is known."""
    [report] = found(inbound_text=text, **more).safety
    criteria = {name.removeprefix("seriousness:") for name in report.places if ":" in name}
    return criteria, [each.quote for each in report.places["reaction"]], report.known


def test_that_somebody_came_to_hospital_says_how_grave_it_was_not_what_happened() -> None:
    criteria, reactions, known = serious("Velorin gave me seizures and I was hospitalised.")
    assert (criteria, reactions) == ({"hospitalisation"}, ["seizures"])
    assert "reaction" in known
    criteria, reactions, known = serious("I took Velorin and ended up in the ER.")
    assert (criteria, reactions) == ({"medically_important"}, [])
    assert "reaction" not in known


@pytest.mark.parametrize(
    ("text", "criteria"),
    [
        ("My aunt took Velorin, had a stroke and died.", {"death"}),
        ("I nearly died of a rash from Velorin.", {"life_threatening"}),
        ("Nach Velorin Ausschlag und ins Krankenhaus, lebensbedrohlich.", {"hospitalisation", "life_threatening"}),
        ("Velorin gave me a rash. Nobody was hospitalised.", NOTHING),
        ("Velorin gave me a rash. Could I be hospitalised?", NOTHING),
        ("Velorin gave me a rash.", NOTHING),
    ],
)
def test_only_what_is_told_as_having_happened_makes_it_serious(text: str, criteria: set[str]) -> None:
    assert serious(text)[0] == criteria


def test_an_author_of_whom_nothing_can_be_seen_is_nobody() -> None:
    [report] = found(target={"author": " \u200b", "text": "Velorin causes seizures."}).safety
    assert report.places["reporter"] == ()
    assert "reporter" not in report.known


def test_a_device_is_no_medicine_and_a_quoted_question_is_not_asked() -> None:
    assert not found(inbound_text="How do I clean the Pedoscan?").questions
    assert found(inbound_text="How do I store Velorin?").questions
    assert not found(inbound_text="Thank you for Velorin, your talk was called “Why us?”").questions


@pytest.mark.parametrize("author", ["lena", ""])
def test_a_post_with_its_picture_is_one_piece(author: str) -> None:
    piece = piece_of_post("Look.", "Velorin gave me a rash.", author)
    [report] = examine([piece], COMPANY, rules()).safety
    assert "media_text" in {field.path for field in report.fields}
    assert [each.quote for each in report.places["reporter"]] == ([author] if author else ["me"])


def test_every_text_in_a_wreck_is_looked_at_however_deep_up_to_a_limit() -> None:
    pieces = pieces_of_wreck({"a": [{"b": "Velorin gave me a rash."}], "c": 7, "d": ["x"] * 500})
    assert len(pieces) == 200
    assert len(examine(pieces, COMPANY, rules()).safety) == 1
