"""Medicines that are not ours: named, with a use or claim, in a hashtag, compared, or only built like an INN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.beside_name import (
    calls_for,
    claims_of,
    in_clause,
    places_of,
    tagged,
    together,
)
from compliance.domain.screening.detectors.company import company_mentions
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.medicines.medicines import OtherMention
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.text.fields import PUBLISHED

_FREE_SALE = "otc"
_NO_WORD = "unknown"
_SAY_NOT_HOW_IT_IS_SOLD = frozenset({_NO_WORD, "authorised", "withdrawn"})


def other_medicine(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> Detected:
    """What goes out and names somebody else's medicine. The body of a page that is not ours is not our claim."""
    out = [each for each in reading.other_medicines if each.field.part in PUBLISHED]
    listed = [each for each in out if each.medicine is not None]
    unlisted = [each for each in out if each.medicine is None]
    free = [each for each in listed if _on_free_sale(each, lexicon)]
    strict = [each for each in listed if each not in free]
    use = [*reading.own_uses(), *reading.labelled(CONCEPT, "use")] if strict or unlisted else []
    unlisted_said = claims_of(reading, unlisted) + calls_for(reading, unlisted) + together(reading, unlisted, use)
    return {
        "other_medicine.named": places_of(strict),
        "other_medicine.misspelt": places_of(each for each in strict if each.misspelt),
        "other_medicine.in_hashtag": places_of(each for each in strict if each.field.part == "own" and tagged(each)),
        "other_medicine.with_use": together(reading, strict, use),
        "other_medicine.with_claim": claims_of(reading, strict),
        "other_medicine.with_call": calls_for(reading, strict),
        "other_medicine.investigational": places_of(each for each in strict if _status(each) == "investigational"),
        "other_medicine.compared": places_of(_compared(reading, listed, facts["company"]["name"] or "", lexicon)),
        "other_medicine.free_sale_with_claim": claims_of(reading, free) + calls_for(reading, free),
        "other_medicine.stem": places_of(unlisted),
        "other_medicine.stem_with_claim": unlisted_said,
    }


def _status(mention: OtherMention) -> str:
    return mention.medicine.status if mention.medicine else _NO_WORD


def _on_free_sale(mention: OtherMention, lexicon: Lexicon) -> bool:
    """By its list, or where no list says so, by the packs' list of what is usually sold freely."""
    status = _status(mention)
    return status == _FREE_SALE or (
        status in _SAY_NOT_HOW_IT_IS_SOLD
        and mention.medicine is not None
        and mention.medicine.letters in lexicon.words["free_sale"]
    )


def _compared(reading: Reading, others: Sequence[OtherMention], company: str, lexicon: Lexicon) -> list[OtherMention]:
    """Other medicines in one clause with a comparison, where ours, the company or a word such as `our` is named."""
    compared: list[OtherMention] = []
    for other in others:
        comparisons = [
            each
            for each in reading.labelled("comparison")
            if each.field is other.field and in_clause(reading, other, each)
        ]
        if comparisons and (
            any(mention.field is other.field for mention in reading.mentions)
            or any(
                each.field is other.field and in_clause(reading, other, each) for each in reading.labelled("own_marker")
            )
            or company_mentions(other.field, company, lexicon)
        ):
            compared.append(other)
    return compared
