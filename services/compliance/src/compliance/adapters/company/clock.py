"""How long a review may take and who is told: the part of the company file about the clock of reviews."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compliance.adapters.calendars import working_days_of
from compliance.adapters.company.desks import Country, Roles, Zone, check_subdivision
from compliance.domain.circulations.clock import ReviewClock, ReviewLimit
from compliance.domain.findings import Severity
from compliance.domain.working_time import WorkingTime

TimeOfDay = Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Hours = Annotated[int, Field(ge=1, le=2_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _WorkingHours(_Part):
    """Times of day of the place, in quotes: YAML reads 17:00 as a number."""

    opens: TimeOfDay = Field(default="09:00", alias="from")
    closes: TimeOfDay = Field(default="17:00", alias="until")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("working hours end before they begin")
        return self


class _Limit(_Part):
    decide_within: Hours
    verdicts: frozenset[Severity] = frozenset()
    tiers: frozenset[Annotated[int, Field(ge=1, le=3)]] = frozenset()


class ClockPart(_Part):
    """What is left out is the strictest: one working day of 8 hours, Monday to Friday or the company's country."""

    timezone: Zone
    country: Country | None = None
    subdivision: str | None = None
    holidays: tuple[date, ...] = ()
    working_hours: _WorkingHours = Field(default_factory=_WorkingHours)
    decide_within: Hours = 8
    limits: tuple[_Limit, ...] = ()
    remind_at: Annotated[tuple[Annotated[int, Field(ge=1, le=99)], ...], Field(max_length=9)] = (50,)
    escalate_to: Roles = ()
    slot_margin_minutes: Annotated[int, Field(ge=0, le=30 * 24 * 60)] = 60

    @model_validator(mode="after")
    def _known_subdivision(self) -> Self:
        if self.subdivision is not None:
            check_subdivision(self.country, self.subdivision)
        return self

    def clock(self, company_country: str | None) -> ReviewClock:
        """The clock of a company; the days are those of its country, where the file names no other."""
        country = self.country or company_country
        calendar = {} if country is None else {"calendar": working_days_of(country, self.subdivision)}
        opens, closes = time.fromisoformat(self.working_hours.opens), time.fromisoformat(self.working_hours.closes)
        return ReviewClock(
            working_time=WorkingTime(
                timezone=self.timezone, holidays=frozenset(self.holidays), hours=(opens, closes), **calendar
            ),
            decide_within=timedelta(hours=self.decide_within),
            limits=tuple(
                ReviewLimit(
                    decide_within=timedelta(hours=each.decide_within),
                    verdicts=frozenset(each.verdicts),
                    tiers=each.tiers,
                )
                for each in self.limits
            ),
            remind_at=tuple(sorted(set(self.remind_at))),
            escalate_to=self.escalate_to,
            slot_margin=timedelta(minutes=self.slot_margin_minutes),
        )
