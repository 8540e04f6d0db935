"""What became of a key, as the ledger has it: the folder is the truth, the record of it follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from compliance.domain.events import StateChange
from compliance.domain.permit_key import Done, PermitKey
from shared.kernel.events import Aggregate


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitKeyChanged(StateChange):
    AGGREGATE: ClassVar[str] = "permit_key"

    key: PermitKey

    def evidence(self) -> Mapping[str, Any]:
        return {"x": self.key.x, "signs_from": self.key.signs_from.isoformat()}


class PermitKeyPublished(PermitKeyChanged):
    """It is in the JWKS, and signs when its turn comes."""


class PermitKeyRetired(PermitKeyChanged):
    """It signs no more; it stays published for the permits it signed."""


class PermitKeyRevoked(PermitKeyChanged):
    """It is published no more."""


_EVENTS: Mapping[Done, type[PermitKeyChanged]] = {
    "published": PermitKeyPublished,
    "retired": PermitKeyRetired,
    "revoked": PermitKeyRevoked,
}


class KeyRecord(Aggregate):
    """One key's entries; `version` is how many there are."""

    def catch_up(self, key: PermitKey) -> None:
        """Record what has been done to `key` since."""
        for change in key.history[self.version :]:
            before = key.history[self.version - 1].what if self.version else None
            self.version += 1
            self.record(
                _EVENTS[change.what](
                    aggregate_id=key.kid,
                    version=self.version,
                    old_state=before,
                    new_state=change.what,
                    occasion=change.occasion,
                    key=key,
                )
            )
