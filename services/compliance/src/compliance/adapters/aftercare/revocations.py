"""The signed revocation list, one for each executor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from compliance.adapters.key_folder import UnusableKey
from compliance.adapters.read_models import Reads
from compliance.adapters.signing_keys import SigningKeys
from compliance.application.aftercare.revocations import FRESH_FOR, KEPT_FOR, Revoked
from shared.kernel.clock import Clock
from shared.kernel.errors import Unavailable

STEP = timedelta(seconds=10)
"""Lists of the same step with the same entries are the same, whichever process signs them: caches can compare them."""
_REVOKED = """SELECT permit_id, revoked_at, revoked_for FROM permits
    WHERE audience = $1 AND revoked_at IS NOT NULL AND (revoked_at > $2 OR expires_at > $3)
    ORDER BY revoked_at, permit_id"""


class SignedRevocations:
    """The list as of now. It is whole: a part of a list cannot show that a permit is not on it."""

    def __init__(self, keys: SigningKeys, reads: Reads, clock: Clock) -> None:
        self._keys, self._reads, self._clock = keys, reads, clock

    async def __call__(self, audience: str) -> str:
        """A compact JWS for this executor. Raises Unavailable."""
        now = self._clock.now()
        revoked = await self._of(audience, now)
        issued_at = max([_step(now), *(each.at for each in revoked[-1:])])
        try:
            return self._keys.sign_revocations(audience, revoked, issued_at, issued_at + FRESH_FOR)
        except UnusableKey as error:
            raise Unavailable(
                "the list cannot be signed", remedy="ask the operator of the gate to look at its keys"
            ) from error

    async def _of(self, audience: str, now: datetime) -> Sequence[Revoked]:
        rows = await self._reads.fetch(_REVOKED, audience, now - KEPT_FOR, now - FRESH_FOR)
        return [
            Revoked(permit_id=row["permit_id"], at=min(row["revoked_at"], now), reason=row["revoked_for"])
            for row in rows  # another process's clock may be ahead of ours
        ]


def _step(now: datetime) -> datetime:
    return now - timedelta(seconds=now.timestamp() % STEP.total_seconds())
