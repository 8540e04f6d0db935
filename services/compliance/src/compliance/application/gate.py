"""The gate's own means: rules, company facts, limits, time and ids."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from compliance.application.ports.screens import Examine, Screen, ScreenPlan
from compliance.domain.aftercare.terms import AftercareTerms
from compliance.domain.caps.limits import Limits
from compliance.domain.circulations.clock import ReviewClock
from compliance.domain.desk import Desk
from compliance.domain.erasure import Retention
from compliance.domain.review.routing import RoutedStep
from compliance.domain.screening.lexicon import Figures
from compliance.domain.wordings.sample import DRAW_BITS
from compliance.domain.wordings.terms import LaneTerms
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory


def by_chance() -> int:
    """A number that nobody can foresee."""
    return secrets.randbits(DRAW_BITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Bound once at start. `rule_set` tells the hash of the rules in use, `company` is as in the ActionSnapshot.

    `review_steps` are all there are; which of them a case takes follows from its risk and its findings. `sign_within`
    is how long after proving who they are a person may sign, `absence_at_most` how long somebody may stand in for them.
    `caps` are the limits of contacts and spending, some of them by `figures` of the rules in use.
    `aftercare` is what holds once something is out, `retention` what is kept of it when its person is erased.
    Without `fast_lane` no wording stands for a review; `chance` draws samples, a number of `DRAW_BITS` bits at a time.
    """

    screen: Screen
    screen_plan: ScreenPlan
    examine: Examine
    rule_set: Callable[[], str | None]
    company: Mapping[str, Any]
    review_steps: Sequence[RoutedStep]
    sign_within: timedelta
    review_clock: ReviewClock
    drug_safety: Desk
    medical_information: Desk
    caps: Limits
    figures: Callable[[], Figures]
    clock: Clock
    new_id: IdFactory
    absence_at_most: timedelta
    aftercare: AftercareTerms = field(default_factory=AftercareTerms)
    fast_lane: LaneTerms | None = None
    chance: Callable[[], int] = by_chance
    retention: Retention = field(default_factory=Retention)
