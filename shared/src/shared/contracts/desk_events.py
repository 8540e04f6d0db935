"""Events of the gate's desks: safety cases, and questions for Medical Information.

Both go the same way today. They are written out for each, because each desk's readers know one topic, and because
what drug safety has to tell is bound to change for other reasons than an answer to a question.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from shared.contracts.envelope import IntegrationEvent


class _SafetyV1(IntegrationEvent):
    """About one safety case; `version` grows with each of its changes."""

    TOPIC: ClassVar[str] = "compliance.safety"

    safety_case_id: str
    version: int

    @property
    def key(self) -> str:
        return self.safety_case_id


class SafetyCaseOpenedV1(_SafetyV1):
    """Text that may report an adverse event, for drug safety, whatever becomes of the action."""

    TYPE: ClassVar[str] = "compliance.safety.opened.v1"

    source: str
    """`action` or `post`."""
    source_id: str
    stakeholder_id: str | None = None
    quote: str
    criteria: dict[str, bool | None]
    """reporter, patient, product, reaction: true = known, null = unknown."""
    special_situations: tuple[str, ...] = ()
    """Such as pregnancy or lack of effect, where the text tells of one."""
    country: str | None = None
    """Of the reporter, where known, else of receipt; ISO 3166-1 alpha-2."""
    first_seen_at: datetime
    due_at: datetime


class SafetyCaseEscalatedV1(_SafetyV1):
    """A share of the time is over and nobody has confirmed the hand-over; at 100 percent it is overdue."""

    TYPE: ClassVar[str] = "compliance.safety.escalated.v1"

    percent: int
    notify: tuple[str, ...] = ()
    """Roles of the company that have to be told, as its own file names them."""
    escalated_at: datetime
    due_at: datetime


class SafetyCaseHandedOverV1(_SafetyV1):
    """Drug safety has it."""

    TYPE: ClassVar[str] = "compliance.safety.handed_over.v1"

    handed_over_by: str
    handed_over_at: datetime


class SafetyCaseClosedV1(_SafetyV1):
    """Drug safety has decided: `assessed`, `duplicate` or `not_a_case`."""

    TYPE: ClassVar[str] = "compliance.safety.closed.v1"

    outcome: str
    reference: str | None = None
    """Drug safety's own number."""
    reason: str | None = None
    closed_by: str
    closed_at: datetime


class SafetyCaseReopenedV1(_SafetyV1):
    """The closing was wrong: the case is again in `state`."""

    TYPE: ClassVar[str] = "compliance.safety.reopened.v1"

    state: str
    reopened_by: str
    reopened_at: datetime
    reason: str | None = None


class _MedicalInformationV1(IntegrationEvent):
    """About one question for Medical Information; `version` grows with each of its changes."""

    TOPIC: ClassVar[str] = "compliance.medical_information"

    medical_information_case_id: str
    version: int

    @property
    def key(self) -> str:
        return self.medical_information_case_id


class MedicalInformationOpenedV1(_MedicalInformationV1):
    """An unsolicited question about an own medicine. Medical Information answers it, never an action."""

    TYPE: ClassVar[str] = "compliance.medical_information.opened.v1"

    source: str
    """`action` or `post`."""
    source_id: str
    stakeholder_id: str | None = None
    quote: str
    products: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """Such as dose, switching or availability; empty where none was recognised."""
    country: str | None = None
    first_seen_at: datetime
    due_at: datetime


class MedicalInformationEscalatedV1(_MedicalInformationV1):
    """A share of the time is over and nobody has confirmed the hand-over; at 100 percent it is overdue."""

    TYPE: ClassVar[str] = "compliance.medical_information.escalated.v1"

    percent: int
    notify: tuple[str, ...] = ()
    escalated_at: datetime
    due_at: datetime


class MedicalInformationHandedOverV1(_MedicalInformationV1):
    """Medical Information has it."""

    TYPE: ClassVar[str] = "compliance.medical_information.handed_over.v1"

    handed_over_by: str
    handed_over_at: datetime


class MedicalInformationClosedV1(_MedicalInformationV1):
    """Medical Information is done: `answered`, `duplicate` or `not_a_question`."""

    TYPE: ClassVar[str] = "compliance.medical_information.closed.v1"

    outcome: str
    reference: str | None = None
    reason: str | None = None
    closed_by: str
    closed_at: datetime


class MedicalInformationReopenedV1(_MedicalInformationV1):
    """The closing was wrong: the case is again in `state`."""

    TYPE: ClassVar[str] = "compliance.medical_information.reopened.v1"

    state: str
    reopened_by: str
    reopened_at: datetime
    reason: str | None = None
