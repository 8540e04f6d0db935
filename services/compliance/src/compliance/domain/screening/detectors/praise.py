"""Praise of what the company gives, hope, and stories of patients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.company import company_places
from compliance.domain.screening.detectors.together import elsewhere, evidence_of, said_out
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.reading import Reading, Said


def praise(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> Detected:
    """Testimonials count with the company's name, hope with a disease."""
    testimonials = said_out(reading, "testimonial")
    uses = said_out(reading, *reading.use_labels) if testimonials else []
    company = facts["company"]["name"] or ""
    paths = {path for path, _ in company_places(reading, company, lexicon)} if testimonials else set[str]()
    of_company = [each for each in testimonials if each.field.path in paths]
    of_class = [each for each in testimonials if elsewhere(each, said_out(reading, "medicine_class", "medicine_form"))]
    return {
        "praise.of_company": evidence_of(of_company),
        "praise.of_company_treatment": evidence_of(each for each in of_company if elsewhere(each, uses)),
        "praise.of_unnamed_treatment": evidence_of(each for each in of_class if elsewhere(each, uses)),
        "hope.found": _hope(reading),
    }


def _hope(reading: Reading) -> tuple[Evidence, ...]:
    hopes: list[Said] = said_out(reading, "hope")
    if not hopes:
        return ()
    ill = [
        *said_out(reading, CONCEPT, "patient_word", "patient_story", "symptom", "medicine_class", "treatment_burden"),
        *said_out(reading, *reading.use_labels),
    ]
    return evidence_of(each for each in hopes if elsewhere(each, ill))
