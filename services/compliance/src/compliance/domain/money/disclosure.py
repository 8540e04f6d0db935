"""A disclosure run: one regime, country and year; frozen with its hash once a second person approves it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from compliance.domain.errors import ContentChanged
from compliance.domain.events import Occasion
from compliance.domain.money.errors import DisclosureStopped
from compliance.domain.money.marks import Regime
from compliance.domain.money.reports import Report
from compliance.domain.records import Record, RecordChanged, ensure_second_person


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`file` is the CSV, `sha256` of its UTF-8 bytes. Totals are decimals as text, by currency."""

    regime: Regime
    country: str
    year: int
    file: str
    sha256: str
    rows: int
    individual: int
    aggregated: int
    totals: Mapping[str, str]
    rule_set: str | None
    prepared_by: str
    prepared_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None


class RunChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "disclosure_run"


class RunPrepared(RunChanged):
    """A file is there to look at."""


class RunApproved(RunChanged):
    """A second person approves it: the file is frozen."""


class RunWithdrawn(RunChanged):
    """It is not used."""


def ensure_clean(report: Report) -> None:
    """Raises DisclosureStopped naming the record of each problem that stops the run."""
    parts = tuple(DisclosureStopped(each.message, field=each.record, remedy=each.remedy) for each in report.stops)
    if parts:
        first, more = parts[0], len(parts) - 1
        raise DisclosureStopped(
            f"the run stops at {first.field}: {first.message}{f', and {more} more' if more else ''}",
            field=first.field,
            remedy=first.remedy,
            parts=parts,
        )


def hash_of(report: Report) -> str:
    """SHA-256 of the file in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(report.csv.encode()).hexdigest()


class DisclosureRun(Record[Run]):
    """`prepared → approved`, or `prepared → withdrawn`. The file never changes."""

    @classmethod
    def prepare(cls, run_id: str, run: Run, occasion: Occasion) -> DisclosureRun:
        """A run nobody has approved."""
        prepared = cls(run_id, run, state="prepared")
        prepared._begin(RunPrepared, occasion)
        return prepared

    def approve(self, of_now: Report, occasion: Occasion) -> None:
        """Freeze it. Raises SelfApproval, DisclosureStopped, and ContentChanged where the file would be another now."""
        self._ensure("prepared", to="approved")
        ensure_second_person((self.details.prepared_by,), occasion)
        ensure_clean(of_now)
        if hash_of(of_now) != self.details.sha256:
            raise ContentChanged(
                "transfers of value, recipients or rules have changed since the file was prepared",
                field="sha256",
                remedy="withdraw this run and prepare another",
            )
        details = replace(self.details, approved_by=occasion.by, approved_at=occasion.at)
        self._change(RunApproved, occasion, state="approved", details=details)

    def withdraw(self, occasion: Occasion) -> None:
        """Do not use it."""
        self._ensure("prepared", to="withdrawn")
        self._change(RunWithdrawn, occasion, state="withdrawn")

    def said(self) -> Mapping[str, Any]:
        run = self.details
        return {
            "regime": run.regime,
            "country": run.country,
            "year": run.year,
            "sha256": run.sha256,
            "rows": run.rows,
            "rule_set": run.rule_set,
        }
