"""What follows from a change at once: in the same transaction, on whatever path the change came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from compliance.application.aftercare.take_downs import on_permit_recalled
from compliance.application.aftercare.watches import on_case_redeemed
from compliance.application.caps.reserving import on_case_changed
from compliance.application.circulations.following import changes_of_cases, follow_case
from compliance.application.gate import Gate
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.application.wordings.sampling import draw_sample
from compliance.domain import case_events as happened
from compliance.domain.events import StateChange
from compliance.domain.permit import PermitRecalled, PermitRedeemed

Policy = Callable[[StateChange, UnitOfWork], Awaitable[None]]
"""Never commits. What it makes aggregates record is written, published and reacted to like everything else."""

Policies = Mapping[type[StateChange], Sequence[Policy]]

CAPPED: tuple[type[StateChange], ...] = (
    happened.CaseApproved,
    happened.CaseReopened,
    happened.CasePaused,
    happened.CaseResumed,
    happened.CaseReleased,
    happened.CaseRedeemed,
    happened.CaseExpired,
    happened.CaseVoided,
    happened.CaseWithdrawn,
    happened.CaseRecalled,
)
"""Changes of a case that take of the caps, confirm what was taken, or give it back."""


def policies_of(gate: Gate) -> Policies:
    """The policies by the event they react to, in the order they are applied."""
    circulate = partial(follow_case, clock=gate.review_clock)
    follow_caps = partial(on_case_changed, gate=gate)
    of_cases = {kind: (circulate, *((follow_caps,) if kind in CAPPED else ())) for kind in changes_of_cases()}
    return {
        **of_cases,
        happened.CaseRedeemed: (*of_cases[happened.CaseRedeemed], partial(on_case_redeemed, gate=gate)),
        PermitRecalled: (partial(on_permit_recalled, gate=gate),),
        PermitRedeemed: (partial(draw_sample, gate=gate),),
    }
