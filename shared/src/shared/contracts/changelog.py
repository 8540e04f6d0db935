"""Digests of the services' changelogs: whoever keeps one can hold the service to it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from shared.contracts.envelope import IntegrationEvent


class DigestedV1(IntegrationEvent):
    """A day (UTC) of the changelog is over."""

    day: date
    changes: int
    """How many changes the day has."""
    sha256: str
    """Over the salted hashes of the changes, in order of aggregate and version."""

    @property
    def key(self) -> str:
        return self.day.isoformat()


class RegistryChangelogDigestedV1(DigestedV1):
    """A day of the registry's changelog is over."""

    TYPE: ClassVar[str] = "registry.changelog.digested.v1"
    TOPIC: ClassVar[str] = "registry.changelog"


class AuditChangelogDigestedV1(DigestedV1):
    """A day of the audit's changelog is over."""

    TYPE: ClassVar[str] = "audit.changelog.digested.v1"
    TOPIC: ClassVar[str] = "audit.changelog"


class PlannerChangelogDigestedV1(DigestedV1):
    """A day of the planner's changelog is over."""

    TYPE: ClassVar[str] = "planner.changelog.digested.v1"
    TOPIC: ClassVar[str] = "planner.changelog"


CHANGELOGS = (RegistryChangelogDigestedV1, AuditChangelogDigestedV1, PlannerChangelogDigestedV1)
