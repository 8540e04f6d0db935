"""The stakeholder: who somebody is, who owns the relationship, and whether they want one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from registry.domain.handle import Handle, distinct
from registry.domain.owner_routing import Owner
from registry.domain.text import NAME_LIMIT, POLICY_LIMIT, REASON_LIMIT, one_line
from registry.domain.vocabulary import LawfulBasis, Stage, StakeholderType
from shared.kernel.errors import InvalidTransition, InvalidValue
from shared.kernel.events import Aggregate, DomainEvent

_COUNTRY = re.compile(r"[A-Z]{2}")
_FOLLOWERS_LIMIT = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is stated about a stakeholder. None is unknown. There is no field for health data, on purpose."""

    name: str
    type: StakeholderType
    country: str | None = None
    handles: tuple[Handle, ...] = ()
    lawful_basis: LawfulBasis | None = None
    notice_sent_on: date | None = None
    outreach_policy: str | None = None
    contracted: bool | None = None
    followers: int | None = None
    minor: bool | None = None

    def checked(self) -> Profile:
        """The tidied profile. Raises InvalidValue naming the field."""
        if self.country is not None and not _COUNTRY.fullmatch(self.country):
            raise InvalidValue(
                f"country: {self.country!r} is not a two-letter code", field="country", remedy="use ISO 3166-1 alpha-2"
            )
        if self.followers is not None and not 0 <= self.followers <= _FOLLOWERS_LIMIT:
            raise InvalidValue(
                f"followers: {self.followers} is not a count", field="followers", remedy="give a number from 0"
            )
        policy = self.outreach_policy
        return replace(
            self,
            name=one_line(self.name, field="name", limit=NAME_LIMIT),
            handles=distinct(self.handles),
            outreach_policy=one_line(policy, field="outreach_policy", limit=POLICY_LIMIT) if policy else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderState:
    """Everything known about one stakeholder at one version."""

    id: str
    version: int
    profile: Profile
    owner: Owner
    stage: Stage | None = None
    opted_out: bool = False
    do_not_engage: bool = False
    open_complaint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderChanged(DomainEvent):
    """A stakeholder changed from `before` (None at registration) to `state`; `by` is a token subject."""

    state: StakeholderState
    before: StakeholderState | None
    by: str
    reason: str | None = None


class StakeholderRegistered(StakeholderChanged):
    """Somebody entered the registry."""


class StakeholderUpdated(StakeholderChanged):
    """A stated fact changed, do-not-engage and complaints included."""


class OwnerAssigned(StakeholderChanged):
    """The relationship got another owner."""


class StageChanged(StakeholderChanged):
    """The relationship came further, or fell back."""


class OptedOut(StakeholderChanged):
    """The stakeholder asked us to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeholderErased(DomainEvent):
    """The stakeholder's data is gone; the id stays so that everybody else can follow."""

    stakeholder_id: str
    version: int


class Stakeholder(Aggregate):
    """Changes only through its methods; each change makes one version and one event, none makes none."""

    def __init__(self, state: StakeholderState) -> None:
        super().__init__(version=state.version)
        self.state = state

    @classmethod
    def register(
        cls, *, stakeholder_id: str, profile: Profile, owner: Owner, stage: Stage | None, by: str
    ) -> Stakeholder:
        """A new stakeholder. Raises InvalidValue when the profile is not acceptable."""
        state = StakeholderState(
            id=stakeholder_id, version=1, profile=profile.checked(), owner=owner, stage=stage, opted_out=False
        )
        stakeholder = cls(state)
        stakeholder.record(StakeholderRegistered(state=state, before=None, by=by))
        return stakeholder

    def describe(self, profile: Profile, *, by: str) -> None:
        """State other facts."""
        self._become(replace(self.state, profile=profile.checked()), StakeholderUpdated, by=by)

    def assign(self, owner: Owner, *, by: str) -> None:
        self._become(replace(self.state, owner=owner), OwnerAssigned, by=by, reason=owner.reason)

    def move_to(self, stage: Stage | None, *, by: str, reason: str | None = None) -> None:
        self._become(replace(self.state, stage=stage), StageChanged, by=by, reason=reason)

    def opt_out(self, *, reason: str, by: str) -> None:
        """They asked us to stop. Saying so again changes nothing; there is no way back from here."""
        self._become(replace(self.state, opted_out=True), OptedOut, by=by, reason=_stated(reason))

    def forbid_engagement(self, *, reason: str, by: str) -> None:
        """We decided to leave them alone."""
        self._become(replace(self.state, do_not_engage=True), StakeholderUpdated, by=by, reason=_stated(reason))

    def allow_engagement(self, *, reason: str, by: str) -> None:
        """Lift do-not-engage. Raises InvalidTransition when it is not set; an opt-out stays."""
        if not self.state.do_not_engage:
            raise InvalidTransition("do-not-engage is not set", remedy="nothing to lift")
        self._become(replace(self.state, do_not_engage=False), StakeholderUpdated, by=by, reason=_stated(reason))

    def complain(self, *, reason: str, by: str) -> None:
        """They have complained about us. Raises InvalidTransition while an earlier complaint is open."""
        if self.state.open_complaint:
            raise InvalidTransition("a complaint is open already", remedy="settle it first, or note this one there")
        self._become(replace(self.state, open_complaint=True), StakeholderUpdated, by=by, reason=_stated(reason))

    def settle_complaint(self, *, reason: str, by: str) -> None:
        """The complaint is settled, in the way the reason says. Raises InvalidTransition when none is open."""
        if not self.state.open_complaint:
            raise InvalidTransition("no complaint is open", remedy="nothing to settle")
        self._become(replace(self.state, open_complaint=False), StakeholderUpdated, by=by, reason=_stated(reason))

    def erase(self) -> None:
        """Ask for everything about this stakeholder to be deleted, here and wherever it was published."""
        self.version += 1
        self.record(StakeholderErased(stakeholder_id=self.state.id, version=self.version))

    def _become(
        self, state: StakeholderState, event: type[StakeholderChanged], *, by: str, reason: str | None = None
    ) -> None:
        if state == self.state:
            return
        before, self.state = self.state, replace(state, version=self.version + 1)
        self.version = self.state.version
        self.record(event(state=self.state, before=before, by=by, reason=reason))


def _stated(reason: str) -> str:
    return one_line(reason, field="reason", limit=REASON_LIMIT)
