"""What a contract with an expert says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from compliance.domain.money.amounts import Money, rounded
from shared.kernel.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Formality:
    """A declaration to, or authorisation by, a national authority; `granted_on` None while it has not answered."""

    kind: Literal["declaration", "authorisation"]
    country: str
    reference: str
    submitted_on: date
    granted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDiligence:
    """A look at somebody's past posts: who looked, when, at which period, with what result (INF-06)."""

    looked_by: str
    looked_on: date
    period_from: date
    period_until: date
    result: Literal["nothing_found", "found"]
    conclusion: str

    def __post_init__(self) -> None:
        if not self.period_from <= self.period_until <= self.looked_on:
            raise InvalidValue(
                "the period looked at begins before it ends, and ends before the look",
                field="due_diligence.period_from",
                remedy="correct the dates",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The contract's content. `country` is where the expert is licensed; `rate` is per hour.

    None means not known, which no rule reads as safe.
    """

    stakeholder_id: str
    needs_assessment_id: str
    country: str
    specialty: str
    tier: str
    services: str
    hours: Decimal
    rate: Decimal
    currency: str
    service_begins_on: date
    service_ends_on: date
    declares_publicly: bool | None
    digital_opinion_leader: bool | None
    due_diligence: DueDiligence | None = None
    formalities: tuple[Formality, ...] = ()

    def __post_init__(self) -> None:
        Money(self.rate, self.currency)
        if not self.hours.is_finite() or not 0 < self.hours <= 10_000:  # noqa: PLR2004 - more than a year has
            raise InvalidValue("hours are more than 0 and at most 10,000", field="hours", remedy="correct the hours")
        Money(Decimal(rounded(self.fee, self.currency)), self.currency)
        if self.service_ends_on < self.service_begins_on:
            raise InvalidValue("the service ends before it begins", field="service_ends_on", remedy="correct the dates")

    @property
    def fee(self) -> Decimal:
        """Rate times hours, exactly."""
        return self.rate * self.hours

    @property
    def payable(self) -> Money:
        """The fee in whole minor units of its currency."""
        return Money(Decimal(rounded(self.fee, self.currency)), self.currency)
