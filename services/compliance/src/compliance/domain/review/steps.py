"""The steps of a review: all of them in AND, whoever may take one in OR, up to three tiers one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compliance.domain.errors import NotYourStep
from compliance.domain.review.votes import Vote
from shared.kernel.errors import InvalidValue

REVIEWER = "reviewer"
"""The capacity of everybody who may review at all; others are roles of the token, or `person:<subject>`."""
TIERS = range(1, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStep:
    """`approvals` different people agree, each in one of the capacities `any_of`, once the tiers before are done."""

    name: str
    tier: int
    any_of: frozenset[str]
    approvals: int = 1

    def __post_init__(self) -> None:
        if self.tier not in TIERS or self.approvals < 1 or not self.any_of:
            raise InvalidValue(
                f"the review step {self.name} needs a tier of 1 to 3, an approval or more, and who may take it",
                field="review.steps",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """Where one step stands. `is_open` tells that it is its turn."""

    step: ReviewStep
    approved_by: tuple[Vote, ...]
    is_open: bool

    @property
    def is_complete(self) -> bool:
        return len(self.approved_by) >= self.step.approvals


def progress(route: Sequence[ReviewStep], approvals: Iterable[Vote]) -> tuple[StepProgress, ...]:
    """Every step of `route` with the approvals that count for it, in the order of the tiers."""
    votes = tuple(approvals)
    ordered = sorted(route, key=lambda step: step.tier)
    counted = {step: _counting_for(step, votes) for step in ordered}
    waiting = [step.tier for step in ordered if len(counted[step]) < step.approvals]
    turn = min(waiting, default=None)
    return tuple(
        StepProgress(
            step=step,
            approved_by=counted[step],
            is_open=step.tier == turn and len(counted[step]) < step.approvals,
        )
        for step in ordered
    )


def missing(route: Sequence[ReviewStep], approvals: Iterable[Vote]) -> tuple[ReviewStep, ...]:
    """The steps that are not complete. Nobody asked is nobody agreed: a route without steps misses one."""
    if not route:
        return (ReviewStep(name="review", tier=1, any_of=frozenset({REVIEWER})),)
    return tuple(each.step for each in progress(route, approvals) if not each.is_complete)


def step_to_take(
    standing: Sequence[StepProgress], capacities: frozenset[str], wanted: str | None
) -> tuple[ReviewStep, str]:
    """The open step that an approval counts for, and the capacity it is given in.

    `wanted` names the step; without it, the first that fits. Raises NotYourStep.
    """
    open_steps = [each.step for each in standing if each.is_open and wanted in (None, each.step.name)]
    for step in open_steps:
        held = step.any_of & capacities
        if held:
            return step, min(held, key=lambda capacity: (capacity == REVIEWER, capacity))
    waits_for = "; ".join(f"{step.name}: {' or '.join(sorted(step.any_of))}" for step in open_steps)
    raise NotYourStep(
        f"your approval is not asked for now; it waits for {waits_for}" if waits_for else "no such step waits now",
        field="step",
        remedy="ask somebody who holds one of these roles, or have the role given to you where people sign in",
    )


def _counting_for(step: ReviewStep, votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """Votes given for this step in a capacity that (still) counts for it; nobody stands behind two of them."""
    counted: list[Vote] = []
    behind: set[str] = set()
    for vote in votes:
        if vote.step == step.name and vote.capacity in step.any_of and not vote.people & behind:
            counted.append(vote)
            behind |= vote.people
    return tuple(counted)
