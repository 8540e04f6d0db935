"""Stop signals: what holds everything for one person."""

from __future__ import annotations

from compliance.domain.facts import KnownStakeholder

SAFETY = "open_safety_case"


def stops_for(known: KnownStakeholder | None, *, open_safety_cases: int) -> frozenset[str]:
    """Every stop signal in force. An unknown person has none: release refuses unknown people by itself."""
    signals = frozenset[str]() if known is None else known.stops
    return signals | {SAFETY} if open_safety_cases else signals
