"""What drug safety and Medical Information get to take away: documents, not events. docs/safety-cases.md explains them.

The safety export is named after the data elements of ICH E2B(R3); it is no ICSR message. Every element that is written
stands there, unknown ones as `{"nullFlavor": ...}`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SAFETY_EXPORT = "rapport-safety-case/1"
QUESTION_EXPORT = "rapport-medical-information-case/1"


class NullFlavor(BaseModel):
    """Why a value is missing: UNK unknown, ASKU asked but unknown, NASK not asked, MSK withheld, NI no information."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    nullFlavor: Literal["UNK", "ASKU", "NASK", "MSK", "NI"]  # noqa: N815 - the standard's own spelling


Text = str | NullFlavor
Code = str | NullFlavor


class _Elements(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _element(number: str, name: str) -> Any:
    return Field(alias=number, title=f"{number} {name}")


class Identification(_Elements):
    """C.1 Identification of the case safety report."""

    c_1_1: Annotated[str, _element("C.1.1", "Sender's (case) safety report unique identifier")]
    c_1_2: Annotated[datetime, _element("C.1.2", "Date of creation")]
    c_1_3: Annotated[Code, _element("C.1.3", "Type of report")]
    c_1_4: Annotated[datetime, _element("C.1.4", "Date report was first received from source")]
    c_1_5: Annotated[datetime, _element("C.1.5", "Date of most recent information for this report")]
    c_1_7: Annotated[Code, _element("C.1.7", "Does this case fulfil the local criteria for an expedited report?")]
    c_1_8_1: Annotated[str, _element("C.1.8.1", "Worldwide unique case identification number")]


class PrimarySource(_Elements):
    """C.2.r Primary source(s) of information."""

    c_2_r_1: Annotated[Text, _element("C.2.r.1", "Reporter's name")]
    c_2_r_3: Annotated[Code, _element("C.2.r.3", "Reporter's country code")]
    c_2_r_4: Annotated[Code, _element("C.2.r.4", "Qualification")]
    c_2_r_5: Annotated[Code, _element("C.2.r.5", "Primary source for regulatory purposes")]


class Sender(_Elements):
    """C.3 Information on sender of case safety report."""

    c_3_1: Annotated[Code, _element("C.3.1", "Sender type")]
    c_3_2: Annotated[str, _element("C.3.2", "Sender's organisation")]


class Patient(_Elements):
    """D Patient characteristics."""

    d_1: Annotated[Text, _element("D.1", "Patient (name or initials)")]
    d_5: Annotated[Code, _element("D.5", "Sex")]


Criterion = Literal[True] | NullFlavor
NO_INFORMATION = NullFlavor(nullFlavor="NI")


class Seriousness(_Elements):
    """E.i.3.2 by wording: true where the report's words say so, else no information."""

    e_i_3_2a: Annotated[Criterion, _element("E.i.3.2a", "Results in death")] = NO_INFORMATION
    e_i_3_2b: Annotated[Criterion, _element("E.i.3.2b", "Life threatening")] = NO_INFORMATION
    e_i_3_2c: Annotated[Criterion, _element("E.i.3.2c", "Caused/prolonged hospitalisation")] = NO_INFORMATION
    e_i_3_2d: Annotated[Criterion, _element("E.i.3.2d", "Disabling/incapacitating")] = NO_INFORMATION
    e_i_3_2e: Annotated[Criterion, _element("E.i.3.2e", "Congenital anomaly/birth defect")] = NO_INFORMATION
    e_i_3_2f: Annotated[Criterion, _element("E.i.3.2f", "Other medically important condition")] = NO_INFORMATION


class Reaction(_Elements):
    """E.i Reaction(s)/event(s)."""

    e_i_1_1a: Annotated[Text, _element("E.i.1.1a", "Reaction/event as reported by the primary source")]
    e_i_1_1b: Annotated[Code, _element("E.i.1.1b", "Reaction/event as reported: language")]
    e_i_2_1b: Annotated[Code, _element("E.i.2.1b", "Reaction/event (MedDRA code)")]
    e_i_3_2: Annotated[Seriousness | Code, _element("E.i.3.2", "Seriousness criteria at event level")]
    e_i_7: Annotated[Code, _element("E.i.7", "Outcome of reaction/event at the time of last observation")]


class Drug(_Elements):
    """G.k Drug(s) information."""

    g_k_1: Annotated[Code, _element("G.k.1", "Characterisation of drug role")]
    g_k_2_2: Annotated[Text, _element("G.k.2.2", "Medicinal product name as reported by the primary source")]
    g_k_8: Annotated[Code, _element("G.k.8", "Action(s) taken with drug")]
    g_k_10_r: Annotated[tuple[str, ...], _element("G.k.10.r", "Additional information on drug (coded)")] = ()


class Narrative(_Elements):
    """H Narrative case summary and further information."""

    h_1: Annotated[str, _element("H.1", "Case narrative including clinical course")]
    h_4: Annotated[Text, _element("H.4", "Sender's comments")]


class Provenance(BaseModel):
    """Where it comes from. No name: whoever has to ask back opens `url` or the case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case_id: str
    state: str
    source: str
    source_id: str
    url: str | None
    quote_sha256: str
    received_in: str | None
    """ISO 3166-1 alpha-2; the reporter's country where that is known, else of receipt."""
    country_known: bool
    qualification_known: bool
    due_at: datetime
    found_by: tuple[str, ...]
    rule_set: str | None
    model: str | None
    special_situations: tuple[str, ...]
    minimum_criteria: dict[str, bool]
    """reporter, patient, product, reaction: whether it is known."""
    corrected: tuple[str, ...]
    exported_at: datetime


class SafetyCaseExport(BaseModel):
    """A safety case for drug safety."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, title="SafetyCaseExport")

    format: Literal["rapport-safety-case/1"] = SAFETY_EXPORT
    identification: Annotated[Identification, Field(alias="C.1")]
    primary_sources: Annotated[tuple[PrimarySource, ...], Field(alias="C.2.r")]
    sender: Annotated[Sender, Field(alias="C.3")]
    patient: Annotated[Patient, Field(alias="D")]
    reactions: Annotated[tuple[Reaction, ...], Field(alias="E.i")]
    drugs: Annotated[tuple[Drug, ...], Field(alias="G.k")]
    narrative: Annotated[Narrative, Field(alias="H")]
    provenance: Provenance


class MedicalInformationExport(BaseModel):
    """A question for Medical Information."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["rapport-medical-information-case/1"] = QUESTION_EXPORT
    case_id: str
    state: str
    received_at: datetime
    due_at: datetime
    country: str | None
    country_known: bool
    products: tuple[str, ...]
    topics: tuple[str, ...]
    question: str
    source: str
    source_id: str
    url: str | None
    rule_set: str | None
    exported_at: datetime


EXPORTS: dict[str, type[BaseModel]] = {
    "safety-case-export": SafetyCaseExport,
    "medical-information-export": MedicalInformationExport,
}
"""Name of the published schema to the document."""
