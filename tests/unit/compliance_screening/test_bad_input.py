"""Too much, too odd, too deep: handled in bounded time, and never a pass by accident."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.screening_builders import judged, planned, shared_post

SECONDS = 20.0  # far above what it takes, far below what a scan that grows with the square would take
PAGE = {"url": "https://a.example/1", "title": "Rights", "text": "What patients can expect.", "own_domain": False}
LONG = (
    "a",
    "A",
    "a@",
    "a.",
    "Dr. ",
    "not ",
    "a-",
    "v e l ",
    "\"'",
    "\u0301",
    "%41",
    "MRN.",
    "DOB:",
    "0 ",
    "é",
    "Velorin ",
)


def _oversized() -> dict[str, dict[str, Any]]:
    return {
        "10,000 links": planned(links=[PAGE | {"url": f"https://a.example/{at}"} for at in range(10_000)]),
        "100,000 hashtags": planned(hashtags=["sleep"] * 100_000),
        "10,000 recent texts": shared_post("Hello", recent_texts=["Thank you for the talk."] * 10_000),
        "a text of a million letters": planned(text="a" * 1_000_000),
        "a page of a million words": planned(links=[PAGE | {"text": "sleep " * 1_000_000}]),
    }


@pytest.mark.parametrize("what", list(_oversized()))
def test_too_much_to_read_is_refused_as_a_whole_and_handed_over(what: str) -> None:
    began = time.perf_counter()
    answer = judged(_oversized()[what])

    assert time.perf_counter() - began < SECONDS
    assert answer.verdict == "block"
    assert answer.safety_handover
    assert "SCREEN-SIZE" in {finding.rule_id for finding in answer.findings}


@pytest.mark.parametrize("piece", LONG)
def test_repetition_up_to_the_limit_takes_bounded_time(piece: str) -> None:
    text = (piece * 99_000)[:90_000]
    began = time.perf_counter()

    answer = judged(planned(text=f"Velorin works in diabetes. My patient {text}"))

    assert time.perf_counter() - began < SECONDS
    assert answer.verdict == "block"


@pytest.mark.parametrize("field", ["text", "media_text", "declaration", "purpose", "inbound_text"])
def test_half_a_character_hides_nothing(field: str) -> None:
    answer = judged(planned(text="Velorin works in diabetes \ud800", **({field: "\udfff"} if field != "text" else {})))

    assert answer.verdict == "block"
    assert json.dumps(answer.as_json(action_id="A"))


@given(st.text(st.characters(categories=("Cs", "Cc", "Cf", "Mn", "Me", "So", "Co", "Cn")), max_size=30))
@settings(max_examples=25, deadline=None)
def test_odd_characters_around_a_breach_do_not_make_it_pass(odd: str) -> None:
    for text in (f"{odd} Velorin works in diabetes {odd}", f"Velorin {odd} works in diabetes"):
        assert judged(planned(text=text)).verdict != "pass"
        assert judged(shared_post(text)).verdict != "pass"


def test_a_product_list_beyond_measure_is_refused_and_not_read() -> None:
    company = {"name": "Havelmark Pharma", "country": "DE"}
    for products in ([{"name": "V" * 120_000}], [{"name": "Velorin", "aliases": ["HVM"] * 6_000}]):
        answer = judged(planned(company={**company, "products": products}))
        assert answer.verdict == "block"
        assert [finding.rule_id for finding in answer.findings] == ["SCREEN-SIZE"]


@pytest.mark.parametrize("nothing", ["", "  \n", "\u200b\u200d", "\u3164\u2800"])
def test_a_post_of_which_nothing_can_be_seen_is_no_post(nothing: str) -> None:
    assert judged(planned(type="post", text=nothing)).verdict == "block"
