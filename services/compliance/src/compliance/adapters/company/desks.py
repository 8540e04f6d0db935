"""How long the desks may take and whom they tell: the part of the company file about hand-overs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from compliance.adapters.calendars import UnknownSubdivision, working_days_of
from compliance.domain.desk import Desk
from compliance.domain.hand_over import HandOverLimit
from compliance.domain.working_time import Weekdays

Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Roles = tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{name} is not a time zone such as Europe/Berlin") from error
    return name


Zone = Annotated[str, AfterValidator(_zone)]


def check_subdivision(country: str | None, subdivision: str) -> None:
    """Raises ValueError unless the country has such a part."""
    if country is None:
        raise ValueError("subdivision needs the country it is a part of")
    try:
        working_days_of(country, subdivision)
    except UnknownSubdivision as error:
        raise ValueError(str(error)) from error


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Notified(_Part):
    """Names of roles, told when so much of the time is over."""

    at_50_percent: Roles = ()
    at_80_percent: Roles = ()
    overdue: Roles = ()

    @property
    def by_percent(self) -> Mapping[int, Roles]:
        return {50: self.at_50_percent, 80: self.at_80_percent, 100: self.overdue}


class _Place(_Part):
    """One country's own: what is left out is as for the whole desk."""

    timezone: Zone | None = None
    subdivision: str | None = None
    business_days: Annotated[int, Field(ge=1, le=60)] | None = None
    hours: Annotated[int, Field(ge=1, le=2_000)] | None = None
    holidays: tuple[date, ...] = ()
    notify: _Notified | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> _Place:
        if self.business_days is not None and self.hours is not None:
            raise ValueError("give either business_days or hours")
        return self


class HandOverPart(_Place):
    """A desk. `country` is the company's where it is left out; the limit is one business day where none is given."""

    timezone: Zone  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues] - required here
    country: Country | None = None
    hold_post_until: Literal["handed_over", "closed"] = "handed_over"
    countries: dict[Country, _Place] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_subdivisions(self) -> HandOverPart:
        for country, place in ((self.country, self), *self.countries.items()):
            if place.subdivision is not None:
                check_subdivision(country, place.subdivision)
        return self

    def desk(self, company_country: str | None) -> Desk:
        """The desk of a company; every country has its own calendar, listed ones their own times too."""
        country = self.country or company_country
        return Desk(
            limit=_limit(self, self, country),
            country=country,
            by_country=_ByCountry(self),
            hold_until=self.hold_post_until,
        )


class _ByCountry(Mapping[str, HandOverLimit]):
    """The limit of any country, made when it is asked for."""

    def __init__(self, desk: HandOverPart) -> None:
        self._desk = desk
        self._made: dict[str, HandOverLimit] = {}

    def __getitem__(self, country: str) -> HandOverLimit:
        if not country:
            raise KeyError(country)
        if country not in self._made:
            place = self._desk.countries.get(country)
            if place is None and country == self._desk.country:
                place = self._desk
            self._made[country] = _limit(self._desk, place or _Place(), country)
        return self._made[country]

    def __iter__(self) -> Iterator[str]:
        return iter(self._desk.countries)

    def __len__(self) -> int:
        return len(self._desk.countries)


def _limit(desk: HandOverPart, place: _Place, country: str | None) -> HandOverLimit:
    own = place.business_days is not None or place.hours is not None
    source = place if own else desk
    calendar = Weekdays() if country is None else working_days_of(country, place.subdivision)
    return HandOverLimit(
        timezone=place.timezone or desk.timezone,
        business_days=source.business_days,
        hours=source.hours,
        holidays=frozenset({*desk.holidays, *place.holidays}),
        calendar=calendar,
        notify=(place.notify or desk.notify or _Notified()).by_percent,
    )
