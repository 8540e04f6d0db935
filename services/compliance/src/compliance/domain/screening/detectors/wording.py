"""All detectors of wording, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors.answers import answers
from compliance.domain.screening.detectors.captures import captures
from compliance.domain.screening.detectors.correction import correction
from compliance.domain.screening.detectors.declaration import declaration
from compliance.domain.screening.detectors.description import description
from compliance.domain.screening.detectors.endorsement import endorsement
from compliance.domain.screening.detectors.hints import hints
from compliance.domain.screening.detectors.off_label import off_label
from compliance.domain.screening.detectors.patient import patient
from compliance.domain.screening.detectors.plan import plan_words, pressure
from compliance.domain.screening.detectors.praise import praise
from compliance.domain.screening.detectors.results import results
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.reading import Reading


def wording(
    reading: Reading,
    snapshot: Mapping[str, Any],
    facts: Mapping[str, Any],
    products: Sequence[Mapping[str, Any]],
    lexicon: Lexicon,
) -> dict[str, tuple[Evidence, ...]]:
    """Everything the words say beyond the names in them."""
    return {
        **description(reading, facts, lexicon),
        **hints(reading, products, lexicon),
        **results(reading, facts, lexicon),
        **praise(reading, facts, lexicon),
        **off_label(reading, products, lexicon),
        **answers(reading, products),
        **correction(reading, facts, products),
        **endorsement(reading, products),
        **declaration(reading, facts, lexicon),
        **captures(reading, snapshot),
        **plan_words(reading),
        **pressure(reading, facts),
        **patient(reading),
    }
