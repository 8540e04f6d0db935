"""A reviewer says what to write where; what is quoted has to stand there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.adapters.documents import vote_from_json, vote_to_json
from compliance.application.integration_events import to_integration_event
from compliance.domain.case import Case
from compliance.domain.errors import AnchorMisses
from compliance.domain.review.spans import Anchor, RequestedChange, ensure_stands
from compliance.domain.screening.text.fields import text_fields
from shared.kernel.errors import InvalidValue
from support.compliance_builders import NOW, a_ballot, a_case, a_snapshot, a_target, a_voter

TEXT = "Thank you for this clear explainer."


def a_change(words: str = "clear", *, text: str = TEXT, wanted: str = "helpful", **changes: Any) -> RequestedChange:
    start = text.index(words)
    place = Anchor(field="text", start=start, end=start + len(words), quote=words)
    return RequestedChange(place=replace(place, **changes), wanted=wanted)


def request(case: Case, *changes: RequestedChange, decision: Any = "request_changes") -> None:
    case.vote(a_ballot(case, decision, changes=changes), a_voter(), NOW)


def test_a_request_for_changes_says_what_to_write_where_in_the_vote_the_ledger_and_the_event() -> None:
    case = a_case()
    case.pull_events()
    request(case, a_change())
    assert case.state == "changes_requested"
    assert case.votes[0].changes == (a_change(),)
    assert vote_from_json(vote_to_json(case.votes[0])) == case.votes[0]
    voted, asked = case.pull_events()
    said = [{"field": "text", "start": 19, "end": 24, "quote": "clear", "wanted": "helpful"}]
    assert voted.personal()["changes"] == said  # type: ignore[attr-defined] - a state change
    assert "clear" not in repr(voted.evidence())  # type: ignore[attr-defined] - a state change
    published = to_integration_event(asked)
    assert published is not None
    assert published.model_dump(mode="json")["changes"] == said


def test_a_vote_from_before_there_were_changes_is_read_without_any() -> None:
    case = a_case()
    request(case)
    stored = vote_to_json(case.votes[0])
    for later in ("changes", "on_behalf_of", "on_behalf_of_name", "absence_id"):
        del stored[later]
    assert vote_from_json(stored) == case.votes[0]


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_changes_come_with_a_request_for_changes_alone(decision: Any) -> None:
    case = a_case()
    with pytest.raises(InvalidValue, match="request_changes"):
        request(case, a_change(), decision=decision)
    assert case.votes == ()


@pytest.mark.parametrize(
    ("wrong", "field", "remedy"),
    [
        ({"field": "declarations"}, "field", "text, declaration"),
        ({"field": "target.text"}, "field", "text, declaration"),
        ({"start": 24}, "end", "code points"),
        ({"start": -1}, "end", "code points"),
        ({"end": 400}, "end", "code points"),
        ({"start": 18}, "quote", "stands at 19 to 24"),
        ({"quote": "Clear"}, "quote", "read the case again"),
        ({"quote": ""}, "quote", "read the case again"),
    ],
)
def test_what_is_quoted_has_to_stand_there_and_the_refusal_names_field_and_remedy(
    wrong: dict[str, Any], field: str, remedy: str
) -> None:
    case = a_case()
    with pytest.raises(AnchorMisses) as refused:
        request(case, a_change("you"), a_change(**wrong))
    assert refused.value.field == f"changes.1.{field}"
    assert remedy in (refused.value.remedy or "")
    assert case.state == "in_review"


def test_places_are_counted_in_code_points() -> None:
    text = "\N{FAMILY}\N{ZERO WIDTH JOINER}\N{SPARKLES} e\N{COMBINING ACUTE ACCENT}tude, merci."
    snapshot = a_snapshot(text=text, target=a_target("\U0001f4c8 rising"))
    ensure_stands(a_change("merci", text=text).place, snapshot, "anchor")
    ensure_stands(Anchor(field="target.text", start=2, end=8, quote="rising"), snapshot, "anchor")
    utf16 = Anchor(field="target.text", start=3, end=9, quote="rising")
    with pytest.raises(AnchorMisses):
        ensure_stands(utf16, snapshot, "anchor")


@given(text=st.text(min_size=1, max_size=40), cut=st.tuples(st.integers(0, 39), st.integers(1, 40)), other=st.text())
def test_exactly_the_words_that_stand_there_pass(text: str, cut: tuple[int, int], other: str) -> None:
    snapshot = a_snapshot(text=text)
    start, end = cut
    anchor = Anchor(field="text", start=start, end=end, quote=other)
    stands = 0 <= start < end <= len(text)
    if stands and text[start:end] == other:
        ensure_stands(anchor, snapshot, "anchor")
    else:
        with pytest.raises(AnchorMisses):
            ensure_stands(anchor, snapshot, "anchor")
    if stands:
        ensure_stands(replace(anchor, quote=text[start:end]), snapshot, "anchor")


def test_every_text_of_an_action_can_be_pointed_at() -> None:
    links = [{"url": "https://a.example", "title": "A study", "text": "words", "own_domain": True}]
    snapshot = a_snapshot(hashtags=["#sleep"], links=links, target=a_target(), purpose="say thanks")
    for field in text_fields(snapshot):
        ensure_stands(Anchor(field=field.path, start=0, end=1, quote=field.text[0]), snapshot, "anchor")
