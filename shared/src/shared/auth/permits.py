"""Verifies release permits offline: signature, header, audience and time. Only redemption allows the act.

Everything an executor in another process needs; the private key never leaves the gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.auth.strict_jws import MalformedToken, decode_segment, read_compact

ALGORITHM = "EdDSA"
TYPE = "rapport-permit+jwt"
SKEW = timedelta(seconds=5)
"""How far two clocks may be apart."""

_HEADER = {"alg", "kid", "typ"}
_TEXTS = ("jti", "iss", "aud", "sub", "content_sha256", "snapshot_sha256", "rule_set")
_TIMES = ("nbf", "exp", "iat")
_NUMBERS = ("stakeholder_version", *_TIMES)
_CLAIMS = {*_TEXTS, *_NUMBERS, "approvals"}
_KEY_BYTES = 32


class BadPermit(ValueError):
    """Not a permit that may be redeemed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedPermit:
    """A permit whose signature, audience and time are right at the moment of asking."""

    permit_id: str
    action_id: str
    audience: str
    issuer: str
    content_sha256: str
    snapshot_sha256: str
    rule_set: str
    approvals: int
    not_before: datetime
    expires_at: datetime


def verify_permit(token: str, jwks: Mapping[str, Any], *, audience: str, now: datetime) -> VerifiedPermit:
    """The permit in `token`, signed by a key of `jwks` for `audience`. Raises BadPermit."""
    try:
        compact = read_compact(token)
        body, _, signature = token.rpartition(".")
        key = _key(jwks, _kid(compact.header))
        key.verify(decode_segment(signature), body.encode())
    except MalformedToken as error:
        raise BadPermit(f"the permit is malformed: {error}") from error
    except InvalidSignature as error:
        raise BadPermit("the permit's signature does not verify") from error
    _check_claims(compact.claims)
    permit = _read(compact.claims)
    if permit.audience != audience:
        raise BadPermit("the permit is for another executor")
    if now < permit.not_before - SKEW:
        raise BadPermit("the permit's slot has not begun")
    if now >= permit.expires_at:
        raise BadPermit("the permit has expired")
    return permit


def _kid(header: Mapping[str, Any]) -> str:
    if set(header) != _HEADER or header["alg"] != ALGORITHM or header["typ"] != TYPE:
        raise BadPermit("the permit's header is not the one header a permit has")
    if not isinstance(header["kid"], str):
        raise BadPermit("the permit does not name its key")
    return header["kid"]


def _key(jwks: Mapping[str, Any], kid: str) -> Ed25519PublicKey:
    for entry in cast("list[Mapping[str, Any]]", jwks.get("keys") or []):  # a JWK set, as its issuer publishes it
        if entry.get("kid") == kid and entry.get("kty") == "OKP" and entry.get("crv") == "Ed25519":
            raw = decode_segment(str(entry.get("x")))
            if len(raw) == _KEY_BYTES:
                return Ed25519PublicKey.from_public_bytes(raw)
    raise BadPermit("the permit is signed with a key that is not published")


def _check_claims(claims: Mapping[str, Any]) -> None:
    if set(claims) != _CLAIMS:
        raise BadPermit("the permit's claims are not the claims a permit has")
    if not all(isinstance(claims[name], str) and claims[name] for name in _TEXTS):
        raise BadPermit("a claim of the permit is not a text")
    if not all(type(claims[name]) is int for name in _NUMBERS):
        raise BadPermit("a claim of the permit is not a whole number")


def _read(claims: Mapping[str, Any]) -> VerifiedPermit:
    approvals: object = claims["approvals"]
    count: object = cast("dict[str, object]", approvals).get("count") if isinstance(approvals, dict) else None
    if type(count) is not int or count < 1:
        raise BadPermit("the permit cites no approval")
    try:
        not_before, expires_at = (datetime.fromtimestamp(claims[name], UTC) for name in ("nbf", "exp"))
    except (OverflowError, ValueError, OSError) as error:
        raise BadPermit("a time of the permit is no time") from error
    return VerifiedPermit(
        permit_id=claims["jti"],
        action_id=claims["sub"],
        audience=claims["aud"],
        issuer=claims["iss"],
        content_sha256=claims["content_sha256"],
        snapshot_sha256=claims["snapshot_sha256"],
        rule_set=claims["rule_set"],
        approvals=count,
        not_before=not_before,
        expires_at=expires_at,
    )
