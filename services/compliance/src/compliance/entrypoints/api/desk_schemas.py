"""What the API says about forwarded cases, and what people send about them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, Json

from compliance.entrypoints.api.schemas import NO_NUL, Taken, Words

State = Literal["open", "acknowledged", "handed_over", "closed"]


class ClosingBody(Taken):
    """How it ended: `reference` is the desk's own number, `reason` is needed where it was none."""

    outcome: Literal["assessed", "not_a_case", "answered", "not_a_question", "duplicate"]
    reference: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)] | None = None
    reason: Words | None = None


class CorrectionBody(Taken):
    """`known` for a criterion, `value` for the qualification and the country."""

    name: Literal["reporter", "patient", "product", "reaction", "qualification", "country"]
    known: bool | None = None
    value: Annotated[str, Field(max_length=40, pattern="^[A-Za-z_]+$")] | None = None
    reason: Words


class PassageRead(BaseModel):
    field: str
    text: str


class StageRead(BaseModel):
    """At `at` so much of the time is over; `noted_at` once the roles were told."""

    percent: int
    at: datetime
    notify: list[str]
    noted_at: datetime | None


class ClosingRead(BaseModel):
    outcome: str
    reference: str | None
    reason: str | None
    by: str
    at: datetime
    before: State


class CorrectionRead(BaseModel):
    """Somebody of the desk knew better; `was` stays readable."""

    name: str
    was: Any
    now: Any
    reason: str
    by: str
    at: datetime


class ForwardedCaseRead(BaseModel):
    """`evidence` are places in `texts`; `country` is the reporter's where `country_known`, else of receipt."""

    version: int
    state: State
    overdue: bool
    source: Literal["action", "post"]
    source_id: str
    stakeholder_id: str | None
    quote: str
    quote_sha256: str
    texts: Json[list[PassageRead]]
    evidence: Json[list[dict[str, Any]]]
    author: str | None
    url: str | None
    country: str | None
    country_known: bool
    found_by: Json[dict[str, Any]]
    first_seen_at: datetime
    due_at: datetime
    timezone: str
    calendar: str
    stages: Json[list[StageRead]]
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    handed_over_by: str | None
    handed_over_at: datetime | None
    closing: Json[ClosingRead | None]


class SafetyCaseRead(ForwardedCaseRead):
    """`criteria`: reporter, patient, product, reaction; null means unknown. `places` are what told."""

    safety_case_id: str
    criteria: Json[dict[str, bool | None]]
    places: Json[dict[str, list[dict[str, Any]]]]
    situations: Json[list[str]]
    qualification: str
    qualification_known: bool
    corrections: Json[list[CorrectionRead]]


class MedicalInformationCaseRead(ForwardedCaseRead):
    """A question; `topics` such as dose or switching."""

    medical_information_case_id: str
    products: Json[list[str]]
    topics: Json[list[str]]
