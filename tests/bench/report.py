"""Readable figures."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def report(what: str, figures: Mapping[str, float]) -> None:
    print(f"{what}: " + "  ".join(f"{name} {value:,.1f}" for name, value in figures.items()), flush=True)
