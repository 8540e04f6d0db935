"""The part of the company file that says what is kept of an erased person, and why it has to be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from compliance.domain.erasure import Retention


class RetentionPart(BaseModel):
    """See `Retention`. Without this part nothing is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    published_days: Annotated[int, Field(ge=1, le=36_600)]
    decided_on: date
    source: Annotated[str, Field(min_length=1, max_length=500)]

    def retention(self) -> Retention:
        """As the domain knows it."""
        return Retention(published=timedelta(days=self.published_days), source=self.source)
