"""Own medicines: named at all, or named together with a use, praise or a call to action."""

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
from compliance.domain.screening.lexicon import CONCEPT
from compliance.domain.screening.medicines.medicines import FREE_SALE
from compliance.domain.screening.medicines.names import Mention
from compliance.domain.screening.reading import Reading, Said
from compliance.domain.screening.text.fields import PUBLISHED

_SHOWN = PUBLISHED | {"declared"}
"""What readers see; the declaration stands beside the words."""


def own_medicine(reading: Reading, products: Sequence[Mapping[str, Any]]) -> Detected:
    """Medicines on prescription, investigational, withdrawn or of unknown status; the free ones apart."""

    def held(mention: Mention) -> bool:
        return products[mention.product].get("status") not in FREE_SALE

    def investigational(mention: Mention) -> bool:
        return products[mention.product].get("status") == "investigational"

    out = [mention for mention in reading.mentions if mention.field.part in _SHOWN]
    strict = [mention for mention in out if held(mention)]
    trial = [mention for mention in strict if investigational(mention)]
    free = [mention for mention in out if not held(mention)]
    profile = [mention for mention in reading.mentions if mention.field.part == "profile" and held(mention)]
    inbound = [mention for mention in reading.mentions if mention.field.part == "inbound" and held(mention)]
    doubtful = [mention for mention in reading.possible if mention.field.part in PUBLISHED and held(mention)]
    use = [*reading.own_uses(), *reading.labelled(CONCEPT, "use")] if strict or doubtful else []
    return {
        "own_medicine.named": places_of(strict),
        "own_medicine.misspelt": places_of(mention for mention in strict if mention.misspelt),
        "own_medicine.perhaps": places_of(_perhaps(reading, doubtful, use)),
        "own_medicine.in_own_words": places_of(mention for mention in strict if mention.field.part == "own"),
        "own_medicine.in_target": places_of(mention for mention in strict if mention.field.part == "target"),
        "own_medicine.in_hashtag": places_of(mention for mention in strict if tagged(mention)),
        "own_medicine.in_profile": places_of(profile),
        "own_medicine.asked_about": places_of(inbound),
        "own_medicine.with_use": together(reading, strict, use),
        "own_medicine.with_claim": claims_of(reading, strict),
        "own_medicine.with_call": calls_for(reading, strict),
        "own_medicine.investigational": places_of(trial),
        "own_medicine.investigational_with_claim": claims_of(reading, trial),
        "own_medicine.free_sale_with_claim": claims_of(reading, free) + calls_for(reading, free),
    }


def _perhaps(reading: Reading, doubtful: Sequence[Mention], uses: Sequence[Said]) -> list[Mention]:
    """Ordinary words that may be a name after all: in a tag of ours, or beside a medicine word or a use."""
    cues = [*uses, *reading.labelled("medicine_class", "medicine_form")] if doubtful else []
    return [
        mention
        for mention in doubtful
        if (mention.field.part == "own" and (tagged(mention) or mention.field.joined))
        or any(cue.field is mention.field and in_clause(reading, mention, cue) for cue in cues)
    ]
