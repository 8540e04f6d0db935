"""Where quoted words stand in an action, as the gate wants to have it told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.application.marking import value_at
from portal.application.words import field_label

ROWS = range(1, 4)
"""Changes that one form can ask for."""
PLACED = ("at", "quote", "wanted")
"""Fields of each, before its number."""


class NotPlaced(Exception):
    """The words stand nowhere, or more than once; says so in words."""


def place_of(snapshot: Mapping[str, Any], field: str, quote: str) -> dict[str, Any]:
    """Field and span, in code points, of words that stand there exactly once. Raises NotPlaced."""
    text = value_at(snapshot, field)
    where = field_label(field) if field else "a text"
    if not isinstance(text, str):
        raise NotPlaced("Choose the text in which the words stand.")
    times = text.count(quote) if quote else 0
    if times != 1:
        how = "do not stand" if times == 0 else f"stand {times} times"
        raise NotPlaced(f"The words “{quote}” {how} in {where}; quote them exactly, and so many that it is one place.")
    start = text.index(quote)
    return {"field": field, "start": start, "end": start + len(quote), "quote": quote}


def changes_in(said: Mapping[str, str], snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The changes that a form asks for, rows without a quote left out. Raises NotPlaced."""
    rows = [(said[f"at{row}"], said[f"quote{row}"], said[f"wanted{row}"]) for row in ROWS]
    return [{**place_of(snapshot, field, quote), "wanted": wanted} for field, quote, wanted in rows if quote]
