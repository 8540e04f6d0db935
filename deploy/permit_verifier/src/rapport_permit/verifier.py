"""The check as a long-running executor uses it: keys cached, clock given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import time

from rapport_permit.keys import CachedKeys
from rapport_permit.permits import SKEW, VerifiedPermit, checked_permit


def _now() -> datetime:
    return datetime.fromtimestamp(time(), UTC)


class PermitVerifier:
    """Verifies permits for one executor; may be shared by threads.

    `audience` is the executor's own OAuth client, `clock` gives the time, timezone-aware.
    """

    def __init__(
        self,
        keys: CachedKeys,
        *,
        audience: str,
        issuer: str | None = None,
        skew: timedelta = SKEW,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._keys = keys
        self._audience, self._issuer, self._skew, self._clock = audience, issuer, skew, clock

    def verify(self, token: str) -> VerifiedPermit:
        """The permit, good at this moment. Raises BadPermit; UnusableKeys where no current keys are to be had.

        Good means that it may be redeemed, not that it may be acted on: see `redeem`.
        """
        return checked_permit(
            token,
            self._keys.find,
            audience=self._audience,
            now=self._clock(),
            skew=self._skew,
            issuer=self._issuer,
        )
