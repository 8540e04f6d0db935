"""What the routes need from the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol, cast

from fastapi import Depends, Request

from compliance.application.aftercare.desk import AftercareDesk
from compliance.application.caps.desk import CapsDesk
from compliance.application.channels import Change
from compliance.application.circulations.desk import CirculationDesk
from compliance.application.circulations.listing import Wanted
from compliance.application.desk_work import Change as Step
from compliance.application.desk_work import DeskName
from compliance.application.gate import Gate
from compliance.application.money.desk import MoneyDesk
from compliance.application.proofs import Tree
from compliance.application.redemption import Redemption
from compliance.application.reviewers.desk import ReviewerDesk
from compliance.application.rules.rule_changes import RuleChange
from compliance.application.rules.rule_reading import ReadableRule
from compliance.application.rules.rule_sets import Compiled, Files
from compliance.application.teamwork.desk import TeamworkDesk
from compliance.application.wordings.desk import WordingDesk
from compliance.domain.channel import ChannelDescription
from compliance.domain.errors import PersonRequired
from compliance.domain.events import Occasion
from compliance.domain.findings import Screening
from compliance.domain.overriding import OverrideBallot
from compliance.domain.review.votes import Ballot, Voter
from compliance.domain.rule_set_version import RuleSetVersion
from shared.auth.dependencies import require
from shared.auth.principal import Principal

Row = Mapping[str, Any]


class Queries(Protocol):
    """Read models of the gate; JSON columns come as text."""

    async def case(self, action_id: str) -> Row | None: ...
    async def permit(self, permit_id: str) -> Row | None: ...
    async def ledger(self, *, about: str | None, after: int, limit: int) -> Sequence[Row]: ...
    async def rule_set(self) -> Row | None: ...
    async def channels(self, *, state: str | None, after: str | None, limit: int) -> Sequence[Row]: ...
    async def channel(self, channel_id: str) -> Row | None: ...


class CaseLists(Protocol):
    """Lists of cases."""

    async def cases(self, wanted: Wanted, *, now: datetime, after: str | None, limit: int) -> Sequence[Row]: ...


class OverrideReads(Protocol):
    """Every override that was signed; JSON columns come as text."""

    async def overrides(
        self,
        *,
        since: datetime | None,
        until: datetime | None,
        rule_id: str | None,
        after: tuple[datetime, str, int] | None,
        limit: int,
    ) -> Sequence[Row]: ...


class LedgerReads(Protocol):
    """The ledger's tree, one entry with what opens it, and checkpoints."""

    @property
    def tree(self) -> Tree: ...
    async def entry(self, sequence: int) -> Row | None: ...
    async def checkpoint(self) -> Row | None: ...
    async def verifier_keys(self) -> Sequence[str]: ...


class ForwardedCaseQueries(Protocol):
    """Read models of the forwarded cases of each desk; JSON columns come as text."""

    async def cases(self, desk: DeskName, *, state: str | None, after: str | None, limit: int) -> Sequence[Row]: ...
    async def case(self, desk: DeskName, case_id: str) -> Row | None: ...


class ChangeForwarded(Protocol):
    """Applies one step to a forwarded case."""

    async def __call__(
        self, desk: DeskName, case_id: str, what: Step, by: str, why: str | None, *, expected: int | None
    ) -> None: ...


class Redeem(Protocol):
    """Asks whether the executor may act now."""

    async def __call__(self, permit_id: str, *, client_id: str, content_sha256: str) -> Redemption: ...


class RuleSetReads(Protocol):
    """Read models of rule sets."""

    async def versions(self, *, state: str | None, after: str | None, limit: int) -> Sequence[Row]: ...
    async def version(self, rule_set: str) -> Row | None: ...
    async def file(self, rule_set: str, name: str) -> str | None: ...
    async def rehearsal(self, rule_set: str, rehearsal_id: str) -> Row | None: ...
    async def rehearsals(self, rule_set: str) -> Sequence[Row]: ...


class RuleDesk(Protocol):
    """Proposing, comparing, rehearsing rule sets and putting them in force."""

    @property
    def queries(self) -> RuleSetReads: ...
    async def compile(self, changes: Mapping[str, str | None], base: str | None) -> tuple[Compiled, Files]:
        """What the changed files of `base`, by default of the rule set in force, make. Raises RulesRefused."""
        ...

    async def propose(self, files: Files, compiled: Compiled, note: str, by: str) -> RuleSetVersion: ...
    async def activate(self, rule_set: str, by: str, why: str) -> None: ...
    async def withdraw(self, rule_set: str, by: str, why: str) -> None: ...
    async def difference(self, rule_set: str, to: str | None) -> tuple[str, Sequence[RuleChange]]:
        """The hash it was compared with, and what differs. Raises NotFound."""
        ...

    async def rules(self, rule_set: str) -> tuple[Sequence[Row], Sequence[ReadableRule]]:
        """The catalogue and the rules of a version. Raises NotFound, RulesRefused."""
        ...

    async def rehearse(self, rule_set: str, actions: int, by: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePorts:
    """Bound by bootstrap."""

    queries: Queries
    case_lists: CaseLists
    circulations: CirculationDesk
    gate: Gate
    rules: RuleDesk
    screen_draft: Callable[[Mapping[str, Any]], Awaitable[Screening]]
    vote: Callable[[str, Ballot, Voter], Awaitable[str]]
    override: Callable[[str, OverrideBallot, Voter], Awaitable[str]]
    overrides: OverrideReads
    redeem: Redeem
    ledger: LedgerReads
    forwarded: ForwardedCaseQueries
    change_forwarded: ChangeForwarded
    register_channel: Callable[[ChannelDescription, str], Awaitable[str]]
    change_channel: Callable[[str, Change, int, Occasion], Awaitable[None]]
    money: MoneyDesk
    aftercare: AftercareDesk
    teamwork: TeamworkDesk
    evidence: Callable[[str, str], Awaitable[Mapping[str, Any]]]
    reviewers: ReviewerDesk
    wordings: WordingDesk
    caps: CapsDesk
    jwks: Callable[[], Awaitable[Mapping[str, Any]]]


async def _ports(request: Request) -> GatePorts:
    return cast("GatePorts", request.app.state.ports)  # Starlette's state is untyped


Ports = Annotated[GatePorts, Depends(_ports)]
Screener = Annotated[Principal, Depends(require("compliance:screen"))]
Reader = Annotated[Principal, Depends(require("compliance:read"))]
Reviewer = Annotated[Principal, Depends(require("compliance:review"))]
RulesKeeper = Annotated[Principal, Depends(require("compliance:rules"))]


def ensure_person(caller: Principal, does: str) -> None:
    """Raises PersonRequired for a program; `does` says what only a person does."""
    if caller.kind != "person":
        raise PersonRequired(f"only a person {does}", remedy="sign in as a person who may")
