"""Verifies OAuth 2 access tokens in the profile of RFC 9068."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import httpx
from joserfc import jws
from joserfc.errors import JoseError

from rapport_permit.strict_jws import CompactToken, MalformedToken, read_compact
from shared.auth.keys import DiscoveredKeys, PublicKeys
from shared.auth.principal import Principal, Unauthenticated

ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")
"""Asymmetric only. `Ed25519` is the name RFC 9864 gives EdDSA on that curve."""

SKEW_SECONDS = 30
CACHE_SIZE = 10_000
_TYPES = ("at+jwt", "application/at+jwt")
_HEADERS = frozenset({"alg", "typ", "kid", "x5t", "x5t#S256"})
_KEY_TYPE = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
_REMEDY = "sign in again, or ask the token issuer for a new access token"


class TokenVerifier:
    """Turns a bearer token into a Principal, or raises Unauthenticated (or Unavailable: no keys to be had).

    A verified token is remembered until it expires, so that a busy client costs one signature check.
    `http` may be shared with other users; None makes an own client (`aclose` ends it). `keys` replaces discovery.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        http: httpx.AsyncClient | None = None,
        *,
        keys: PublicKeys | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._own_http = httpx.AsyncClient(trust_env=False) if http is None and keys is None else None
        self._keys = keys or DiscoveredKeys(issuer, cast("httpx.AsyncClient", http or self._own_http))
        self._now = now
        self._verified: OrderedDict[str, tuple[Principal, float]] = OrderedDict()
        self._generation = self._keys.generation

    async def aclose(self) -> None:
        """Close the client this verifier made for itself."""
        if self._own_http is not None:
            await self._own_http.aclose()

    async def verify(self, token: str) -> Principal:
        """The caller the token speaks for."""
        known = self.remembered(token)
        if known is not None:
            return known
        try:
            compact = read_compact(token)
            _check_header(compact.header)
            await self._check_signature(token, compact)
            principal = self._read_claims(compact.claims)
        except MalformedToken as error:
            raise Unauthenticated(f"the access token is malformed: {error}", remedy=_REMEDY) from error
        self._remember(token, principal, float(compact.claims["exp"]))
        return principal

    def remembered(self, token: str) -> Principal | None:
        """The caller of a token verified before and still valid."""
        if self._generation != self._keys.generation:  # a withdrawn key takes its tokens along
            self._verified.clear()
            self._generation = self._keys.generation
        entry = self._verified.get(token)
        if entry is None:
            return None
        principal, expires_at = entry
        if self._now() >= expires_at:
            del self._verified[token]
            return None
        return principal

    def _remember(self, token: str, principal: Principal, expires_at: float) -> None:
        self._verified[token] = (principal, expires_at)
        while len(self._verified) > CACHE_SIZE:
            self._verified.popitem(last=False)

    async def _check_signature(self, token: str, compact: CompactToken) -> None:
        algorithm = str(compact.header["alg"])
        key = await self._keys.find(str(compact.header["kid"]))
        if key is None:
            raise Unauthenticated("the access token is signed with a key its issuer does not publish", remedy=_REMEDY)
        declared: object = key.get("alg")
        if key.key_type != _KEY_TYPE[algorithm] or declared not in (None, algorithm):
            raise Unauthenticated("the access token's algorithm does not belong to its key", remedy=_REMEDY)
        try:
            jws.deserialize_compact(token, key, algorithms=[algorithm], registry=_registry(algorithm))
        except (JoseError, ValueError) as error:
            raise Unauthenticated("the access token's signature does not verify", remedy=_REMEDY) from error

    def _read_claims(self, claims: dict[str, Any]) -> Principal:
        now = self._now()
        if claims.get("iss") != self._issuer:
            raise Unauthenticated("the access token comes from another issuer", remedy=_REMEDY)
        audience: object = claims.get("aud")
        if self._audience not in (cast("list[object]", audience) if isinstance(audience, list) else [audience]):
            raise Unauthenticated("the access token is meant for another audience", remedy=_REMEDY)
        if now >= _moment(claims, "exp"):
            raise Unauthenticated("the access token has expired", remedy=_REMEDY)
        if _moment(claims, "iat") > now + SKEW_SECONDS:
            raise Unauthenticated("the access token is from the future", remedy=_REMEDY)
        if "nbf" in claims and _moment(claims, "nbf") > now + SKEW_SECONDS:
            raise Unauthenticated("the access token is not valid yet", remedy=_REMEDY)
        _text(claims, "jti")
        subject, client_id = _text(claims, "sub"), _text(claims, "client_id")
        return Principal(
            subject=subject,
            name=claims["name"] if isinstance(claims.get("name"), str) else subject,
            kind="service" if subject == client_id else "person",
            scopes=frozenset(str(claims.get("scope") or "").split()),
            roles=_roles(claims.get("roles")),
            client_id=client_id,
            authenticated_at=_authenticated_at(claims, now),
        )


def _check_header(header: dict[str, Any]) -> None:
    if header.get("alg") not in ALGORITHMS:
        raise Unauthenticated("the access token is signed with an algorithm that is not accepted", remedy=_REMEDY)
    kind: object = header.get("typ")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise Unauthenticated("this is not an access token: its type is not at+jwt", remedy=_REMEDY)
    if not isinstance(header.get("kid"), str):
        raise Unauthenticated("the access token does not name its key", remedy=_REMEDY)
    if header.keys() - _HEADERS:  # crit, b64, jwk, jku, x5u, ... change what the token means or whom to trust
        raise Unauthenticated("the access token's header holds parameters that are not accepted", remedy=_REMEDY)


def _registry(algorithm: str) -> jws.JWSRegistry:
    return jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)


def _moment(claims: dict[str, Any], name: str) -> float:
    value: object = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unauthenticated(f"the access token's claim {name} is not a time", remedy=_REMEDY)
    return float(value)


def _text(claims: dict[str, Any], name: str) -> str:
    value: object = claims.get(name)
    if not isinstance(value, str) or not value:
        raise Unauthenticated(f"the access token's claim {name} is missing", remedy=_REMEDY)
    return value


def _authenticated_at(claims: dict[str, Any], now: float) -> datetime | None:
    """RFC 9068, section 2.2.1. A moment to come proves nothing."""
    if "auth_time" not in claims:
        return None
    moment = _moment(claims, "auth_time")
    return datetime.fromtimestamp(moment, UTC) if 0 < moment <= now + SKEW_SECONDS else None


def _roles(value: object) -> frozenset[str]:
    return frozenset(str(each) for each in cast("list[object]", value)) if isinstance(value, list) else frozenset()
