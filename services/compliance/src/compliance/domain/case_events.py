"""What happened to cases. Each event carries the case as it was right after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from compliance.domain.erasure import TAKEN
from compliance.domain.events import ON_BEHALF_OF, SIGNATORY, StateChange
from compliance.domain.findings import Finding, Severity
from compliance.domain.overriding import Override
from compliance.domain.review.spans import RequestedChange
from compliance.domain.review.votes import Vote
from compliance.domain.wordings.pre_approval import WordingRef


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as everybody may see it."""

    action_id: str
    version: int
    action_version: int
    stakeholder_id: str
    state: str
    verdict: Severity | None
    findings: tuple[Finding, ...]
    content_sha256: str
    snapshot_sha256: str
    rule_set: str | None
    overridden: tuple[str, ...] = ()
    """Rules whose block two people have overridden."""
    opened_at: datetime | None = None
    slot_start: datetime | None = None
    team: str | None = None
    """Function of whoever acts, as judged."""
    waits_for: frozenset[str] = frozenset()
    """Capacities of the steps whose turn it is."""
    last_tier: int = 1
    wording: WordingRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChanged(StateChange):
    AGGREGATE: ClassVar[str] = "case"

    case: CaseView

    def evidence(self) -> Mapping[str, Any]:
        cited = {} if self.case.wording is None else {"wording": self.case.wording.as_json()}
        return {
            **cited,
            "action_version": self.case.action_version,
            "content_sha256": self.case.content_sha256,
            "snapshot_sha256": self.case.snapshot_sha256,
            "rule_set": self.case.rule_set,
            "verdict": self.case.verdict,
            "rules": sorted({finding.rule_id for finding in self.case.findings}),
            **({"overridden": list(self.case.overridden)} if self.case.overridden else {}),
        }

    @property
    def about(self) -> str | None:
        return self.case.stakeholder_id


class CaseOpened(CaseChanged):
    """An action arrived; its screening begins."""


class CaseReopened(CaseChanged):
    """A revised action or a changed fact: every vote so far is void, a new screening begins."""


class CaseScreened(CaseChanged):
    """The screen says no (`blocked`) or lets people decide (`in_review`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVoted(CaseChanged):
    """A vote that did not decide yet, or the one that did: the state change follows as an event of its own.

    `read_version` is the version of the case that the signatory had read, `authenticated_at` when they had proved who
    they are, ISO 8601.
    """

    vote: Vote
    read_version: int
    authenticated_at: str | None

    def evidence(self) -> Mapping[str, Any]:
        vote = self.vote
        said = {
            "decision": vote.decision,
            "meaning": vote.meaning,
            "step": vote.step,
            "capacity": vote.capacity,
            "signed_content_sha256": vote.content_sha256,
            "read_version": self.read_version,
            "authenticated_at": self.authenticated_at,
        }
        return {**CaseChanged.evidence(self), **said, **({"absence_id": vote.absence_id} if vote.absence_id else {})}

    def personal(self) -> Mapping[str, Any]:
        vote = self.vote
        return {
            SIGNATORY: vote.name,
            **({} if vote.on_behalf_of is None else {ON_BEHALF_OF: vote.on_behalf_of}),
            **({"changes": [change.as_json() for change in vote.changes]} if vote.changes else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOverrideSigned(CaseChanged):
    """Somebody agreed to override findings that block, or said no to it. Where it was the last that was asked for,
    `CaseOverridden` follows.
    """

    override: Override

    def evidence(self) -> Mapping[str, Any]:
        given = self.override
        told = {"decision": given.decision, "meaning": given.meaning, "for_rules": list(given.rules)}
        return {**CaseChanged.evidence(self), **told, "capacities": list(given.capacities)}

    def personal(self) -> Mapping[str, Any]:
        return {"findings": [each.finding.as_json() for each in self.override.findings]}


class CaseOverridden(CaseChanged):
    """Two people have overridden each finding that blocks: the review begins."""


class CaseApproved(CaseChanged):
    """All required approvals are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChangesRequested(CaseChanged):
    """A reviewer asks for changes; the vote before it holds them in the ledger."""

    changes: tuple[RequestedChange, ...] = ()


class CaseRejected(CaseChanged):
    """A reviewer said no."""


class CasePaused(CaseChanged):
    """A stop signal holds everything for this person."""


class CaseStopsChanged(CaseChanged):
    """Still paused, for other reasons than before."""


class CaseResumed(CaseChanged):
    """No stop signal is left."""


class CaseReleased(CaseChanged):
    """A permit was issued."""


class CaseRedeemed(CaseChanged):
    """The executor may act."""


class CaseRecalled(CaseChanged):
    """A person took the release back, before the act or after it."""


class CaseExpired(CaseChanged):
    """The slot is over."""


class CaseVoided(CaseChanged):
    """What was approved is not what would go out."""


class CaseWithdrawn(CaseChanged):
    """The author took it back."""


class CaseErased(CaseChanged):
    """The person was erased, and what was about them in the case; its state is as it was."""

    def evidence(self) -> Mapping[str, Any]:
        return {**CaseChanged.evidence(self), "erased": list(TAKEN)}
