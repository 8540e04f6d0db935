"""A medicine described without its name, our own results, praise of the company, hope, and bare numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.wording import company_mentions
from compliance.domain.screening.fields import PUBLISHED, TextField
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.reading import Reading, Said, published

_OWN_REACH = 4
_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:%|percent\b|per cent\b|prozent\b|pour cent\b|por ciento\b|per cento\b|procent\b)",
    re.IGNORECASE,
)
_IDENTIFYING = ("unique", "launch", "claim", "comparison", "superlative", "testimonial")


def description(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> Detected:
    """What identifies a medicine or its worth although nothing is named."""
    speaking = facts["actor"]["function"] == "executive"
    places = _company_places(reading, facts["company"]["name"] or "", lexicon)
    classes = [each for each in reading.labelled("medicine_class") if published(each.field)]
    described: list[Evidence] = []
    hinted: list[Evidence] = []
    for each in classes:
        uses = [use for use in reading.own_uses() if _one_clause(use, each)]
        if not uses:
            continue
        if speaking or _ours(reading, each, places):
            described.append(_spanning(each, uses[0]))
        elif _said_with(reading, each, "new", *_IDENTIFYING):
            hinted.append(_spanning(each, uses[0]))
    company = {path for path, _ in places}
    return {
        "indirect.described": tuple(described),
        "indirect.hinted": tuple(hinted),
        "indirect.class_word": tuple(each.evidence for each in classes),
        "results.own": _own_results(reading),
        "praise.of_company": _of_company(reading, company),
        "praise.of_company_treatment": _of_treatment(reading, company),
        "hope.found": _with_disease(reading, "hope"),
        "number.about_disease": _numbers(reading),
    }


def _out(reading: Reading) -> list[TextField]:
    return [field for field in reading.fields if published(field)]


def _one_clause(one: Said, other: Said) -> bool:
    return one.field is other.field and one.clause == other.clause


def _ours(reading: Reading, each: Said, places: set[tuple[str, int]]) -> bool:
    """Whether the words point at a treatment of this company: ours, unique and said by us, or named beside it."""
    near = any(
        _one_clause(own, each) and 0 < each.word - own.word <= _OWN_REACH for own in reading.labelled("own_marker")
    )
    asked = any(call.field is each.field for call in reading.labelled("call_to_action"))
    unique = each.field.part == "own" and _said_with(reading, each, "unique")
    named = (each.field.path, each.clause) in places and _said_with(reading, each, *_IDENTIFYING)
    return near or unique or named or (asked and each.field.part == "own")


def _said_with(reading: Reading, each: Said, *labels: str) -> bool:
    return any(_one_clause(said, each) for said in reading.labelled(*labels))


def _company_places(reading: Reading, company: str, lexicon: Lexicon) -> set[tuple[str, int]]:
    return {
        (field.path, reading.clause(field, first.start))
        for field in _out(reading)
        for first, _ in company_mentions(field, company, lexicon)
    }


def _own_results(reading: Reading) -> tuple[Evidence, ...]:
    worth = [*reading.labelled("outcome", "claim", "comparison")]
    return tuple(
        ours.evidence
        for ours in reading.labelled("own_results")
        if ours.field.part in PUBLISHED and any(each.field is ours.field for each in worth)
    )


def _of_company(reading: Reading, company: Iterable[str]) -> tuple[Evidence, ...]:
    return tuple(each.evidence for each in reading.labelled("testimonial") if each.field.path in set(company))


def _of_treatment(reading: Reading, company: Iterable[str]) -> tuple[Evidence, ...]:
    used = {use.field.path for use in reading.own_uses()}
    return tuple(each.evidence for each in reading.labelled("testimonial") if each.field.path in set(company) & used)


def _with_disease(reading: Reading, label: str) -> tuple[Evidence, ...]:
    diseases = {each.field.path for each in [*reading.labelled(CONCEPT), *reading.own_uses()]}
    return tuple(
        each.evidence for each in reading.labelled(label) if published(each.field) and each.field.path in diseases
    )


def _numbers(reading: Reading) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    diseases = [*reading.labelled(CONCEPT), *reading.own_uses()]
    for field in _out(reading):
        if field.path not in {"text", "media_text"}:
            continue
        for match in _NUMBER.finditer(field.text):
            clause = reading.clause(field, match.start())
            if any(each.field is field and each.clause == clause for each in diseases):
                found.append(Evidence(field.path, match.start(), match.end(), match.group()))
    return tuple(found)


def _spanning(one: Said, other: Said) -> Evidence:
    start, end = min(one.start, other.start), max(one.end, other.end)
    return Evidence(one.field.path, start, end, one.field.text[start:end])
