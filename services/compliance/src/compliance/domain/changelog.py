"""Digests of the other services' changelogs, anchored in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from compliance.domain.events import Occasion, StateChange
from shared.kernel.events import Aggregate


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What a service said about one day (UTC) of its changelog: how many changes, the SHA-256 over their hashes."""

    service: str
    day: date
    changes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogAnchored(StateChange):
    """From here on that day cannot be told otherwise."""

    AGGREGATE: ClassVar[str] = "changelog"

    digest: Digest

    def evidence(self) -> Mapping[str, Any]:
        digest = self.digest
        return {
            "service": digest.service,
            "day": digest.day.isoformat(),
            "changes": digest.changes,
            "sha256": digest.sha256,
        }


class AnchoredChangelog(Aggregate):
    """One day of one service. Told a second time, it is a second entry: an anchor is never replaced."""

    def __init__(self, digest: Digest, *, version: int) -> None:
        super().__init__(version=version)
        self.digest = digest

    def anchor(self, occasion: Occasion) -> None:
        """Record what was said."""
        self.version += 1
        self.record(
            ChangelogAnchored(
                aggregate_id=f"{self.digest.service}:{self.digest.day.isoformat()}",
                version=self.version,
                old_state=None if self.version == 1 else "anchored",
                new_state="anchored",
                occasion=occasion,
                digest=self.digest,
            )
        )
