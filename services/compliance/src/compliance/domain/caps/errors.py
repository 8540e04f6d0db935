"""Refusals about caps."""

from __future__ import annotations

from shared.kernel.errors import InvalidTransition


class CapReached(InvalidTransition):
    """There is no room left: `parts` holds one refusal per limit that would be exceeded."""

    code = "cap_reached"


class CapUnclear(InvalidTransition):
    """What the action takes, or what may be taken, is not known; neither is read as nothing, nor as no limit."""

    code = "cap_unclear"
