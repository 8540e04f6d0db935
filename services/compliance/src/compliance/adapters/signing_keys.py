"""Signs permits and publishes the public halves of the keys; a private half stays where it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from compliance.application.aftercare.revocations import Revoked
from compliance.application.ports.signing import PermitClaims
from compliance.domain.permit_key import KeyRing, PermitKey
from rapport_permit.permits import ALGORITHM, TYPE
from rapport_permit.revocations import LIST_TYPE
from rapport_permit.strict_jws import encode_segment

_NOTHING_ASKED: Mapping[str, datetime] = MappingProxyType({})


class KeySource(Protocol):
    """Where the keys are, as of now; see `KeyFolder`."""

    def ring(self) -> KeyRing: ...
    def private_of(self, ring: KeyRing, now: datetime, /) -> tuple[PermitKey, Ed25519PrivateKey]: ...


class SigningKeys:
    """The keys of one process, as its source has them at every call."""

    def __init__(self, source: KeySource, *, issuer: str) -> None:
        self._source = source
        self._issuer = issuer

    def ring(self) -> KeyRing:
        """Every key there ever was."""
        return self._source.ring()

    def check(self, now: datetime) -> None:
        """Raises UnusableKey where nothing could be signed at this moment."""
        self._source.private_of(self._source.ring(), now)

    def jwks(self, now: datetime, last_expiry: Mapping[str, datetime] = _NOTHING_ASKED) -> dict[str, Any]:
        """The JWK set; `last_expiry` tells by kid until when permits signed with a retired key may be shown."""
        return {"keys": [dict(key.jwk) for key in self.ring().published(now, last_expiry)]}

    def sign(self, claims: PermitClaims) -> str:
        """The permit as a compact JWS; its header is always `{alg, kid, typ}`."""
        return self._sealed(TYPE, _payload(claims, self._issuer), claims.issued_at)

    def sign_revocations(self, audience: str, revoked: Sequence[Revoked], now: datetime, until: datetime) -> str:
        """What `audience` must not act on, as a compact JWS; good from `now` to `until`."""
        said = [{"jti": each.permit_id, "at": _seconds(each.at), "reason": each.reason} for each in revoked]
        times = {"iat": _seconds(now), "exp": _seconds(until)}
        return self._sealed(LIST_TYPE, {"iss": self._issuer, "aud": audience, **times, "revoked": said}, now)

    def _sealed(self, typ: str, payload: Mapping[str, Any], now: datetime) -> str:
        key, private = self._source.private_of(self._source.ring(), now)
        body = f"{_header(key.kid, typ)}.{encode_segment(_json(payload))}"
        return f"{body}.{encode_segment(private.sign(body.encode()))}"


def permit_header(kid: str) -> str:
    """The first segment of every permit that the key `kid` has signed."""
    return _header(kid, TYPE)


def _header(kid: str, typ: str) -> str:
    return encode_segment(_json({"alg": ALGORITHM, "kid": kid, "typ": typ}))


def _payload(claims: PermitClaims, issuer: str) -> dict[str, Any]:
    return {
        "jti": claims.permit_id,
        "iss": issuer,
        "aud": claims.audience,
        "sub": claims.action_id,
        "content_sha256": claims.content_sha256,
        "snapshot_sha256": claims.snapshot_sha256,
        "rule_set": claims.rule_set,
        "approvals": {"count": claims.approvals, "sha256": claims.approvals_sha256},
        "stakeholder_version": claims.stakeholder_version,
        "nbf": _seconds(claims.not_before),
        "exp": _seconds(claims.expires_at),
        "iat": _seconds(claims.issued_at),
    }


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
