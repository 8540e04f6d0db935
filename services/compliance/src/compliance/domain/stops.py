"""Stop signals: what holds everything for one person, or everything about one post."""

from __future__ import annotations

from compliance.domain.facts import KnownStakeholder

SAFETY = "open_safety_case"
SAFETY_OF_POST = "open_safety_case_of_post"


def stops_for(known: KnownStakeholder | None, *, open_safety_cases: int, post_is_held: bool = False) -> frozenset[str]:
    """Every stop signal in force. An unknown person has none: release refuses unknown people by itself.

    `post_is_held`: the post that the action likes, shares or answers has a safety case, whoever it is about.
    """
    signals = set[str]() if known is None else set(known.stops)
    if open_safety_cases:
        signals.add(SAFETY)
    if post_is_held:
        signals.add(SAFETY_OF_POST)
    return frozenset(signals)
