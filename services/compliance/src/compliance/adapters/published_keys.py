"""What is published at `/.well-known/jwks.json`: the ring as of now, and what permits still need of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from compliance.adapters.key_folder import UnusableKey
from compliance.adapters.read_models import Reads
from compliance.adapters.signing_keys import SigningKeys, permit_header
from compliance.domain.permit_key import GRACE
from shared.kernel.clock import Clock
from shared.kernel.errors import Unavailable

_LAST = """SELECT split_part(token, '.', 1) AS header, max(expires_at) AS last FROM permits
    WHERE expires_at > $1 GROUP BY 1"""


_RECORDED = """SELECT aggregate_id, max(aggregate_version) AS version FROM ledger WHERE aggregate = 'permit_key'
    GROUP BY aggregate_id"""


async def recorded_keys(reads: Reads) -> dict[str, int]:
    """How many ledger entries there are of each key, by kid."""
    return {row["aggregate_id"]: row["version"] for row in await reads.fetch(_RECORDED)}


class PublishedKeys:
    """The JWK set of one API process. The permits are asked only while a retired key may be among the published."""

    def __init__(self, keys: SigningKeys, reads: Reads, clock: Clock) -> None:
        self._keys, self._reads, self._clock = keys, reads, clock
        self._gone: set[str] = set()

    async def __call__(self) -> dict[str, Any]:
        """Raises Unavailable."""
        now = self._clock.now()
        try:
            retired = [key.kid for key in self._keys.ring().retired(now) if key.kid not in self._gone]
            last = await self._last_expiry(now) if retired else {}
            published = self._keys.jwks(now, last)
        except UnusableKey as error:
            raise Unavailable(
                "the keys cannot be read", remedy="ask the operator of the gate to look at them"
            ) from error
        self._gone.update(set(retired) - {entry["kid"] for entry in published["keys"]})
        return published

    async def _last_expiry(self, now: datetime) -> dict[str, datetime]:
        rows = await self._reads.fetch(_LAST, now - GRACE)
        by_header = {permit_header(key.kid): key.kid for key in self._keys.ring().keys}
        return {by_header[row["header"]]: row["last"] for row in rows if row["header"] in by_header}
