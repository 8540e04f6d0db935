"""Safety cases: text that may report an adverse event, on its way to drug safety, with the four minimum criteria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Literal, get_args

from compliance.domain.events import Occasion
from compliance.domain.findings import Evidence
from compliance.domain.forwarded_case import ForwardedCase, ForwardedCaseChanged, Step
from shared.kernel.errors import InvalidValue

CRITERIA = ("reporter", "patient", "product", "reaction")
Qualification = Literal["physician", "pharmacist", "other_health_professional", "lawyer", "consumer"]
QUALIFICATIONS: tuple[Qualification, ...] = get_args(Qualification)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A person knew better: what stood there before, what stands there now, and why."""

    name: str
    was: Any
    now: Any
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetySubject:
    """`criteria`: True = known, None = unknown, with the places that told; corrections oldest first.

    `places` also has those by which it reads as serious, such as `seriousness:hospitalisation`.
    A qualification nobody stated is a consumer's (`qualification_known` False), see GVP Module VI.B.2.
    """

    criteria: Mapping[str, bool | None]
    places: Mapping[str, tuple[Evidence, ...]]
    situations: tuple[str, ...] = ()
    qualification: Qualification = "consumer"
    qualification_known: bool = False
    corrections: tuple[Correction, ...] = ()


class SafetyCaseChanged(ForwardedCaseChanged):
    AGGREGATE: ClassVar[str] = "safety_case"


class SafetyCaseOpened(SafetyCaseChanged):
    """Drug safety has to see this."""


class SafetyCaseAcknowledged(SafetyCaseChanged):
    """Somebody of drug safety looks at it."""


class SafetyCaseEscalated(SafetyCaseChanged):
    """A share of the time is over."""


class SafetyCaseOverdue(SafetyCaseChanged):
    """Nobody handed it over in time."""


class SafetyCaseHandedOver(SafetyCaseChanged):
    """Drug safety has it."""


class SafetyCaseClosed(SafetyCaseChanged):
    """Drug safety has decided what it is."""


class SafetyCaseReopened(SafetyCaseChanged):
    """The closing was wrong."""


class SafetyCaseCorrected(SafetyCaseChanged):
    """A person corrected what was known."""


class SafetyCase(ForwardedCase):
    """Open until somebody confirms that drug safety has it; "not a case" is said by drug safety alone."""

    STEPS: ClassVar[Mapping[Step, type[ForwardedCaseChanged]]] = {
        "opened": SafetyCaseOpened,
        "acknowledged": SafetyCaseAcknowledged,
        "escalated": SafetyCaseEscalated,
        "overdue": SafetyCaseOverdue,
        "handed_over": SafetyCaseHandedOver,
        "closed": SafetyCaseClosed,
        "reopened": SafetyCaseReopened,
    }
    DONE: ClassVar[str] = "assessed"
    DISMISSED: ClassVar[str] = "not_a_case"
    subject: SafetySubject

    def correct(self, name: str, value: Any, reason: str, occasion: Occasion) -> None:
        """Set a criterion (True or None), `qualification` or `country`, whatever the state. Raises InvalidValue."""
        was = self._current(name)
        if not reason.strip():
            raise InvalidValue("a correction needs a reason", field="reason", remedy="say how you know")
        if was == value:
            return
        correction = Correction(name=name, was=was, now=value, reason=reason, by=occasion.by, at=occasion.at)
        subject = replace(self.subject, corrections=(*self.subject.corrections, correction))
        if name in CRITERIA:
            subject = replace(subject, criteria={**subject.criteria, name: value})
        elif name == "qualification":
            subject = replace(subject, qualification=value, qualification_known=True)
        else:
            self.report = replace(self.report, country=value, country_known=True)
        self.subject = subject
        self._say(SafetyCaseCorrected, self.state, occasion, name=name, was=was, now=value)

    def _current(self, name: str) -> Any:
        if name in CRITERIA:
            return self.subject.criteria.get(name)
        if name == "qualification":
            return self.subject.qualification if self.subject.qualification_known else None
        if name == "country":
            return self.report.country if self.report.country_known else None
        raise InvalidValue(f"{name} cannot be corrected", field="name", remedy=f"one of {', '.join(CRITERIA)}")
