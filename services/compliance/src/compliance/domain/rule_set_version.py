"""Versions of the rule set: proposed by one person, put in force by another, never edited."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from compliance.domain.errors import SelfApproval
from compliance.domain.events import Occasion, StateChange
from shared.kernel.errors import InvalidTransition
from shared.kernel.events import Aggregate

VersionState = Literal["proposed", "active", "superseded", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed: `rule_set` is the content hash of `files` (texts by name), `rules` how many rules they hold."""

    rule_set: str
    files: Mapping[str, str]
    rules: int
    proposed_by: str
    proposed_at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChanged(StateChange):
    AGGREGATE: ClassVar[str] = "rule_set_version"

    rules: int
    files: Mapping[str, str]

    def evidence(self) -> Mapping[str, Any]:
        hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in self.files.items()}
        return {"rules": self.rules, "files_sha256": hashes}


class VersionProposed(VersionChanged):
    """Somebody wants these rules."""


class VersionActivated(VersionChanged):
    """Somebody else put them in force."""


class VersionSuperseded(VersionChanged):
    """Others are in force now; these can be put in force again."""


class VersionWithdrawn(VersionChanged):
    """Nobody wants them any more."""


class RuleSetVersion(Aggregate):
    """`proposed → active ⇄ superseded`, or `proposed ⇄ withdrawn`. Its content never changes."""

    def __init__(self, proposal: Proposal, *, state: VersionState = "proposed", version: int = 0) -> None:
        super().__init__(version=version)
        self.stored_version = version
        self.proposal = proposal
        self.state: VersionState = state

    @classmethod
    def propose(cls, proposal: Proposal) -> RuleSetVersion:
        """A version that nobody has put in force."""
        version = cls(proposal)
        why = proposal.note or "proposed"
        version._emit(VersionProposed, None, Occasion(by=proposal.proposed_by, at=proposal.proposed_at, why=why))
        return version

    def propose_again(self, proposal: Proposal) -> None:
        """Somebody wants a withdrawn version after all. Raises InvalidTransition for any other."""
        if self.state != "withdrawn":
            raise InvalidTransition("this rule set is known already")
        self.proposal = proposal
        occasion = Occasion(by=proposal.proposed_by, at=proposal.proposed_at, why=proposal.note or "proposed again")
        self._move("proposed", VersionProposed, occasion)

    def activate(self, occasion: Occasion) -> None:
        """Put it in force. Raises SelfApproval for whoever proposed it, InvalidTransition once withdrawn."""
        if self.state == "active":
            return
        if self.state == "withdrawn":
            raise InvalidTransition("this proposal was withdrawn", remedy="propose the rules again")
        if occasion.by == self.proposal.proposed_by:
            raise SelfApproval(
                "whoever proposed a rule set does not put it in force", remedy="let a second person activate it"
            )
        self._move("active", VersionActivated, occasion)

    def begin(self, occasion: Occasion) -> None:
        """The first rule set of an installation, or the one in force after an upgrade: nobody chose another before."""
        self._move("active", VersionActivated, occasion)

    def supersede(self, occasion: Occasion) -> None:
        """Another one is in force."""
        if self.state == "active":
            self._move("superseded", VersionSuperseded, occasion)

    def withdraw(self, occasion: Occasion) -> None:
        """Take a proposal back. Raises InvalidTransition once it was in force."""
        if self.state == "withdrawn":
            return
        if self.state != "proposed":
            raise InvalidTransition(
                f"this rule set is {self.state}, no longer a proposal", remedy="activate another one instead"
            )
        self._move("withdrawn", VersionWithdrawn, occasion)

    def _move(self, state: VersionState, event: type[VersionChanged], occasion: Occasion) -> None:
        old, self.state = self.state, state
        self._emit(event, old, occasion)

    def _emit(self, event: type[VersionChanged], old: VersionState | None, occasion: Occasion) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.proposal.rule_set,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                rules=self.proposal.rules,
                files=self.proposal.files,
            )
        )
