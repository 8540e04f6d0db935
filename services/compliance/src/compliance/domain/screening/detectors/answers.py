"""Questions about an own medicine, what would be answered, and the risks told beside a benefit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.together import evidence_of
from compliance.domain.screening.medicines.medicines import FREE_SALE
from compliance.domain.screening.medicines.names import Mention
from compliance.domain.screening.reading import Reading, Said
from compliance.domain.screening.reading import evidence_of as place_of
from compliance.domain.screening.text.fields import OWN_WORDS

_SUBSTANCE = (
    *("claim", "safety_claim", "comparison", "outcome", "superlative", "own_study", "own_results", "adverse", "dose"),
    *("testimonial", "price"),
)


def answers(reading: Reading, products: Sequence[Mapping[str, Any]]) -> Detected:
    """`question.*` is what somebody asks, `answer.substantive` what our words say to it, also by denying."""
    asked = [mention for mention in reading.mentions if _asks(reading, mention, products)]
    substance = [*reading.labelled(*_SUBSTANCE), *reading.negated(*_SUBSTANCE)] if asked else []
    return {
        "question.about_own_medicine": tuple(place_of(mention) for mention in asked),
        "answer.substantive": _own(substance) if asked else (),
        "risk.stated": _own(reading.labelled_at(OWN_WORDS, "risk")),
        "routing.stated": _own(reading.labelled_at(OWN_WORDS, "medical_information")),
    }


def _asks(reading: Reading, mention: Mention, products: Sequence[Mapping[str, Any]]) -> bool:
    if products[mention.product].get("status") in FREE_SALE:
        return False
    if mention.field.part == "inbound":
        return True
    return mention.field.path in {"target.text", "target.media_text"} and reading.asked(mention.field, mention.start)


def _own(said: Sequence[Said]) -> Any:
    return evidence_of(each for each in said if each.field.path in OWN_WORDS)
