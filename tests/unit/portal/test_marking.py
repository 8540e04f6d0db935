from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.application.marking import Segment, Span, segments, spans_in, value_at


def test_evidence_is_marked_where_it_stands():
    findings = [{"severity": "block", "evidence": {"field": "text", "start": 0, "end": 7, "quote": "Velorin"}}]
    marked = segments("Velorin helps", spans_in("text", "Velorin helps", findings))
    assert marked == [Segment("Velorin", (1,), "block"), Segment(" helps")]


def test_overlapping_findings_share_the_words_they_share():
    spans = [Span(0, 5, 1, "review"), Span(3, 8, 2, "block")]
    assert [(piece.text, piece.numbers, piece.severity) for piece in segments("abcdefghij", spans)] == [
        ("abc", (1,), "review"),
        ("de", (1, 2), "block"),
        ("fgh", (2,), "block"),
        ("ij", (), None),
    ]


@given(
    text=st.text(max_size=60),
    spans=st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8),
)
def test_marking_never_loses_or_doubles_a_character(text: str, spans: list[tuple[int, int]]):
    pieces = segments(text, [Span(start, end, n, "block") for n, (start, end) in enumerate(spans, 1)])
    assert "".join(piece.text for piece in pieces) == text
    for number, (start, end) in enumerate(spans, 1):
        if 0 <= start < end <= len(text):
            assert "".join(piece.text for piece in pieces if number in piece.numbers) == text[start:end]


def test_a_span_that_does_not_fit_its_quote_is_found_by_its_words():
    findings = [{"severity": "block", "evidence": {"field": "text", "start": 2, "end": 9, "quote": "Velorin"}}]
    assert spans_in("text", "So: Velorin", findings) == [Span(4, 11, 1, "block")]


def test_evidence_that_is_nowhere_in_the_text_marks_nothing():
    findings = [
        {"severity": "block", "evidence": {"field": "text", "start": 0, "end": 4, "quote": "else"}},
        {"severity": "block", "evidence": {"field": "target.text", "start": 0, "end": 2, "quote": "So"}},
        {"severity": "block", "evidence": None},
    ]
    assert spans_in("text", "So: Velorin", findings) == []


def test_a_field_path_reaches_into_lists_and_missing_parts_are_none():
    document = {"links": [{"url": "a"}, {"url": "b"}], "target": None}
    assert value_at(document, "links[1].url") == "b"
    assert value_at(document, "links[7].url") is None
    assert value_at(document, "target.text") is None
