"""Where clauses end, which of them ask, and what stands in quotation marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.screening.reading import Reading
from compliance.domain.screening.text.clauses import Clauses
from compliance.domain.screening.text.fields import TextField
from support.screening_builders import planned, rules

ABBREVIATIONS = frozenset({"dr", "prof", "ca", "bzw", "vs"})


def clauses_of(text: str) -> list[str]:
    cut = Clauses(text, ABBREVIATIONS)
    parts: dict[int, str] = {}
    for at, character in enumerate(text):
        parts[cut.number(at)] = parts.get(cut.number(at), "") + character
    return [part.strip() for part in parts.values()]


def read(text: str) -> Reading:
    return Reading((TextField("text", text, "own"),), planned()["company"]["products"], rules().lexicon)


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Lee spoke about sleep",
        "Prof. Dr. J. Lee spoke about sleep",
        "J. Lee spoke about sleep",
        "some causes, e.g. stress",
        "ein Grund, z. B. Stress",
        "at 5 p.m. in the hall",
        "a mean of 3.5 days, ca. 2 weeks",
        "see https://a.example/b.html for more",
    ],
)
def test_a_full_stop_inside_a_clause_does_not_end_it(text: str) -> None:
    assert clauses_of(text) == [text]


def test_full_stops_question_marks_semicolons_and_lines_end_clauses() -> None:
    assert clauses_of("It rained. Who came? Dr. Lee; nobody else\nThe end") == [
        "It rained.",
        "Who came?",
        "Dr. Lee;",
        "nobody else",
        "The end",
    ]
    assert clauses_of("Hepatitis B. It spreads.") == ["Hepatitis B.", "It spreads."]


@pytest.mark.parametrize("mark", ["?!", "？", "؟"])  # noqa: RUF001 - full-width and Arabic
def test_only_the_clause_before_a_question_mark_asks(mark: str) -> None:
    text = f"This works. Does it work for you{mark} It cures"
    cut = Clauses(text, ABBREVIATIONS)

    assert not cut.asked(text.index("works"))
    assert cut.asked(text.index("work for"))
    assert not cut.asked(text.index("cures"))


def test_a_question_mark_inside_an_address_asks_nothing() -> None:
    text = "This works https://a.example/p?utm=1 today"

    assert not Clauses(text, ABBREVIATIONS).asked(text.index("works"))


@pytest.mark.parametrize("quote", ['"it works"', "“it works”", "„es works“", "«ça works»", "»es works«", "‘it works’"])  # noqa: RUF001 - quotation marks
def test_words_between_quotation_marks_are_quoted(quote: str) -> None:
    text = f"They wrote {quote} and it works"
    cut = Clauses(text, ABBREVIATIONS)

    assert cut.quoted(text.index("works"))
    assert not cut.quoted(text.rindex("works"))


def test_a_quotation_mark_that_is_never_closed_and_an_apostrophe_quote_nothing() -> None:
    for text in ('They wrote "it works', "It's what patients' families say: it works, isn't it"):
        assert not Clauses(text, ABBREVIATIONS).quoted(text.index("works"))


def test_what_is_denied_asked_and_quoted_is_told_apart() -> None:
    reading = read('It works. It never works. Does it work well? Who said "it works"?')

    said = [(each.asked, each.quoted) for each in reading.labelled("claim")]
    assert (False, False) in said
    assert (True, True) in said
    assert all(not each.negated for each in reading.labelled("claim"))
    assert [each.negated for each in reading.negated("claim")] == [True]


@given(st.text(alphabet="ab.?!;\"'“”„«» \nDr", max_size=80))
def test_clause_numbers_never_fall_and_no_text_is_too_odd(text: str) -> None:
    cut = Clauses(text, ABBREVIATIONS)
    numbers = [cut.number(at) for at in range(len(text))]

    assert numbers == sorted(numbers)
    assert all(isinstance(cut.asked(at), bool) and isinstance(cut.quoted(at), bool) for at in range(len(text)))
