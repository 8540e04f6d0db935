"""A place in the words of an action, and what somebody wants there instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compliance.domain.errors import AnchorMisses
from compliance.domain.screening.text.fields import text_fields

_FEW = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Characters `start` to `end` (Unicode code points) of the text at `field`, such as `links[0].title`."""

    field: str
    start: int
    end: int
    quote: str

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "start": self.start, "end": self.end, "quote": self.quote}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedChange:
    """What should stand there; empty to take it out."""

    place: Anchor
    wanted: str

    def as_json(self) -> dict[str, Any]:
        return {**self.place.as_json(), "wanted": self.wanted}


def ensure_stands(anchor: Anchor, snapshot: Mapping[str, Any], called: str) -> None:
    """Raises AnchorMisses unless the quote is what stands there; `called` is the name of the anchor in the request."""
    texts = {field.path: field.text for field in text_fields(snapshot)}
    text = texts.get(anchor.field)
    if text is None:
        there = ", ".join(list(texts)[:_FEW]) or "none"
        raise AnchorMisses(
            f"this action has no text {anchor.field!r}", field=f"{called}.field", remedy=f"its texts are: {there}"
        )
    if not 0 <= anchor.start < anchor.end <= len(text):
        raise AnchorMisses(
            f"{anchor.field} has {len(text)} characters; {anchor.start} to {anchor.end} is no part of it",
            field=f"{called}.end",
            remedy="count code points from 0; the end is the character after the last",
        )
    if text[anchor.start : anchor.end] != anchor.quote:
        raise AnchorMisses(
            f"at {anchor.start} to {anchor.end} of {anchor.field} stands something else than the quote",
            field=f"{called}.quote",
            remedy=_where(anchor.quote, text),
        )


def _where(quote: str, text: str) -> str:
    at = text.find(quote) if quote else -1
    if at < 0:
        return "read the case again and quote the words that stand there now; count code points, not bytes or UTF-16"
    return f"the quote stands at {at} to {at + len(quote)}; count code points, not bytes or UTF-16"
