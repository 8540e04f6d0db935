"""The gate's public keys: read strictly from a JWK set, cached, fetched again when a key is unknown."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rapport_permit.strict_jws import MalformedToken, decode_segment, encode_segment

Jwks = Mapping[str, Any]
"""A JWK set (RFC 7517) as parsed JSON: `{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": ..., "kid": ...}]}`."""

_ALGORITHMS = (None, "EdDSA", "Ed25519")
_KEY_BYTES = 32
_PRIME = 2**255 - 19
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_LOW_ORDER = frozenset({0, 1, _PRIME - 1, _ORDER_8, _PRIME - _ORDER_8})
"""The y of every point of small order: under such a key anybody can sign."""


class UnusableKeys(ValueError):
    """The key set cannot be had or read, or gives one name to several keys."""


def read_jwks(jwks: Jwks) -> dict[str, Ed25519PublicKey]:
    """Every usable Ed25519 signature key by its kid. Raises UnusableKeys.

    Left out are keys of other kinds or uses, with a private half, and points that are not canonical or of small order.
    """
    entries: object = jwks.get("keys") if isinstance(jwks, Mapping) else None  # pyright: ignore[reportUnnecessaryIsInstance] - read from anywhere
    if not isinstance(entries, list):
        raise UnusableKeys('this is no JWK set: it has no list "keys"')
    found: dict[str, Ed25519PublicKey] = {}
    for entry in cast("list[object]", entries):
        if not isinstance(entry, dict):
            continue
        jwk = cast("dict[str, object]", entry)
        kid, key = jwk.get("kid"), _key(jwk)
        if not isinstance(kid, str) or key is None:
            continue
        if kid in found and found[kid] != key:
            raise UnusableKeys(f"the key set gives the name {kid!r} to several keys")
        found[kid] = key
    return found


def thumbprint(x: str) -> str:
    """The RFC 7638 thumbprint of the Ed25519 key whose JWK has this `x`: the kid the gate gives it."""
    canonical = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    return encode_segment(hashlib.sha256(canonical.encode()).digest())


def _key(jwk: Mapping[str, object]) -> Ed25519PublicKey | None:
    x = jwk.get("x")
    fits = jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519" and jwk.get("use", "sig") == "sig" and "d" not in jwk
    if not fits or jwk.get("alg") not in _ALGORITHMS or not isinstance(x, str):
        return None
    try:
        raw = decode_segment(x)
    except MalformedToken:
        return None
    y = int.from_bytes(raw, "little") & ~(1 << 255)
    if len(raw) != _KEY_BYTES or y >= _PRIME or y in _LOW_ORDER:
        return None
    return Ed25519PublicKey.from_public_bytes(raw)


class CachedKeys:
    """The keys `fetch` gives, kept: thread-safe, and no caller can make it ask the gate often.

    Good for `fresh_for` seconds. A kid that is not among them asks once more, at most every `retry_after` seconds
    whatever permits say; in between it is not known whether the key is published, and `find` raises UnusableKeys.
    While the gate does not answer, known keys stay good until `stale_after`. `fetch` raises UnusableKeys or OSError
    when there is no answer.
    """

    def __init__(
        self,
        fetch: Callable[[], Jwks],
        *,
        fresh_for: float = 300.0,
        stale_after: float = 3600.0,
        retry_after: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._fresh_for, self._stale_after, self._retry_after = fresh_for, stale_after, retry_after
        self._monotonic = monotonic
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._lock = threading.Lock()

    def find(self, kid: str) -> Ed25519PublicKey | None:
        """The key of that name, None where the gate publishes none. Raises UnusableKeys: ask again in a moment."""
        with self._lock:
            now = self._monotonic()
            wanted = kid not in self._keys or now - self._fetched_at > self._fresh_for
            may_ask = now - self._tried_at >= self._retry_after
            why = self._refresh(now) if wanted and may_ask else ""
            if now - self._fetched_at > self._stale_after:
                raise UnusableKeys(f"no current keys of the gate are to be had{why}")
            if kid not in self._keys and self._fetched_at != now:
                raise UnusableKeys(f"the key {kid!r} is not among those fetched a moment ago{why}; verify again")
            return self._keys.get(kid)

    def _refresh(self, now: float) -> str:
        """Ask; says why there was no answer."""
        self._tried_at = now
        try:
            self._keys = read_jwks(self._fetch())
        except (UnusableKeys, OSError) as error:
            return f": {error}"
        self._fetched_at = now
        return ""
