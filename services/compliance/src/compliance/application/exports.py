"""What a desk takes away: cases as documents, without names. docs/safety-cases.md names every element."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from compliance.domain.screening.forwarding.seriousness import SERIOUSNESS
from shared.contracts.desk_exports import (
    NO_INFORMATION,
    Drug,
    Identification,
    MedicalInformationExport,
    Narrative,
    NullFlavor,
    Patient,
    PrimarySource,
    Provenance,
    Reaction,
    SafetyCaseExport,
    Sender,
    Seriousness,
)

Row = Mapping[str, Any]

_UNKNOWN, _MASKED = NullFlavor(nullFlavor="UNK"), NullFlavor(nullFlavor="MSK")
_NOT_ASKED = NullFlavor(nullFlavor="NASK")
_SPONTANEOUS, _PHARMACEUTICAL_COMPANY, _YES, _SUSPECT, _OUTCOME_UNKNOWN, _ACTION_UNKNOWN = "1", "1", "1", "1", "0", "0"
_QUALIFICATION = {
    "physician": "1",
    "pharmacist": "2",
    "other_health_professional": "3",
    "lawyer": "4",
    "consumer": "5",
}
_ADDITIONAL = {
    "overdose": "2",
    "medication_error": "7",
    "misuse_or_abuse": "8",
    "occupational_exposure": "10",
    "off_label_use": "11",
}
"""G.k.10.r has no code for the other situations; they stand in the narrative and in `provenance`."""
_SERIOUS = {
    "death": "e_i_3_2a",
    "life_threatening": "e_i_3_2b",
    "hospitalisation": "e_i_3_2c",
    "disability": "e_i_3_2d",
    "congenital_anomaly": "e_i_3_2e",
    "medically_important": "e_i_3_2f",
}
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_PHONE = re.compile(r"(?<![\w/.-])(?:\+|00|\(?0)\d[\d ()./-]{6,}\d")
_HANDLE = re.compile(r"(?<![\w/])@[\w.]{2,}")
_WITHHELD = "[withheld]"


def safety_export(case: Row, *, company: Row, now: datetime) -> SafetyCaseExport:
    """The case as read from the API, with elements named after ICH E2B(R3)."""
    number = _number(case, company)
    return SafetyCaseExport(
        identification=Identification(
            c_1_1=number,
            c_1_2=now,
            c_1_3=_SPONTANEOUS,
            c_1_4=case["first_seen_at"],
            c_1_5=_latest(case),
            c_1_7=NO_INFORMATION,
            c_1_8_1=number,
        ),
        primary_sources=(
            PrimarySource(
                c_2_r_1=_MASKED if case["criteria"].get("reporter") else _UNKNOWN,
                c_2_r_3=case["country"] or _UNKNOWN,
                c_2_r_4=_QUALIFICATION[case["qualification"]],
                c_2_r_5=_YES,
            ),
        ),
        sender=Sender(c_3_1=_PHARMACEUTICAL_COMPANY, c_3_2=str(company.get("name") or "")),
        patient=Patient(d_1=_MASKED if case["criteria"].get("patient") else _UNKNOWN, d_5=_NOT_ASKED),
        reactions=tuple(_reactions(case)),
        drugs=tuple(_drugs(case)),
        narrative=Narrative(h_1=_narrative(case), h_4=NO_INFORMATION),
        provenance=_provenance(case, now),
    )


def question_export(case: Row, *, now: datetime) -> MedicalInformationExport:
    """The question as read from the API."""
    return MedicalInformationExport(
        case_id=case["medical_information_case_id"],
        state=case["state"],
        received_at=case["first_seen_at"],
        due_at=case["due_at"],
        country=case["country"],
        country_known=case["country_known"],
        products=tuple(case["products"]),
        topics=tuple(case["topics"]),
        question=_withheld(case["quote"]),
        source=case["source"],
        source_id=case["source_id"],
        url=case["url"],
        rule_set=case["found_by"].get("rule_set"),
        exported_at=now,
    )


def _number(case: Row, company: Row) -> str:
    """Country, company and number, as C.1.1 asks for."""
    name = re.sub(r"[^A-Z0-9]+", "", str(company.get("name") or "").upper()) or "COMPANY"
    return f"{company.get('country') or 'ZZ'}-{name}-{case['safety_case_id']}"


def _latest(case: Row) -> datetime:
    return max((case["first_seen_at"], *(each["at"] for each in case["corrections"])))


def _reactions(case: Row) -> Iterator[Reaction]:
    """Words do not say which of several reactions was serious: each of them carries the criteria."""
    told = dict.fromkeys((_SERIOUS[name] for name in _serious(case)), True)
    for reported in _quotes(case, "reaction") or (None,):
        yield Reaction(
            e_i_1_1a=reported or _UNKNOWN,
            e_i_1_1b=_UNKNOWN,
            e_i_2_1b=NO_INFORMATION,
            e_i_3_2=Seriousness.model_validate(told) if told else NO_INFORMATION,
            e_i_7=_OUTCOME_UNKNOWN,
        )


def _serious(case: Row) -> Sequence[str]:
    names = (name.removeprefix(SERIOUSNESS) for name, places in case["places"].items() if places)
    return [name for name in names if name in _SERIOUS]


def _drugs(case: Row) -> Iterator[Drug]:
    codes = tuple(_ADDITIONAL[each] for each in case["situations"] if each in _ADDITIONAL)
    for named in _quotes(case, "product") or (None,):
        yield Drug(g_k_1=_SUSPECT, g_k_2_2=named or _UNKNOWN, g_k_8=_ACTION_UNKNOWN, g_k_10_r=codes)


def _quotes(case: Row, criterion: str) -> Sequence[str]:
    """What was said about a criterion, each wording once; nothing where a person found it is not known."""
    if not case["criteria"].get(criterion):
        return ()
    found: dict[str, str] = {}
    for place in case["places"].get(criterion, ()):
        if place.get("quote"):
            found.setdefault(place["quote"].casefold(), place["quote"])
    return tuple(found.values())


def _narrative(case: Row) -> str:
    where = "a post" if case["source"] == "post" else "a text of a planned action"
    special = ", ".join(each.replace("_", " ") for each in case["situations"])
    said = f"Seen in {where} on {case['first_seen_at'].isoformat()}. As written: {_withheld(case['quote'])}"
    serious = ", ".join(each.replace("_", " ") for each in _serious(case))
    told = (("Special situations", special), ("Seriousness", serious))
    return "\n".join((said, *(f"{what} by wording: {words}." for what, words in told if words)))


def _withheld(text: str) -> str:
    """The text without addresses, numbers and handles of people."""
    for pattern in (_MAIL, _HANDLE, _PHONE):
        text = pattern.sub(_WITHHELD, text)
    return text


def _provenance(case: Row, now: datetime) -> Provenance:
    found_by: Row = case["found_by"]
    return Provenance(
        case_id=case["safety_case_id"],
        state=case["state"],
        source=case["source"],
        source_id=case["source_id"],
        url=case["url"],
        quote_sha256=case["quote_sha256"],
        received_in=case["country"],
        country_known=case["country_known"],
        qualification_known=case["qualification_known"],
        due_at=case["due_at"],
        found_by=tuple(found_by.get("by") or ()),
        rule_set=found_by.get("rule_set"),
        model=found_by.get("model"),
        special_situations=tuple(case["situations"]),
        minimum_criteria={name: bool(known) for name, known in case["criteria"].items()},
        corrected=tuple(dict.fromkeys(each["name"] for each in case["corrections"])),
        exported_at=now,
    )
