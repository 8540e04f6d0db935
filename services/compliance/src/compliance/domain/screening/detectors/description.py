"""A medicine of ours described without its name: whose it is, what it looks like, what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.company import Place, company_places
from compliance.domain.screening.detectors.together import (
    beside,
    elsewhere,
    evidence_of,
    one_clause,
    said_out,
    spanning,
)
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.reading import Reading, Said

_OWN_REACH = 5
_GENERIC, _SPECIFIC = "medicine_class", ("medicine_form", "mechanism")
_WORTH = ("claim", "safety_claim", "comparison", "superlative", "testimonial", "price", "outcome", "frequency")
_TELLING = ("unique", "launch", "new", *_WORTH)


def description(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> Detected:
    """`described` identifies a medicine of the company; `hinted` may be read as one."""
    classes = said_out(reading, _GENERIC, *_SPECIFIC)
    described: list[Evidence] = []
    hinted: list[Evidence] = []
    if classes:
        view = _View(reading, facts, lexicon)
        for each in classes:
            kind, evidence = view.judge(each)
            (described if kind == "described" else hinted if kind == "hinted" else []).append(evidence)
    options = said_out(reading, "new_option")
    uses = said_out(reading, *reading.use_labels) if options else []
    hinted += [spanning(each, use) for each in options if (use := beside(each, uses))]
    return {
        "indirect.described": tuple(described),
        "indirect.hinted": tuple(hinted),
        "indirect.class_word": evidence_of(classes),
        "indirect.vaccine": evidence_of(said_out(reading, "vaccine")),
    }


class _View:
    """Everything in one snapshot that a word for a medicine is judged by."""

    def __init__(self, reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> None:
        self._executive = facts["actor"]["function"] == "executive"
        self._places: frozenset[Place] = company_places(reading, facts["company"]["name"] or "", lexicon)
        self._uses = said_out(reading, *reading.use_labels)
        self._telling = said_out(reading, *_TELLING)
        self._worth = said_out(reading, *_WORTH)
        self._proof = [each for each in self._telling if each.label != "new"]
        self._praise = said_out(reading, "praise", "weak_claim")
        self._business = said_out(reading, "business")
        self._unique = said_out(reading, "unique")
        self._new = said_out(reading, "new", "launch", "unique")
        self._calls = said_out(reading, "call_to_action")
        self._owned = said_out(reading, "own_marker")
        self._pronouns = said_out(reading, "own_pronoun")
        self._ours = said_out(reading, "own_for_sure")

    def judge(self, each: Said) -> tuple[str, Evidence]:
        """How far a word for a medicine points at one of ours, and where."""
        here = beside(each, (use for use in self._uses if use.end <= each.start or use.start >= each.end))
        telling, asked = beside(each, self._telling), elsewhere(each, self._calls)
        pronoun = beside(each, self._pronouns) or (each.field.part == "own" and elsewhere(each, self._ours))
        marked = bool(pronoun) or any(
            one_clause(own, each) and 0 < each.word - own.word <= _OWN_REACH for own in self._owned
        )
        unique = each.field.part == "own" and beside(each, self._unique)
        named = (each.field.path, each.clause) in self._places and telling
        ours = bool(marked or unique or named)
        proof = self._identifies(each, here, ours=ours, marked=marked, told=bool(telling or asked), asked=bool(asked))
        if proof:
            return "described", spanning(each, proof)
        own = each.field.part == "own"
        if here and (telling or asked or ours or (own and each.label in _SPECIFIC)):
            return "hinted", spanning(each, here)
        praised = marked and beside(each, self._worth) and not beside(each, self._business)
        if own and (praised or (ours and beside(each, self._new)) or (asked and (ours or elsewhere(each, self._uses)))):
            return "hinted", each.evidence
        return "", each.evidence

    def _identifies(
        self, each: Said, here: Said | None, *, ours: bool, marked: bool, told: bool, asked: bool
    ) -> Said | None:
        """What makes the words one medicine of ours, if anything does."""
        own, specific = each.field.part == "own", each.label in _SPECIFIC
        praised = told and beside(each, self._praise)
        proven = specific or asked or beside(each, self._proof) or praised
        if here and ((own and self._executive) or (ours and proven)):
            return here
        if told and (ours or (asked and own)) and (specific or (marked and beside(each, self._worth))):
            near = here or elsewhere(each, self._uses)
            if near:
                return near
        if specific and marked and not beside(each, self._business):
            worth = beside(each, self._worth) or beside(each, self._unique)
            return worth or (elsewhere(each, self._uses) if elsewhere(each, self._worth) else None)
        return None
