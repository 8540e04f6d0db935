"""The issuer's public keys: found by OpenID Connect discovery, cached, refreshed when a key is unknown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from shared.auth.discovery import discovered, endpoint, json_object
from shared.kernel.errors import Unavailable

PublicKey = RSAKey | ECKey | OKPKey

MIN_RSA_BITS = 2048
_KEY_TYPES: dict[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}


class PublicKeys(Protocol):
    """Finds verification keys. `generation` grows when the set changes, so that caches can forget."""

    generation: int

    async def find(self, kid: str) -> PublicKey | None: ...


class KnownKeys:
    """A fixed key set: tests, or an issuer in the same process."""

    def __init__(self, keys: Mapping[str, PublicKey]) -> None:
        self._keys = dict(keys)
        self.generation = 0

    async def find(self, kid: str) -> PublicKey | None:
        return self._keys.get(kid)

    def replace(self, keys: Mapping[str, PublicKey]) -> None:
        """Publish other keys from now on."""
        self._keys = dict(keys)
        self.generation += 1


class DiscoveredKeys:
    """Keys published by `issuer` (`/.well-known/openid-configuration`, then its `jwks_uri`).

    Good for `fresh_for` seconds. An unknown kid triggers one more fetch, at most every `retry_after` seconds
    whatever callers send. While the issuer does not answer, known keys stay good until `stale_after`; then, or
    when there are none yet, `find` raises Unavailable.
    """

    def __init__(
        self,
        issuer: str,
        http: httpx.AsyncClient,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        fresh_for: float = 600.0,
        stale_after: float = 3600.0,
        retry_after: float = 10.0,
    ) -> None:
        self._issuer = issuer
        self._http = http
        self._monotonic = monotonic
        self._fresh_for = fresh_for
        self._stale_after = stale_after
        self._retry_after = retry_after
        self._keys: dict[str, PublicKey] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._lock = asyncio.Lock()
        self.generation = 0

    async def find(self, kid: str) -> PublicKey | None:
        """The key, None if the issuer publishes none of that id. Raises Unavailable."""
        if kid not in self._keys or self._age() > self._fresh_for:
            await self._refresh(kid)
        if self._age() > self._stale_after:
            raise Unavailable(
                f"the token issuer {self._issuer} does not answer",
                remedy="check that the issuer runs and that the AUTH_ISSUER variable names it",
            )
        return self._keys.get(kid)

    def _age(self) -> float:
        return float("inf") if self._fetched_at is None else self._monotonic() - self._fetched_at

    async def _refresh(self, kid: str) -> None:
        async with self._lock:
            if kid in self._keys and self._age() <= self._fresh_for:
                return  # somebody else refreshed while we waited
            now = self._monotonic()
            pause = self._retry_after if self._keys else min(1.0, self._retry_after)
            if self._tried_at is not None and now - self._tried_at < pause:
                return
            self._tried_at = now
            try:
                keys = await self._fetch()
            except (httpx.HTTPError, ValueError):
                return  # `find` decides by age whether the old ones still count
            if keys.keys() != self._keys.keys():
                self.generation += 1
            self._keys, self._fetched_at = keys, self._monotonic()

    async def _fetch(self) -> dict[str, PublicKey]:
        document = await discovered(self._issuer, self._http)
        return public_keys(await json_object(endpoint(document, "jwks_uri"), self._http))


def public_keys(jwks: Mapping[str, Any]) -> dict[str, PublicKey]:
    """Signature keys of a JWKS by kid; secrets, encryption keys and broken entries are left out."""
    found: dict[str, PublicKey] = {}
    for entry in cast("list[object]", jwks.get("keys") or []):  # every entry is checked below
        if not isinstance(entry, dict):
            continue
        jwk = cast("dict[str, Any]", entry)
        kid, kind = jwk.get("kid"), _KEY_TYPES.get(str(jwk.get("kty")))
        if not isinstance(kid, str) or kind is None or jwk.get("use", "sig") != "sig" or "d" in jwk:
            continue
        try:
            key = kind.import_key(jwk)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(key, RSAKey) and key.raw_value.key_size < MIN_RSA_BITS:
            continue
        found[kid] = key
    return found
