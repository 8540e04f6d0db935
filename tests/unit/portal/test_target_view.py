from __future__ import annotations

from typing import Any

import pytest

from portal.application.target_view import target_view, web_address

CASE = {
    "submitted_by": "jonas.comms",
    "edited_by": ["amira.medical"],
    "slot_start": "2026-11-24T10:00:00Z",
    "slot_end": "2026-11-24T14:00:00Z",
}


def now(**changes: Any) -> dict[str, Any]:
    seen = {
        "state": "confirmed",
        "confirmed_by": "rosa.reviewer",
        "confirmed_by_name": "Rosa Marín",
        "confirmed_at": "2026-11-23T12:00:00Z",
        "valid_until": "2026-11-24T12:00:00Z",
    }
    return {**seen, **changes}


@pytest.mark.parametrize("writer", ["jonas.comms", "amira.medical"])
def test_whoever_worked_on_it_is_told_why_they_do_not_confirm_and_can_still_report(writer: str):
    view = target_view(CASE, now(), subject=writer)
    assert list(view.choices) == ["changed", "deleted"]
    assert "You worked on this action" in view.notes[0]


def test_a_confirmation_by_whoever_worked_on_it_is_said_not_to_count():
    view = target_view(CASE, now(confirmed_by="amira.medical", confirmed_by_name="Amira"), subject="rosa.reviewer")
    assert view.notes[0].startswith("Amira worked on this action")


def test_a_confirmation_that_ends_before_the_slot_says_when_to_look_again():
    early = now(confirmed_at="2026-11-22T08:00:00Z", valid_until="2026-11-23T08:00:00Z")
    view = target_view(CASE, early, subject="rosa.reviewer")
    assert view.notes == ("This confirmation ends before the slot opens: look again after Mon 23 Nov 2026, 10:00 UTC.",)


def test_a_confirmation_that_reaches_into_the_slot_needs_no_words():
    view = target_view(CASE, now(), subject="rosa.reviewer")
    assert (list(view.choices), view.notes) == (["unchanged", "changed", "deleted"], ())


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "//a.example", "http://[x", "https://", ""]
)
def test_only_web_addresses_become_links(text: str):
    assert web_address(text) is None
    assert web_address("https://a.example/1") == "https://a.example/1"
