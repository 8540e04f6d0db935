"""The release permit: one act, one executor, one slot, one content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from compliance.domain.errors import ContentChanged, PermitNotRedeemable, WrongAudience
from compliance.domain.events import Occasion, StateChange
from compliance.domain.slot import Slot
from compliance.domain.wordings.pre_approval import WordingRef
from shared.kernel.errors import InvalidTransition
from shared.kernel.events import Aggregate

LONGEST_LIFE = timedelta(days=31)
"""However long the slot is; executors refuse a permit that lives longer."""

PermitState = Literal["issued", "redeemed", "stopped", "expired", "recalled"]
RecallCode = Literal["content", "person", "process", "other"]
"""What is wrong, as far as executors may know: content, what the person wants, the way it was released, another."""
STOPPED = "stopped"
"""What the revocation list says of permits that nobody recalled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the permit allows. `content` is exactly what `content_sha256` covers, `token` the signed form.

    `case_version` is the case's version once released, `wording` the pre-approved one whose signatures approved it.
    """

    permit_id: str
    action_id: str
    stakeholder_id: str
    audience: str
    content: Mapping[str, Any]
    content_sha256: str
    snapshot_sha256: str
    rule_set: str
    slot: Slot
    token: str
    case_version: int
    wording: WordingRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitChanged(StateChange):
    AGGREGATE: ClassVar[str] = "permit"

    grant: Grant

    def evidence(self) -> Mapping[str, Any]:
        cited = self.grant.wording
        return {
            **({} if cited is None else {"wording": cited.as_json()}),
            "action_id": self.grant.action_id,
            "audience": self.grant.audience,
            "content_sha256": self.grant.content_sha256,
            "snapshot_sha256": self.grant.snapshot_sha256,
            "rule_set": self.grant.rule_set,
        }

    @property
    def about(self) -> str | None:
        return self.grant.stakeholder_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitIssued(PermitChanged):
    """The executor may ask for it. `action_version` is the version of the action that was released."""

    action_version: int


class PermitRedeemed(PermitChanged):
    """The executor may act, once."""


class PermitStopped(PermitChanged):
    """A stop signal, a revision or a withdrawal came first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitRecalled(PermitChanged):
    """A person took it back. `was_redeemed`: what it allowed may have been done and has to be taken down.

    `case_version` is the case's version once recalled.
    """

    code: RecallCode
    was_redeemed: bool
    case_version: int

    def evidence(self) -> Mapping[str, Any]:
        return {**PermitChanged.evidence(self), "revoked_for": self.code, "was_redeemed": self.was_redeemed}


class PermitExpired(PermitChanged):
    """The slot is over."""


class PermitErased(PermitChanged):
    """The person was erased, and with them what the permit let out; its hash and the token stay."""

    def evidence(self) -> Mapping[str, Any]:
        return {**PermitChanged.evidence(self), "erased": ["published content"]}


class ReleasePermit(Aggregate):
    """Redeemed at most once; the same executor asking again gets the same answer, until it is recalled.

    `revoked_at` and `revoked_for` (a RecallCode or STOPPED) are what the revocation list says of it.
    """

    def __init__(
        self,
        grant: Grant,
        *,
        issued_at: datetime,
        state: PermitState = "issued",
        redeemed_at: datetime | None = None,
        revoked_at: datetime | None = None,
        revoked_for: str | None = None,
        version: int = 0,
    ) -> None:
        super().__init__(version=version)
        self.stored_version = version
        self.grant = grant
        self.state: PermitState = state
        self.issued_at = issued_at
        self.redeemed_at = redeemed_at
        self.revoked_at = revoked_at
        self.revoked_for = revoked_for

    @classmethod
    def issue(cls, grant: Grant, occasion: Occasion, *, action_version: int) -> ReleasePermit:
        """A new permit for this version of the action."""
        permit = cls(grant, issued_at=occasion.at)
        permit._emit(PermitIssued, None, occasion, action_version=action_version)
        return permit

    @property
    def permit_id(self) -> str:
        return self.grant.permit_id

    def answers_again(self, client_id: str, content_sha256: str) -> bool:
        """Whether this executor has redeemed this permit before. Raises WrongAudience, ContentChanged."""
        if client_id != self.grant.audience:
            raise WrongAudience("this permit was issued to another executor")
        if content_sha256 != self.grant.content_sha256:
            raise ContentChanged(
                "the content to publish is not the released content",
                field="content_sha256",
                remedy="publish exactly the content that came with the permit",
            )
        return self.state == "redeemed"

    def redeem(self, client_id: str, content_sha256: str, stops: frozenset[str], occasion: Occasion) -> None:
        """Allow the act. Raises PermitNotRedeemable when stopped, expired, used, or outside its slot."""
        self.answers_again(client_id, content_sha256)
        if self.state != "issued":
            raise PermitNotRedeemable(f"the permit is {self.state}", remedy="do not act; wait for another permit")
        if stops:
            raise PermitNotRedeemable(f"a stop signal is in force: {', '.join(sorted(stops))}", remedy="do not act")
        if not self.grant.slot.is_open(occasion.at):
            raise PermitNotRedeemable("the slot is not open", remedy="do not act outside the slot")
        self.redeemed_at = occasion.at
        self._move("redeemed", PermitRedeemed, occasion)

    def stop(self, occasion: Occasion) -> None:
        """Never to be redeemed. Stopping twice is harmless, after redemption too late: that takes a recall."""
        if self.state == "redeemed":
            raise InvalidTransition("the permit was redeemed")
        if self.state == "issued":
            self.revoked_at, self.revoked_for = occasion.at, STOPPED
            self._move("stopped", PermitStopped, occasion)

    def recall(self, code: RecallCode, occasion: Occasion, *, case_version: int) -> None:
        """Taken back by a person, redeemed or not. Raises InvalidTransition for a permit that allows nothing."""
        if self.state not in ("issued", "redeemed"):
            raise InvalidTransition(f"the permit is {self.state}")
        was_redeemed = self.state == "redeemed"
        self.revoked_at, self.revoked_for = occasion.at, code
        old, self.state = self.state, "recalled"
        self.version += 1
        self.record(
            PermitRecalled(
                aggregate_id=self.permit_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                grant=self.grant,
                code=code,
                was_redeemed=was_redeemed,
                case_version=case_version,
            )
        )

    def expire(self, occasion: Occasion) -> None:
        """The slot is over."""
        if self.state == "issued" and self.grant.slot.is_over(occasion.at):
            self._move("expired", PermitExpired, occasion)

    def erase(self, occasion: Occasion) -> None:
        """Forget what it lets out. Raises InvalidTransition while it may still be redeemed."""
        if self.state == "issued":
            raise InvalidTransition("the permit is in force", remedy="stop it first")
        if self.grant.content:
            self.grant = replace(self.grant, content={})
            self._emit(PermitErased, self.state, occasion)

    def _move(self, state: PermitState, event: type[PermitChanged], occasion: Occasion) -> None:
        old, self.state = self.state, state
        self._emit(event, old, occasion)

    def _emit(self, event: type[PermitChanged], old: PermitState | None, occasion: Occasion, **more: int) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.permit_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                grant=self.grant,
                **more,
            )
        )
