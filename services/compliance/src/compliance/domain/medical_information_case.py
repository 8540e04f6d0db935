"""Medical information cases: an unsolicited question about an own medicine, on its way to Medical Information."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from compliance.domain.forwarded_case import ForwardedCase, ForwardedCaseChanged, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSubject:
    """What is asked about which medicines: `topics` such as dose or switching, empty where none was recognised."""

    products: tuple[str, ...]
    topics: tuple[str, ...]


class MedicalInformationCaseChanged(ForwardedCaseChanged):
    AGGREGATE: ClassVar[str] = "medical_information_case"


class MedicalInformationCaseOpened(MedicalInformationCaseChanged):
    """Medical Information has to answer this."""


class MedicalInformationCaseAcknowledged(MedicalInformationCaseChanged):
    """Somebody of Medical Information looks at it."""


class MedicalInformationCaseEscalated(MedicalInformationCaseChanged):
    """A share of the time is over."""


class MedicalInformationCaseOverdue(MedicalInformationCaseChanged):
    """Nobody handed it over in time."""


class MedicalInformationCaseHandedOver(MedicalInformationCaseChanged):
    """Medical Information has it."""


class MedicalInformationCaseClosed(MedicalInformationCaseChanged):
    """Medical Information has answered, or it was no question."""


class MedicalInformationCaseReopened(MedicalInformationCaseChanged):
    """The closing was wrong."""


class MedicalInformationCase(ForwardedCase):
    """Open until somebody confirms that Medical Information has it. It is never answered by an action."""

    STEPS: ClassVar[Mapping[Step, type[ForwardedCaseChanged]]] = {
        "opened": MedicalInformationCaseOpened,
        "acknowledged": MedicalInformationCaseAcknowledged,
        "escalated": MedicalInformationCaseEscalated,
        "overdue": MedicalInformationCaseOverdue,
        "handed_over": MedicalInformationCaseHandedOver,
        "closed": MedicalInformationCaseClosed,
        "reopened": MedicalInformationCaseReopened,
    }
    DONE: ClassVar[str] = "answered"
    DISMISSED: ClassVar[str] = "not_a_question"
    subject: QuestionSubject
