"""Events of the compliance gate; those of its desks are `desk_events`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import IntegrationEvent
from shared.contracts.vocabulary import CaseState, RecallCode, Verdict


class FindingV1(BaseModel):
    """One finding of the screen: what is wrong and what would pass."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    rule_id: str
    severity: Verdict
    message: str
    remedy: str | None = None


class CaseStateV1(IntegrationEvent):
    """State of one case. The case of an action carries the action's id."""

    TOPIC: ClassVar[str] = "compliance.case"

    action_id: str
    version: int
    """Version of the case."""
    action_version: int
    """Version of the action that this case judges."""
    stakeholder_id: str | None = None
    state: CaseState
    verdict: Verdict | None = None
    findings: tuple[FindingV1, ...] = ()
    content_sha256: str
    snapshot_sha256: str
    rule_set: str | None = None
    by: str | None = None
    reason: str | None = None

    @property
    def key(self) -> str:
        return self.action_id


class CaseScreenedV1(CaseStateV1):
    """The screen gave its verdict; `state` is `blocked` or `in_review`."""

    TYPE: ClassVar[str] = "compliance.case.screened.v1"


class CaseInReviewV1(CaseStateV1):
    """People are asked to decide."""

    TYPE: ClassVar[str] = "compliance.case.in_review.v1"


class RequestedChangeV1(BaseModel):
    """Characters `start` to `end` (code points) of a text of the action, and what should stand there instead."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    field: str
    start: int
    end: int
    quote: str
    wanted: str


class CaseChangesRequestedV1(CaseStateV1):
    """A reviewer asks the author for changes: `reason` says what is wrong, `changes` what to write where."""

    TYPE: ClassVar[str] = "compliance.case.changes_requested.v1"

    changes: tuple[RequestedChangeV1, ...] = ()


class CaseApprovedV1(CaseStateV1):
    """All required approvals are there. Approval is not release."""

    TYPE: ClassVar[str] = "compliance.case.approved.v1"


class CaseRejectedV1(CaseStateV1):
    """A reviewer said no."""

    TYPE: ClassVar[str] = "compliance.case.rejected.v1"


class CasePausedV1(CaseStateV1):
    """A stop signal holds everything for this person."""

    TYPE: ClassVar[str] = "compliance.case.paused.v1"


class CaseResumedV1(CaseStateV1):
    """The stop signal was lifted."""

    TYPE: ClassVar[str] = "compliance.case.resumed.v1"


class CaseExpiredV1(CaseStateV1):
    """The slot passed without a release. It never goes out by itself."""

    TYPE: ClassVar[str] = "compliance.case.expired.v1"


class CaseVoidedV1(CaseStateV1):
    """What was approved is no longer what would go out, or the action was withdrawn."""

    TYPE: ClassVar[str] = "compliance.case.voided.v1"


class ActionReleasedV1(IntegrationEvent):
    """A permit was issued. It says "may be asked for": the executor redeems it online before it acts.

    `permit` is the JWS, `audience` the one executor that may redeem it, `content` exactly what
    `content_sha256` covers. No internal fact is in here.
    """

    TYPE: ClassVar[str] = "compliance.release.released.v1"
    TOPIC: ClassVar[str] = "compliance.release"

    action_id: str
    version: int
    """Version of the case that released it."""
    action_version: int | None = None
    """Version of the action that was released; null from a gate that did not say it yet."""
    permit_id: str
    permit: str
    audience: str
    content: dict[str, Any]
    content_sha256: str
    not_before: datetime
    expires_at: datetime

    @property
    def key(self) -> str:
        return self.action_id


class PermitRedeemedV1(IntegrationEvent):
    """The executor was allowed to act, once."""

    TYPE: ClassVar[str] = "compliance.release.redeemed.v1"
    TOPIC: ClassVar[str] = "compliance.release"

    action_id: str
    version: int
    permit_id: str
    audience: str
    redeemed_at: datetime

    @property
    def key(self) -> str:
        return self.action_id


class ActionRecalledV1(IntegrationEvent):
    """A release was taken back by a person. No internal fact is in here, so no reason in words either.

    `was_redeemed`: it may have been carried out, and its executor takes down what it published. Otherwise the permit
    will never be redeemed.
    """

    TYPE: ClassVar[str] = "compliance.release.recalled.v1"
    TOPIC: ClassVar[str] = "compliance.release"

    action_id: str
    version: int
    """Version of the case once recalled."""
    permit_id: str
    audience: str
    recalled_at: datetime
    code: RecallCode
    was_redeemed: bool

    @property
    def key(self) -> str:
        return self.action_id


class TakeDownChangedV1(IntegrationEvent):
    """What was published before its recall is to be taken down, and how far that is. Proof and reasons stay inside.

    `asked` watches over the channel; `tell` are the roles that hear of this event, where it is about an overdue task.
    """

    TYPE: ClassVar[str] = "compliance.release.take_down_changed.v1"
    TOPIC: ClassVar[str] = "compliance.release"

    action_id: str
    version: int
    """Version of the task."""
    permit_id: str
    audience: str
    state: Literal["open", "done", "not_possible", "closed"]
    asked: str | None = None
    due_at: datetime
    overdue: bool
    tell: tuple[str, ...] = ()
    outcome: Literal["taken_down", "not_possible"] | None = None

    @property
    def key(self) -> str:
        return self.action_id


class WatchOpenedV1(IntegrationEvent):
    """What was published is watched until `ends_at`; null: the company has not decided how long.

    Told again when that is decided later.
    """

    TYPE: ClassVar[str] = "compliance.release.watch_opened.v1"
    TOPIC: ClassVar[str] = "compliance.release"

    action_id: str
    version: int
    """Version of the watch."""
    permit_id: str
    ends_at: datetime | None = None

    @property
    def key(self) -> str:
        return self.action_id


class WatchClosedV1(IntegrationEvent):
    """Nothing about it is open any more, or nothing was published at all."""

    TYPE: ClassVar[str] = "compliance.release.watch_closed.v1"
    TOPIC: ClassVar[str] = "compliance.release"

    action_id: str
    version: int
    """Version of the watch."""
    permit_id: str
    outcome: Literal["watched", "not_published"]
    closed_at: datetime

    @property
    def key(self) -> str:
        return self.action_id


class RuleSetActivatedV1(IntegrationEvent):
    """Another rule set is in force."""

    TYPE: ClassVar[str] = "compliance.rule_set.activated.v1"
    TOPIC: ClassVar[str] = "compliance.rule_set"

    rule_set: str
    """Content hash of the rule set."""
    version: int
    activated_by: str
    activated_at: datetime
    rules: int

    @property
    def key(self) -> str:
        return self.rule_set


class SpanV1(BaseModel):
    """Characters `start` to `end` of a field as it was given; without an end the whole field."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    field: str
    start: int = 0
    end: int = 0
    quote: str = ""


class PlacedFindingV1(FindingV1):
    """A finding with the place it stands on."""

    clause: str | None = None
    evidence: SpanV1 | None = None


class PlanScreenedV1(IntegrationEvent):
    """The screen's answer about one version of an engagement plan; a plan whose verdict is `block` is not approved."""

    TYPE: ClassVar[str] = "compliance.plan.screened.v1"
    TOPIC: ClassVar[str] = "compliance.plan"

    plan_id: str
    version: int
    """The submitted version of the plan that was screened."""
    plan_sha256: str
    verdict: Verdict
    findings: tuple[PlacedFindingV1, ...] = ()
    rule_set: str
    screened_at: datetime

    @property
    def key(self) -> str:
        return self.plan_id


class ReleaseUnderWordingV1(BaseModel):
    """One permit issued under a wording, and its state at that moment."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    permit_id: str
    action_id: str
    edition: int
    state: str


class WordingSuspendedV1(IntegrationEvent):
    """A pre-approved wording may not be used any more; `releases` is everything that was released under it."""

    TYPE: ClassVar[str] = "compliance.wording.suspended.v1"
    TOPIC: ClassVar[str] = "compliance.wording"

    wording_id: str
    version: int
    edition: int
    """Of its text; a permit cites wording and edition."""
    name: str
    suspended_by: str
    suspended_at: datetime
    reason: str | None = None
    releases: tuple[ReleaseUnderWordingV1, ...] = ()

    @property
    def key(self) -> str:
        return self.wording_id
