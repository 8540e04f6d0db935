"""What is stored: one port for each kind of record."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from compliance.application.ports.wordings import WordingSignatures
from compliance.domain.case import Case
from compliance.domain.changelog import AnchoredChangelog, Digest
from compliance.domain.channel import Channel
from compliance.domain.facts import KnownEngager, KnownStakeholder, OwnChannel
from compliance.domain.forwarded_case import ForwardedCase
from compliance.domain.overriding import OverrideSignature
from compliance.domain.permit import ReleasePermit
from compliance.domain.plan_screening import PlanScreening
from compliance.domain.review.signing import Signature
from compliance.domain.rule_set import RuleSetInForce
from compliance.domain.rule_set_version import RuleSetVersion
from compliance.domain.safety_case import SafetyCase


class Cases(Protocol):
    """Cases by action id. `get_for_update` holds the row until the transaction ends."""

    async def get(self, action_id: str) -> Case | None: ...
    async def several(self, action_ids: Collection[str]) -> Sequence[Case]:
        """Those of them that there are, not locked."""
        ...

    async def get_for_update(self, action_id: str) -> Case | None: ...
    async def queued_for(self, stakeholder_id: str) -> Sequence[Case]:
        """The person's queued cases, locked, in order of their ids."""
        ...

    async def queued_about(self, post_keys: Sequence[str]) -> Sequence[Case]:
        """The queued cases about a post that one of these keys names, locked, in order of their ids."""
        ...

    async def queued_under(self, wording_id: str) -> Sequence[Case]:
        """The queued cases that this wording approved, locked, in order of their ids."""
        ...

    async def of_person_for_update(self, stakeholder_id: str) -> Sequence[Case]:
        """All cases of the person, in order of their ids."""
        ...

    async def add(self, case: Case) -> None: ...
    async def save(self, case: Case) -> None: ...


class Permits(Protocol):
    """Permits by id, locked while they are decided on."""

    async def get(self, permit_id: str) -> ReleasePermit | None: ...
    async def get_for_update(self, permit_id: str) -> ReleasePermit | None: ...
    async def contacts_since(self, stakeholder_id: str, since: datetime) -> int:
        """How many actions for this person were released or redeemed after `since`, stopped and expired ones apart."""
        ...

    async def ids_of_action(self, action_id: str) -> Sequence[str]: ...
    async def add(self, permit: ReleasePermit) -> None: ...
    async def save(self, permit: ReleasePermit) -> None: ...


C = TypeVar("C", bound=ForwardedCase)


class ForwardedCases(Protocol[C]):
    """The forwarded cases of one desk by id."""

    async def get(self, case_id: str) -> C | None: ...
    async def get_for_update(self, case_id: str) -> C | None: ...
    async def find(self, source: str, source_id: str, quote_sha256: str) -> str | None:
        """The id of the case that exactly this text of this source has, None where it has none."""
        ...

    async def add(self, case: C) -> bool:
        """Keep a new case; False where another transaction was faster with the same text of the same source."""
        ...

    async def save(self, case: C) -> None: ...


class SafetyCases(ForwardedCases[SafetyCase], Protocol):
    """Safety cases, and what they hold."""

    async def open_for(self, stakeholder_id: str) -> int:
        """How many safety cases about this person wait for their hand-over."""
        ...

    async def holding(self, post_keys: Sequence[str], *, until_closed: bool) -> frozenset[str]:
        """Those of the keys whose post has a safety case that waits for its hand-over, or for its closing."""
        ...


class People(Protocol):
    """The gate's copy of the registry: newest version per person."""

    async def lock(self, stakeholder_id: str) -> None:
        """Serialise everything that concerns this person until the transaction ends, known or not.

        Always the first lock a transaction takes: person, then case, then permit.
        """
        ...

    async def get(self, stakeholder_id: str) -> KnownStakeholder | None: ...
    async def put(self, known: KnownStakeholder) -> bool:
        """Keep `known` if it is newer than what is there; says whether it was."""
        ...


class Engagers(Protocol):
    """The gate's copy of our own people: newest version per engager."""

    async def get(self, engager_id: str) -> KnownEngager | None: ...
    async def put(self, known: KnownEngager) -> bool: ...


class RuleSets(Protocol):
    """The rule set in force."""

    async def in_force(self) -> RuleSetInForce: ...
    async def in_force_for_update(self) -> RuleSetInForce: ...
    async def save(self, in_force: RuleSetInForce) -> None: ...


class Channels(Protocol):
    """Our channels."""

    async def find_active(self, platform: str, account: str | None) -> OwnChannel | None:
        """The active channel of exactly this account, else the platform's active entry for any account."""
        ...

    async def get_for_update(self, channel_id: str) -> Channel | None: ...
    async def of_account(self, platform: str, account: str | None) -> Channel | None:
        """Whatever its state, locked."""
        ...

    async def add(self, channel: Channel) -> None:
        """Raises ChannelExists for an account that has one."""
        ...

    async def save(self, channel: Channel) -> None: ...


class RuleSetVersions(Protocol):
    """Versions of the rule set by content hash, with their files."""

    async def get(self, rule_set: str) -> RuleSetVersion | None: ...
    async def get_for_update(self, rule_set: str) -> RuleSetVersion | None: ...
    async def add(self, version: RuleSetVersion) -> None: ...
    async def save(self, version: RuleSetVersion) -> None: ...


class PlanScreenings(Protocol):
    """What the screen said about plans."""

    async def newest(self, plan_id: str) -> int | None:
        """The newest version of the plan that was screened, None before there is one."""
        ...

    async def add(self, screening: PlanScreening) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why an approved action has not been released yet, and what to do."""

    code: str
    message: str
    remedy: str


class Holds(Protocol):
    """What approved actions wait for. Not a state: replaced at every attempt."""

    async def put(self, action_id: str, holds: Sequence[Hold], *, next_attempt_at: datetime) -> None: ...
    async def clear(self, *action_ids: str) -> None: ...


class Signatures(WordingSignatures, Protocol):
    """Signatures, never changed."""

    async def add(self, signature: Signature) -> bool:
        """Keep it; False where this person has signed before on the same proof of identity."""
        ...

    async def add_override(self, signature: OverrideSignature) -> bool:
        """As `add`: a proof of identity serves one signature, whatever it is for."""
        ...


class Changelogs(Protocol):
    """What other services' changelogs were anchored with."""

    async def of_day(self, digest: Digest) -> AnchoredChangelog:
        """The day that `digest` tells of, as often anchored as it was before."""
        ...


class DeadLetters(Protocol):
    """Keys whose newest state could not be read: they count as unknown."""

    async def is_unknown(self, topic: str, key: str) -> bool: ...
    async def foresee(self, keys: Collection[tuple[str, str]]) -> None:
        """See at once which of these topics and keys are unknown; later questions answer from it."""
        ...
