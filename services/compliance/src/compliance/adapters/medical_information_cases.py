"""Medical information cases in PostgreSQL."""

from __future__ import annotations

from compliance.adapters.forwarded_cases import SqlForwardedCases
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.tables import medical_information_cases as table
from compliance.domain.medical_information_case import MedicalInformationCase, QuestionSubject


def medical_information_cases(uow: RecordedUnitOfWork) -> SqlForwardedCases[MedicalInformationCase]:
    """The repository in one transaction."""
    return SqlForwardedCases(
        uow,
        table,
        kind=MedicalInformationCase,
        subject=lambda row: QuestionSubject(products=tuple(row["products"]), topics=tuple(row["topics"])),
        columns=lambda case: {"products": list(case.subject.products), "topics": list(case.subject.topics)},
    )
