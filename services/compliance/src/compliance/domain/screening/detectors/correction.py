"""Answers that correct what somebody independent got wrong about an approved medicine of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.beside_name import CLAIMS, together
from compliance.domain.screening.detectors.together import evidence_of
from compliance.domain.screening.lexicon import CONCEPT
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.text.fields import OWN_WORDS

_SAYS_MORE = (*CLAIMS, CONCEPT, "use", "own_use", "call_to_action", "weak_call")
_APPROVED = "prescription"


def correction(reading: Reading, facts: Mapping[str, Any], products: Sequence[Mapping[str, Any]]) -> Detected:
    """`tailored`: our words say what is wrong, link the label, and add no use, claim or call of their own."""
    own = [mention for mention in reading.mentions if mention.field.path in OWN_WORDS]
    said = [each for each in reading.labelled("correction") if each.field.path in OWN_WORDS] if own else []
    label = [each for each in reading.labelled("labelling") if each.field.part == "own"] if said else []
    found = evidence_of(said)
    target: Mapping[str, Any] = facts["target"] or {}
    plain = label and target.get("author_relation") == "independent"
    approved = all(products[mention.product].get("status") == _APPROVED for mention in own)
    return {
        "correction.found": found,
        "correction.label": evidence_of(label),
        "correction.tailored": found if plain and approved and not _says_more(reading) else (),
    }


def _says_more(reading: Reading) -> tuple[Evidence, ...]:
    names = [mention for mention in reading.mentions if mention.field.path in OWN_WORDS]
    more = [each for each in reading.labelled(*_SAYS_MORE) if each.field.path in OWN_WORDS]
    return together(reading, names, more)
