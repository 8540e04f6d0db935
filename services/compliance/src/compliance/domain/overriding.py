"""Overriding a block: two named people, each in a capacity that the rule names, on exactly this finding.

An override is bound to the content, to the finding as a whole (rule, place, quote and message) and to the rule set: one
word, one figure or one rule that is another, and it counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from compliance.domain.errors import (
    AlreadyVoted,
    MeaningMissing,
    NotYourOverride,
    OverrideNotAllowed,
    OverrideRefused,
    PersonRequired,
)
from compliance.domain.findings import Finding
from compliance.domain.judgement import Judgement
from compliance.domain.review.votes import Voter
from shared.kernel.errors import InvalidValue

PEOPLE = 2
"""How many different people have to agree to each."""

OverrideDecision = Literal["override", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden:
    """One finding, and the capacity in which somebody overrides it."""

    finding: Finding
    capacity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One person's yes to overriding these findings, or their no to any override of this version."""

    by: str
    name: str
    decision: OverrideDecision
    meaning: str
    reason: str
    content_sha256: str
    rule_set: str
    findings: tuple[Overridden, ...]
    at: datetime

    @property
    def rules(self) -> tuple[str, ...]:
        """Their ids, each once."""
        return tuple(sorted({each.finding.rule_id for each in self.findings}))

    @property
    def capacities(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(sorted({each.capacity for each in self.findings}))


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideSignature:
    """An override with the proof of identity it was given on, kept for good; see `Signature`."""

    action_id: str
    case_version: int
    authenticated_at: datetime
    override: Override


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideBallot:
    """An override as handed in. `content_sha256` and `case_version` are what the person looked at.

    `rule_ids` are the rules to override, None for every one that blocks.
    """

    decision: OverrideDecision
    rule_ids: frozenset[str] | None
    meaning: str
    reason: str
    content_sha256: str
    case_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockStanding:
    """A finding that blocks, and who has agreed to override it."""

    finding: Finding
    agreed: tuple[Override, ...]

    @property
    def missing(self) -> int | None:
        """How many people have yet to agree; None where nobody may."""
        return None if self.finding.override is None else max(PEOPLE - len(self.agreed), 0)


def standing(judgement: Judgement, overrides: Iterable[Override], content_sha256: str) -> tuple[BlockStanding, ...]:
    """Where each blocking finding of `judgement` stands; each person counts once, and a no undoes every yes."""
    given = tuple(overrides)
    refused = any(each.decision == "refuse" for each in given)
    counted = () if refused else tuple(each for each in given if _is_about(each, judgement, content_sha256))
    return tuple(BlockStanding(finding=each, agreed=_agreed(each, counted)) for each in blocks(judgement))


def blocks(judgement: Judgement) -> tuple[Finding, ...]:
    """The findings that block."""
    return tuple(each for each in judgement.findings if each.severity == "block")


def all_overridden(judgement: Judgement, overrides: Iterable[Override], content_sha256: str) -> bool:
    """Whether there is a block and two people have overridden each."""
    found = standing(judgement, overrides, content_sha256)
    return bool(found) and all(each.missing == 0 for each in found)


def ensure_overridable(judgement: Judgement) -> None:
    """Raises OverrideNotAllowed unless something blocks and nothing does that no rule lets people override."""
    found = blocks(judgement)
    fixed = sorted({each.rule_id for each in found if each.override is None})
    if fixed or not found:
        raise OverrideNotAllowed(
            f"nobody may override {', '.join(fixed)}" if fixed else "no rule blocks this action",
            field="rule_ids",
            remedy="change the action as its findings say, and submit it again",
        )


def override_of(
    ballot: OverrideBallot, voter: Voter, at: datetime, judgement: Judgement, earlier: Sequence[Override]
) -> Override:
    """The override, or the no. Raises PersonRequired, MeaningMissing, OverrideNotAllowed, OverrideRefused,
    AlreadyVoted, NotYourOverride, and InvalidValue without a reason or for a rule that does not block.
    """
    _ensure_signed(ballot, voter)
    ensure_overridable(judgement)
    _ensure_open(voter, ballot, earlier)
    chosen = _chosen(ballot, judgement)
    return Override(
        by=voter.subject,
        name=voter.name,
        decision=ballot.decision,
        meaning=ballot.meaning.strip(),
        reason=ballot.reason.strip(),
        content_sha256=ballot.content_sha256,
        rule_set=judgement.rule_set,
        findings=() if ballot.decision == "refuse" else tuple(_taken(each, voter) for each in chosen),
        at=at,
    )


def _is_about(override: Override, judgement: Judgement, content_sha256: str) -> bool:
    return override.content_sha256 == content_sha256 and override.rule_set == judgement.rule_set


def _agreed(finding: Finding, overrides: Iterable[Override]) -> tuple[Override, ...]:
    if finding.override is None:
        return ()
    able = finding.override.by
    agreeing = {
        each.by: each
        for each in overrides
        if any(one.finding == finding and one.capacity in able for one in each.findings)
    }
    return tuple(agreeing.values())


def _ensure_signed(ballot: OverrideBallot, voter: Voter) -> None:
    if not voter.is_person:
        raise PersonRequired("only a person overrides", remedy="sign in as somebody who may")
    if not ballot.meaning.strip():
        raise MeaningMissing(
            "the signature says nothing",
            field="meaning",
            remedy="say what the signature means, for example 'I take responsibility for this exception'",
        )
    if not ballot.reason.strip():
        raise InvalidValue(
            "an override needs a reason", field="reason", remedy="say why the rule does not hold here, or why it does"
        )


def _ensure_open(voter: Voter, ballot: OverrideBallot, earlier: Sequence[Override]) -> None:
    for each in earlier:
        if each.decision == "refuse":
            raise OverrideRefused(
                f"{each.name} refused to override this version",
                remedy="change the action as its findings say, and submit it again",
            )
    mine = {rule for each in earlier if each.by == voter.subject for rule in each.rules}
    again = mine if ballot.rule_ids is None else mine & ballot.rule_ids
    if again and ballot.decision == "override":
        raise AlreadyVoted(
            f"you have overridden {', '.join(sorted(again))} on this version",
            remedy="a second person agrees next; name the other rules in rule_ids if you mean those",
        )


def _chosen(ballot: OverrideBallot, judgement: Judgement) -> tuple[Finding, ...]:
    found = blocks(judgement)
    unknown = (ballot.rule_ids or frozenset()) - {each.rule_id for each in found}
    if unknown or (ballot.rule_ids is not None and not ballot.rule_ids):
        raise InvalidValue(
            f"{', '.join(sorted(unknown)) or 'no rule'} does not block this action",
            field="rule_ids",
            remedy="name rules of findings with severity block, or all",
        )
    return tuple(each for each in found if ballot.rule_ids is None or each.rule_id in ballot.rule_ids)


def _taken(finding: Finding, voter: Voter) -> Overridden:
    able = () if finding.override is None else finding.override.by
    held = sorted(set(able) & voter.capacities)
    if not held:
        raise NotYourOverride(
            f"{finding.rule_id} may be overridden by {' or '.join(able)}",
            field="rule_ids",
            remedy="ask somebody who holds one of these roles, or name only the rules that you may override",
        )
    return Overridden(finding=finding, capacity=held[0])
