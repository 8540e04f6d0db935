"""Fair-market-value bands: the company's own fee rates by country, specialty and tier, dated, sourced, approved by two.

Nobody publishes them, so none come with the rules: an expert without a band has no fee that is known to be fair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from compliance.domain.events import Occasion
from compliance.domain.money.amounts import Money
from compliance.domain.records import Record, RecordChanged, ensure_second_person
from shared.kernel.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Fees per hour from `low` to `high`; dates are inclusive, `source` says where the figures are from."""

    country: str
    specialty: str
    tier: str
    low: Decimal
    high: Decimal
    currency: str
    valid_from: date
    valid_until: date | None
    source: str
    written_by: tuple[str, ...]

    def __post_init__(self) -> None:
        Money(self.low, self.currency)
        Money(self.high, self.currency)
        if self.low > self.high:
            raise InvalidValue("the band ends below its beginning", field="high", remedy="correct low or high")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise InvalidValue("the band ends before it begins", field="valid_until", remedy="correct the dates")

    def in_force(self, on: date) -> bool:
        """Whether the band holds on a day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class BandChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "fee_band"


class BandProposed(BandChanged):
    """Somebody enters a band; nothing is held against it yet."""


class BandApproved(BandChanged):
    """A second person confirms it: fees are held against it."""


class BandWithdrawn(BandChanged):
    """It does not hold any more."""


class FeeBand(Record[Band]):
    """`proposed → approved → withdrawn`. A figure never changes: another band takes its place."""

    @classmethod
    def propose(cls, band_id: str, band: Band, occasion: Occasion) -> FeeBand:
        """A band that nobody has approved."""
        fee_band = cls(band_id, band, state="proposed")
        fee_band._begin(BandProposed, occasion)
        return fee_band

    def approve(self, occasion: Occasion) -> None:
        """Raises SelfApproval for whoever entered it."""
        self._ensure("proposed", to="approved")
        ensure_second_person(self.details.written_by, occasion)
        self._change(BandApproved, occasion, state="approved")

    def withdraw(self, occasion: Occasion) -> None:
        """Take it back, approved or not."""
        self._ensure("proposed", "approved", to="withdrawn")
        self._change(BandWithdrawn, occasion, state="withdrawn")

    def said(self) -> Mapping[str, Any]:
        band = self.details
        return {
            "country": band.country,
            "specialty": band.specialty,
            "tier": band.tier,
            "low": str(band.low),
            "high": str(band.high),
            "currency": band.currency,
            "valid_from": band.valid_from.isoformat(),
            "valid_until": None if band.valid_until is None else band.valid_until.isoformat(),
            "source": band.source,
        }


def band_in_force(bands: Iterable[FeeBand], on: date) -> FeeBand | None:
    """The approved band of a day; of several the one with the lowest end, as of all limits the stricter counts."""
    fitting = [each for each in bands if each.state == "approved" and each.details.in_force(on)]
    return min(fitting, key=lambda each: (each.details.high, each.record_id)) if fitting else None
