"""The PlanSnapshot: everything the gate judges about one engagement plan, frozen when it is submitted.

An unknown fact is null or absent, never guessed; the gate never reads it as a safe one.
The JSON Schema of this model is the published contract; additions only.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from shared.contracts.action_snapshot import Company
from shared.contracts.exact import Day


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tiering(_Part):
    """How people are chosen or ranked; no criteria means that they are not. `confirmed_by`: the person who did."""

    criteria: tuple[str, ...]
    confirmed_by: str | None = None


class PlanSnapshot(_Part):
    """One engagement plan. `company` is known to the gate itself; on files it says whose medicines count."""

    plan_id: str
    title: str
    objective: str
    therapy_area: str | None = None
    purpose: str | None = None
    kpis: tuple[str, ...] | None = None
    tiering: Tiering | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    company: Company | None = None
