"""Where the company is named: in full, without its legal form, or by its initials."""

from __future__ import annotations

from functools import lru_cache

from compliance.domain.findings import Evidence
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.normal import Token, words

_SHORTEST_COMPANY_WORD = 3
_FEWEST_INITIALS = 3

Place = tuple[str, int]
"""A field's path and the number of a clause in it."""


def company_mentions(
    field: TextField, company: str, lexicon: Lexicon, *, initials: bool = False
) -> list[tuple[Token, Token]]:
    """First and last word of each place where the company is named.

    With `initials` also where three or more initials stand for it: enough to hold something back, not to declare.
    """
    forms = _forms(company, lexicon.words["company_form"], initials)
    heads = {form[0] for form in forms}
    found: list[tuple[Token, Token]] = []
    if not any(head in field.read.text for head in heads):
        return found
    for text in dict.fromkeys((field.tokens, field.parts_of_words)):
        if heads.isdisjoint(text.texts):
            continue
        for at, word in enumerate(text.texts):
            if word in heads:
                found += [
                    (text[at], text[at + len(form) - 1])
                    for form in forms
                    if tuple(text.texts[at : at + len(form)]) == form
                ]
    return found


def company_places(reading: Reading, company: str, lexicon: Lexicon) -> frozenset[Place]:
    """The clauses, in what goes out, that name the company."""
    return frozenset(
        (field.path, reading.clause(field, first.start))
        for field in reading.out
        for first, _ in company_mentions(field, company, lexicon, initials=True)
    )


def company_evidence(reading: Reading, path: str, company: str, lexicon: Lexicon) -> list[Evidence]:
    """Where the text at `path` names the company."""
    return [
        Evidence(field.path, first.start, last.end, field.text[first.start : last.end])
        for field in reading.fields
        if field.path == path
        for first, last in company_mentions(field, company, lexicon)
    ]


@lru_cache(maxsize=256)
def _forms(company: str, legal_forms: frozenset[str], initials: bool) -> list[tuple[str, ...]]:  # noqa: FBT001 - a key
    full = words(company)
    plain = tuple(word for word in full if word not in legal_forms)
    forms = [form for form in (full, plain) if form and any(len(word) >= _SHORTEST_COMPANY_WORD for word in form)]
    if initials and len(full) >= _FEWEST_INITIALS:
        forms.append(("".join(word[0] for word in full),))
    return forms
