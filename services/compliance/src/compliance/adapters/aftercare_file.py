"""The part of the company file about the time after a release."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from compliance.domain.aftercare.terms import AftercareTerms, TakeDownTerms

Role = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TakeDownPart(_Part):
    """See `TakeDownTerms`."""

    within_hours: Annotated[int, Field(ge=1, le=2_000)]
    tell_when_overdue: tuple[Role, ...] = ()


class AftercarePart(_Part):
    """What is left out is due at once."""

    decided_on: date
    source: Annotated[str, Field(min_length=1, max_length=500)]
    take_down: TakeDownPart | None = None

    def terms(self) -> AftercareTerms:
        """As the domain knows it."""
        asked = self.take_down
        return AftercareTerms(
            decided_on=self.decided_on,
            source=self.source,
            take_down=None
            if asked is None
            else TakeDownTerms(within=timedelta(hours=asked.within_hours), tell=asked.tell_when_overdue),
        )
