"""The part of the company file that says how often people may be contacted and how much may be spent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compliance.domain.caps.limits import Calendar, Cap, Limit, Limits, Whom
from compliance.domain.money.currencies import MINOR_DIGITS
from shared.contracts.vocabulary import ActionType, StakeholderType

Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _LimitPart(_Part):
    """See `Limit`: a number, or the name of a figure of the rule set, which then is the one place it stands."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    limit: Annotated[Decimal, Field(ge=0)] | None = None
    limit_is: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")] | None = None
    valid_from: date
    valid_until: date | None = None
    source: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _says_how_much_once(self) -> Self:
        if (self.limit is None) == (self.limit_is is None):
            raise ValueError("give either limit (a number) or limit_is (a figure of the rule set)")
        return self

    def row(self, cap: Cap, **more: Any) -> Limit:
        return Limit(
            name=self.name,
            cap=cap,
            source=self.source,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            number=self.limit,
            figure=self.limit_is,
            **more,
        )


class _PersonPart(_LimitPart):
    person_types: frozenset[StakeholderType] = frozenset()
    except_person_types: frozenset[StakeholderType] = frozenset()
    countries: frozenset[Country] = frozenset()

    @property
    def whom(self) -> Whom:
        return Whom(
            person_types=frozenset(self.person_types),
            except_person_types=frozenset(self.except_person_types),
            countries=self.countries,
        )


class _ContactsPart(_PersonPart):
    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    calendar: Calendar | None = None
    action_types: frozenset[ActionType] = frozenset()
    answers: bool = True

    @model_validator(mode="after")
    def _has_one_period(self) -> Self:
        if (self.days is None) == (self.calendar is None):
            raise ValueError("give either days (a sliding window) or calendar (month or year)")
        return self


class _MoneyPart(_LimitPart):
    currency: str | None = None
    kinds: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _has_a_currency(self) -> Self:
        if self.limit is not None and self.currency not in MINOR_DIGITS:
            raise ValueError("give the currency of the limit, such as EUR (ISO 4217)")
        return self


class _SpendPart(_PersonPart, _MoneyPart):
    pass


class CapsPart(_Part):
    """Each list has a row for everybody that does not end, so that no gap is left by mistake."""

    contacts: Annotated[tuple[_ContactsPart, ...], Field(min_length=1)]
    spend_per_person: Annotated[tuple[_SpendPart, ...], Field(min_length=1)]
    spend_per_event: Annotated[tuple[_MoneyPart, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _leaves_no_gap(self) -> Self:
        for name, rows in (("contacts", self.contacts), ("spend_per_person", self.spend_per_person)):
            if not any(_for_everybody(row) for row in rows):
                raise ValueError(f"{name}: no row holds for everybody (no person_types, countries or valid_until)")
        if all(row.valid_until is not None or row.kinds for row in self.spend_per_event):
            raise ValueError("spend_per_event: every row ends or is about some kinds only")
        return self

    def limits(self) -> Limits:
        """All rows, in the order of the file."""
        return (
            *(
                row.row(
                    "contacts",
                    days=row.days,
                    calendar=row.calendar,
                    action_types=frozenset(row.action_types),
                    answers=row.answers,
                    whom=row.whom,
                )
                for row in self.contacts
            ),
            *(
                row.row("person_spend", currency=row.currency, kinds=row.kinds, calendar="year", whom=row.whom)
                for row in self.spend_per_person
            ),
            *(row.row("event_spend", currency=row.currency, kinds=row.kinds) for row in self.spend_per_event),
        )


def _for_everybody(row: _ContactsPart | _SpendPart) -> bool:
    kinds = row.kinds if isinstance(row, _SpendPart) else frozenset[str]()
    return not (row.person_types or row.countries or row.valid_until or kinds)
