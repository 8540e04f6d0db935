"""The part of the company file that says who reviews what."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compliance.adapters.company.clock import ClockPart
from compliance.domain.findings import Severity
from compliance.domain.review.routing import RoutedStep, When
from compliance.domain.review.steps import ReviewStep
from shared.contracts.vocabulary import ActionType, Audience, StakeholderType

RuleOrFamily = Annotated[str, Field(pattern=r"^[A-Z]{2,5}(-[A-Z0-9]+)?$")]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Capacity = Annotated[str, Field(pattern=r"^(person:\S+|[a-z][a-z0-9_]*)$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WhenPart(_Part):
    """See `When`."""

    verdicts: frozenset[Severity] = frozenset()
    rules: frozenset[RuleOrFamily] = frozenset()
    action_types: frozenset[ActionType] = frozenset()
    audiences: frozenset[Audience] = frozenset()
    person_types: frozenset[StakeholderType] = frozenset()
    countries: frozenset[Country] = frozenset()


class StepPart(_Part):
    """See `ReviewStep`."""

    step: Annotated[str, Field(min_length=1, max_length=80)]
    tier: Annotated[int, Field(ge=1, le=3)] = 1
    any_of: Annotated[frozenset[Capacity], Field(min_length=1)]
    approvals: Annotated[int, Field(ge=1, le=9)] = 1
    when: WhenPart = WhenPart()

    def routed(self) -> RoutedStep:
        """The step as the domain knows it."""
        step = ReviewStep(name=self.step, tier=self.tier, any_of=self.any_of, approvals=self.approvals)
        return RoutedStep(step=step, when=When(**dict(self.when)))


class ReviewPart(_Part):
    """The steps, how fresh a signatory's proof of identity has to be, and how long a delegate may stand in.

    One step is asked for whatever is planned, so that nothing goes out without a person's yes.
    """

    sign_within_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    absence_at_most_days: Annotated[int, Field(ge=1, le=366)] = 14
    steps: Annotated[tuple[StepPart, ...], Field(min_length=1)]
    clock: ClockPart | None = None

    @model_validator(mode="after")
    def _names_are_unique_and_one_always_applies(self) -> Self:
        twice = [name for name, times in Counter(each.step for each in self.steps).items() if times > 1]
        if twice:
            raise ValueError(f"{twice[0]} stands there twice; a name stands for one step")
        if all(each.when != WhenPart() for each in self.steps):
            raise ValueError("no step is without `when`; something would go out that nobody has to look at")
        return self

    def routed(self) -> tuple[RoutedStep, ...]:
        """All steps, in the order of the file."""
        return tuple(each.routed() for each in self.steps)
