"""What leaves the gate about forwarded cases, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compliance.domain import medical_information_case as question
from compliance.domain import safety_case as safety
from compliance.domain.forwarded_case import ForwardedCaseChanged
from shared.contracts import desk_events as published
from shared.contracts.envelope import IntegrationEvent


def forwarded_event(event: ForwardedCaseChanged) -> IntegrationEvent | None:
    """The public form of `event`; None for what stays inside."""
    spoken = _SPOKEN.get(type(event))
    return None if spoken is None else spoken[0].model_validate(spoken[1](event))


def _opened(event: ForwardedCaseChanged) -> dict[str, Any]:
    report = event.report
    return {
        "source": report.source,
        "source_id": report.source_id,
        "stakeholder_id": report.stakeholder_id,
        "quote": report.quote,
        "country": report.country,
        "first_seen_at": report.first_seen_at,
        "due_at": event.progress.clock.due_at,
    }


def _safety_opened(event: ForwardedCaseChanged) -> dict[str, Any]:
    subject: safety.SafetySubject = event.subject
    return {
        **_safety_id(event),
        **_opened(event),
        "criteria": dict(subject.criteria),
        "special_situations": subject.situations,
    }


def _question_opened(event: ForwardedCaseChanged) -> dict[str, Any]:
    subject: question.QuestionSubject = event.subject
    return {**_question_id(event), **_opened(event), "products": subject.products, "topics": subject.topics}


def _safety_id(event: ForwardedCaseChanged) -> dict[str, Any]:
    return {"safety_case_id": event.aggregate_id, "version": event.version}


def _question_id(event: ForwardedCaseChanged) -> dict[str, Any]:
    return {"medical_information_case_id": event.aggregate_id, "version": event.version}


def _escalated(event: ForwardedCaseChanged) -> dict[str, Any]:
    return {
        "percent": event.changed["percent"],
        "notify": event.changed["notify"],
        "escalated_at": event.occasion.at,
        "due_at": event.progress.clock.due_at,
    }


def _handed_over(event: ForwardedCaseChanged) -> dict[str, Any]:
    return {"handed_over_by": event.occasion.by, "handed_over_at": event.occasion.at}


def _closed(event: ForwardedCaseChanged) -> dict[str, Any]:
    closing = event.progress.closing
    if closing is None:
        raise TypeError("a closed case has a closing")
    return {
        "outcome": closing.outcome,
        "reference": closing.reference,
        "reason": closing.reason,
        "closed_by": closing.by,
        "closed_at": closing.at,
    }


def _reopened(event: ForwardedCaseChanged) -> dict[str, Any]:
    return {
        "state": event.new_state,
        "reopened_by": event.occasion.by,
        "reopened_at": event.occasion.at,
        "reason": event.occasion.why,
    }


Words = Callable[[ForwardedCaseChanged], dict[str, Any]]


def _with(name: Words, words: Words) -> Words:
    return lambda event: {**name(event), **words(event)}


_SPOKEN: Mapping[type[ForwardedCaseChanged], tuple[type[IntegrationEvent], Words]] = {
    safety.SafetyCaseOpened: (published.SafetyCaseOpenedV1, _safety_opened),
    safety.SafetyCaseEscalated: (published.SafetyCaseEscalatedV1, _with(_safety_id, _escalated)),
    safety.SafetyCaseOverdue: (published.SafetyCaseEscalatedV1, _with(_safety_id, _escalated)),
    safety.SafetyCaseHandedOver: (published.SafetyCaseHandedOverV1, _with(_safety_id, _handed_over)),
    safety.SafetyCaseClosed: (published.SafetyCaseClosedV1, _with(_safety_id, _closed)),
    safety.SafetyCaseReopened: (published.SafetyCaseReopenedV1, _with(_safety_id, _reopened)),
    question.MedicalInformationCaseOpened: (published.MedicalInformationOpenedV1, _question_opened),
    question.MedicalInformationCaseEscalated: (
        published.MedicalInformationEscalatedV1,
        _with(_question_id, _escalated),
    ),
    question.MedicalInformationCaseOverdue: (published.MedicalInformationEscalatedV1, _with(_question_id, _escalated)),
    question.MedicalInformationCaseHandedOver: (
        published.MedicalInformationHandedOverV1,
        _with(_question_id, _handed_over),
    ),
    question.MedicalInformationCaseClosed: (published.MedicalInformationClosedV1, _with(_question_id, _closed)),
    question.MedicalInformationCaseReopened: (published.MedicalInformationReopenedV1, _with(_question_id, _reopened)),
}
