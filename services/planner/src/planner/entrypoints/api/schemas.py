"""What the API takes and gives. Parts of an action are spelled as in the ActionSnapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from planner.domain.action import Action
from planner.domain.plan import EngagementPlan, period_warnings
from planner.domain.plan_review import PlanAnswer, PlanApproval, PlanSubmission
from shared.contracts.action_snapshot import (
    Channel,
    ContractFacts,
    EventFacts,
    Page,
    Target,
    Training,
    TransferOfValue,
)
from shared.contracts.vocabulary import ActionState, ActionType

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, sent: object) -> object:
        """No text may hold a NUL or half a surrogate pair: neither can be stored or hashed."""
        for path, text in _texts(sent, ""):
            if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
                raise ValueError(f"{path.lstrip('.')} holds a character that is no text (NUL or a lone surrogate)")
        return sent


def _texts(sent: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(sent, str):
        yield path, sent
    elif isinstance(sent, dict):
        for name, value in cast("dict[str, object]", sent).items():  # JSON objects have text keys
            yield f"{path}.(a field's name)", name
            yield from _texts(value, f"{path}.{name}")
    elif isinstance(sent, list):
        for position, value in enumerate(cast("list[object]", sent)):
            yield from _texts(value, f"{path}.{position}")


def _in_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for one that no calendar reaches there."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is outside the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class TieringInput(_Input):
    """By what people are chosen or ranked; no criteria: not at all. `confirmed`: the caller looked at it."""

    criteria: Annotated[list[Said], Field(max_length=50)]
    confirmed: bool = False


class _PlanSays(_Input):
    purpose: Said | None = None
    kpis: Annotated[list[Said], Field(max_length=50)] | None = None
    tiering: TieringInput | None = None


class PlanCreate(_PlanSays):
    """A plan usually covers six to twelve months; another length is accepted with a warning."""

    title: Name
    therapy_area: Name
    objective: Said
    starts_on: date
    ends_on: date


class PlanPatch(_PlanSays):
    """What is named changes; null unsays purpose, indicators and ranking."""

    title: Name | None = None
    therapy_area: Name | None = None
    objective: Said | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class PlanClosing(_Input):
    """Why nothing more is planned within it."""

    reason: Said


class PlanRead(BaseModel):
    """An engagement plan with what became of its latest submission."""

    id: str
    version: int
    title: str
    therapy_area: str
    objective: str
    purpose: str | None = None
    kpis: list[str] | None = None
    tiering: dict[str, Any] | None = None
    starts_on: date
    ends_on: date
    state: str
    created_by: str
    editors: list[str] = []
    submission: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None
    approval: dict[str, Any] | None = None
    warnings: list[str] = []

    @classmethod
    def of(cls, plan: EngagementPlan) -> PlanRead:
        draft = asdict(plan.draft)
        parts = {name: _document(getattr(plan, name)) for name in ("submission", "answer", "approval")}
        return cls.of_row({**vars(plan), **draft, **parts})

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> PlanRead:
        return cls(**_picked(row, cls), warnings=period_warnings(row["starts_on"], row["ends_on"]))


def _document(part: PlanSubmission | PlanAnswer | PlanApproval | None) -> dict[str, Any] | None:
    return None if part is None else asdict(part)


class SlotInput(_Input):
    """From `start`, never after `end`; both with a time zone."""

    start: Moment
    end: Moment


class _Particulars(_Input):
    kpi: str | None = None
    text: str | None = None
    media_text: str | None = None
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    links: tuple[Page, ...] = ()
    references: tuple[str, ...] = ()
    declaration: str | None = None
    inbound_text: str | None = None
    unsolicited: bool | None = None
    event: EventFacts | None = None
    training: Training | None = None
    contract: ContractFacts | None = None
    transfer_of_value: tuple[TransferOfValue, ...] = ()


PARTICULARS = frozenset(_Particulars.model_fields)


class ActionCreate(_Particulars):
    """A new draft. What is still missing is asked for at submission."""

    type: ActionType
    stakeholder_id: Name
    channel: Channel
    engager_id: Name
    purpose: Said | None = None
    value_statement: Said | None = None
    scheduled_for: SlotInput | None = None
    target_post_id: Name | None = None
    target: Target | None = None


class ActionPatch(_Particulars):
    """Only what is sent changes; null takes a value away. Type and person stay: plan another action for those."""

    channel: Channel | None = None
    engager_id: Name | None = None
    purpose: Said | None = None
    value_statement: Said | None = None
    scheduled_for: SlotInput | None = None
    target_post_id: Name | None = None
    target: Target | None = None


class Withdrawal(_Input):
    """Why the action is taken back."""

    reason: Said


class OutcomeReport(_Input):
    """What the permit's executor did. `done` needs a redeemed permit."""

    permit_id: Name
    outcome: Literal["done", "not_done"]
    detail: Said | None = None
    evidence_url: Said | None = None


class SubmissionRead(BaseModel):
    """What the gate judges, and who answers for it."""

    version: int
    snapshot: dict[str, Any]
    snapshot_sha256: str
    content_sha256: str
    submitted_by: str
    submitted_by_name: str
    edited_by: list[str]
    submitted_at: datetime


class CaseRead(BaseModel):
    """The newest that was heard of the case; `changes` are `{field, start, end, quote, wanted}`."""

    action_version: int
    version: int
    state: str
    verdict: str | None
    findings: list[dict[str, Any]]
    by: str | None
    reason: str | None
    changes: list[dict[str, Any]] = []


class PermitRead(BaseModel):
    """The permit, without its secret part: the signed token went to the executor."""

    id: str
    audience: str
    issued_at: datetime
    not_before: datetime
    expires_at: datetime
    redeemed_at: datetime | None
    recalled_at: datetime | None = None


class OutcomeRead(BaseModel):
    """What the executor reported."""

    permit_id: str
    result: str
    detail: str | None
    evidence_url: str | None
    reported_by: str
    completed_at: datetime


class ActionRead(BaseModel):
    """One action: the draft, and what became of its latest submission."""

    id: str
    version: int
    plan_id: str
    state: ActionState
    type: ActionType
    stakeholder_id: str
    engager_id: str
    channel: dict[str, Any]
    purpose: str | None
    value_statement: str | None
    scheduled_for: dict[str, datetime] | None
    target_post_id: str | None
    target: dict[str, Any] | None
    particulars: dict[str, Any]
    editors: list[str]
    created_at: datetime
    submission: SubmissionRead | None
    case: CaseRead | None
    permit: PermitRead | None
    outcome: OutcomeRead | None

    @classmethod
    def of(cls, action: Action) -> ActionRead:
        parts = (action.submission, action.case, action.permit, action.outcome)
        submission, case, permit, outcome = (None if part is None else asdict(part) for part in parts)
        row = {**vars(action), "draft": asdict(action.draft), "submission": submission, "case_seen": case}
        return cls.of_row({**row, "permit": permit, "outcome": outcome})

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> ActionRead:
        draft: Mapping[str, Any] = row["draft"]
        outside = {name: row[name] for name in ("submission", "permit", "outcome")}
        return cls.model_validate(
            {**_picked(draft, cls), **_picked(row, cls), **outside}
            | {"case": row["case_seen"], "scheduled_for": draft["slot"]}
        )


def _picked(row: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    return {name: row[name] for name in model.model_fields if name in row}
