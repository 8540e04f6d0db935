"""Somebody paid for it speaks well of a medicine, of ours or of anybody, on prescription or on free sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.together import elsewhere, evidence_of, said_out
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.reading import evidence_of as place_of
from compliance.domain.screening.text.fields import PUBLISHED

_WORTH = ("claim", "safety_claim", "comparison", "superlative", "testimonial", "praise", "weak_claim", "call_to_action")
_DEVICE = "device"


def endorsement(reading: Reading, products: Sequence[Mapping[str, Any]]) -> Detected:
    """`endorsement.medicine`: a medicine of the company is named, or one is praised without a name."""
    named = [
        mention
        for mention in reading.mentions
        if mention.field.part in PUBLISHED and products[mention.product].get("status") != _DEVICE
    ]
    classes = said_out(reading, "medicine_form", "mechanism", "medicine_class")
    worth = said_out(reading, *_WORTH) if classes else []
    praised = [each for each in classes if elsewhere(each, worth)]
    return {"endorsement.medicine": (*map(place_of, named), *evidence_of(praised))}
