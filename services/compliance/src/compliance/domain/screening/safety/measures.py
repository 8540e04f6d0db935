"""How good a safety scan is on labelled posts: recall, precision, flag rate, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

_NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True)
class LabelledPost:
    """A post and whether drug safety has to see it."""

    id: str
    text: str
    label: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Counts of one measurement. `auc` is None where only one kind of post was there."""

    posts: int
    reports: int
    flagged: int
    found: int
    auc: float | None

    @property
    def recall(self) -> float | None:
        """Share of the reports that were flagged."""
        return self.found / self.reports if self.reports else None

    @property
    def precision(self) -> float | None:
        """Share of the flagged posts that are reports."""
        return self.found / self.flagged if self.flagged else None

    @property
    def flag_rate(self) -> float:
        """Share of all posts that were flagged."""
        return self.flagged / self.posts if self.posts else 0.0

    @property
    def recall_interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the recall."""
        return wilson(self.found, self.reports) if self.reports else None

    def as_json(self) -> dict[str, Any]:
        """Rounded to four digits."""
        interval = self.recall_interval
        return {
            "posts": self.posts,
            "reports": self.reports,
            "flagged": self.flagged,
            "found": self.found,
            "recall": _rounded(self.recall),
            "recall_95": [round(each, 4) for each in interval] if interval else None,
            "precision": _rounded(self.precision),
            "flag_rate": round(self.flag_rate, 4),
            "auc": _rounded(self.auc),
        }


def measured(labels: Sequence[bool], flagged: Sequence[bool], scores: Sequence[float]) -> Measured:
    """Count; the three sequences speak of the same posts in the same order."""
    return Measured(
        posts=len(labels),
        reports=sum(labels),
        flagged=sum(flagged),
        found=sum(label and flag for label, flag in zip(labels, flagged, strict=True)),
        auc=auc(labels, scores),
    )


def auc(labels: Sequence[bool], scores: Sequence[float]) -> float | None:
    """How often a report outranks another post, ties half; None without both kinds."""
    reports = sum(labels)
    others = len(labels) - reports
    if not reports or not others:
        return None
    ranked = sorted(zip(scores, labels, strict=True))
    ranks, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ranks += (at + 1 + end) / 2 * sum(label for _, label in ranked[at:end])
        at = end
    return (ranks - reports * (reports + 1) / 2) / (reports * others)


def wilson(found: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; `of` is at least 1."""
    share, square = found / of, _NORMAL_95**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = _NORMAL_95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
