"""The declaration: who is named in it, and whether a reader meets it at the outset, in every mode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.company import company_evidence
from compliance.domain.screening.detectors.together import evidence_of, said_out
from compliance.domain.screening.lexicon import CONCEPT, Lexicon
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.text.fields import TextField

_TARGET_TEXT = "target.text"


def declaration(reading: Reading, facts: Mapping[str, Any], lexicon: Lexicon) -> Detected:
    """`declares.names_company` looks at the declaration, `declares.at_outset` at the words themselves.

    `in_media` is the same for picture and film, `in_target` for the post of somebody else that is passed on;
    `tag` is a bare marker such as #ad; `passed_on.health` is what makes the target one about health.
    """
    limit: int = lexicon.figures_on(facts["as_of"]).get("declaration_outset_characters", 0)
    company: str = facts["company"]["name"] or ""
    paths = {field.path: field for field in reading.fields}
    named = company_evidence(reading, "declaration", company, lexicon) if "declaration" in paths else []
    text = paths.get("text")
    declared = text is not None and bool(named) and _begins_with(text, paths["declaration"], limit)
    return {
        "declares.names_company": tuple(named),
        "declares.at_outset": tuple(_early(reading, "text", company, lexicon, limit, declared=declared)),
        "declares.in_media": tuple(_related(reading, "media_text", company, lexicon)),
        "declares.in_target": tuple(_early(reading, _TARGET_TEXT, company, lexicon, limit)),
        "declares.tag": evidence_of(reading.labelled_at(("declaration",), "ad_tag")),
        "passed_on.health": _health(reading),
    }


def _early(
    reading: Reading, path: str, company: str, lexicon: Lexicon, limit: int, *, declared: bool = False
) -> list[Evidence]:
    """Where the company is named near the beginning, if the relation to it stands there too."""
    early = [each for each in company_evidence(reading, path, company, lexicon) if each.start <= limit]
    related = [each for each in reading.labelled_at((path,), "relation") if each.start <= limit]
    return early if early and (related or declared) else []


def _related(reading: Reading, path: str, company: str, lexicon: Lexicon) -> list[Evidence]:
    related = reading.labelled_at((path,), "relation")
    return company_evidence(reading, path, company, lexicon) if related else []


def _health(reading: Reading) -> tuple[Evidence, ...]:
    """What makes somebody's post one about health: a disease, a medicine, a class of medicines."""
    about = said_out(reading, CONCEPT, "medicine_class", "medicine_form", "mechanism", "own_use")
    return tuple(each.evidence for each in about if each.field.part == "target")


def _begins_with(text: TextField, declared: TextField, limit: int) -> bool:
    return 0 <= text.read.text.find(declared.read.text.strip()) <= limit
