"""What a release permit is, and its offline check: spelling, header, signature, claims, audience, time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rapport_permit.keys import Jwks, read_jwks
from rapport_permit.strict_jws import CompactToken, MalformedToken, read_compact

ALGORITHM = "EdDSA"
TYPE = "rapport-permit+jwt"
SKEW = timedelta(seconds=5)
"""How far two clocks may be apart."""
MAX_SKEW = timedelta(seconds=60)
MAX_LIFE = timedelta(days=31)
"""From `iat` to `exp`; the gate issues none that lives longer."""

_HEADER = {"alg", "kid", "typ"}
_NAME = r"[!-~]{1,255}"  # printable ASCII without blanks, as ids and OAuth client names are
_SHA256 = r"[0-9a-f]{64}"
_TEXTS = {
    "jti": re.compile(_NAME),
    "iss": re.compile(_NAME),
    "aud": re.compile(_NAME),
    "sub": re.compile(_NAME),
    "content_sha256": re.compile(_SHA256),
    "snapshot_sha256": re.compile(_SHA256),
    "rule_set": re.compile(_NAME),
}
_KID = re.compile(_NAME)
_TIMES = ("nbf", "exp", "iat")
_CLAIMS = {*_TEXTS, *_TIMES, "stakeholder_version", "approvals"}
_APPROVALS = {"count", "sha256"}
_LATEST = 253_402_300_799
"""The last second of the year 9999."""
_MOST = 2**53 - 1
_SIGNATURE_BYTES = 64
_NOT_OURS = "do not act: the gate issues no such permit; tell whoever runs it where this one came from"
_CLOCKS = "do not act; compare the clocks of this machine and of the gate"


class BadPermit(ValueError):
    """Not a permit that may be redeemed; the message says why, `remedy` what to do."""

    def __init__(self, message: str, *, remedy: str = _NOT_OURS) -> None:
        super().__init__(message)
        self.remedy = remedy


class UnknownKey(BadPermit):
    """Signed with a key that is not among the published ones: forged, or the keys at hand are old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedPermit:
    """A permit whose signature, audience and time are right at the moment of asking. It does not allow the act."""

    permit_id: str
    action_id: str
    audience: str
    issuer: str
    content_sha256: str
    snapshot_sha256: str
    rule_set: str
    approvals: int
    stakeholder_version: int
    key_id: str
    not_before: datetime
    expires_at: datetime
    issued_at: datetime


def verify_permit(
    token: str, jwks: Jwks, *, audience: str, now: datetime, skew: timedelta = SKEW, issuer: str | None = None
) -> VerifiedPermit:
    """The permit in `token`, signed by a key of `jwks` for `audience`. Raises BadPermit, UnusableKeys.

    `now` is timezone-aware. `skew`, at most 60 s, is granted at both ends of the slot. Where `issuer` is given, the
    permit must name it.
    """
    keys = read_jwks(jwks)
    return checked_permit(token, keys.get, audience=audience, now=now, skew=skew, issuer=issuer)


def checked_permit(
    token: str,
    find: Callable[[str], Ed25519PublicKey | None],
    *,
    audience: str,
    now: datetime,
    skew: timedelta = SKEW,
    issuer: str | None = None,
) -> VerifiedPermit:
    """The same, with keys found by name."""
    if not timedelta(0) <= skew <= MAX_SKEW:
        raise ValueError(f"skew must be between 0 and {MAX_SKEW.seconds} seconds")
    try:
        compact = read_compact(token)
    except MalformedToken as error:
        remedy = "give the token exactly as it came: three parts with dots between them, nothing around it"
        raise BadPermit(f"the permit is malformed: {error}", remedy=remedy) from error
    kid = _kid(compact.header)
    _check_signature(compact, find(kid))
    permit = _read(compact.claims, kid)
    _check_use(permit, audience=audience, issuer=issuer)
    _check_time(permit, now, skew)
    return permit


def _kid(header: Mapping[str, Any]) -> str:
    if set(header) != _HEADER or header["alg"] != ALGORITHM or header["typ"] != TYPE:
        raise BadPermit("the permit's header is not the one header a permit has")
    kid: object = header["kid"]
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise BadPermit("the permit does not name its key")
    return kid


def _check_signature(compact: CompactToken, key: Ed25519PublicKey | None) -> None:
    if key is None:
        raise UnknownKey(
            "the permit is signed with a key that is not published",
            remedy="do not act; fetch the keys anew, from the gate that issued the permit",
        )
    if len(compact.signature) != _SIGNATURE_BYTES:
        raise BadPermit("the permit's signature is not 64 bytes long")
    try:
        key.verify(compact.signature, compact.signed.encode())
    except InvalidSignature as error:
        raise BadPermit("the permit's signature does not verify") from error


def _read(claims: Mapping[str, Any], kid: str) -> VerifiedPermit:
    if set(claims) != _CLAIMS:
        raise BadPermit("the permit's claims are not the claims a permit has")
    for name, form in _TEXTS.items():
        if not isinstance(claims[name], str) or not form.fullmatch(claims[name]):
            raise BadPermit(f"the permit's claim {name} is not what it should be")
    nbf, exp, iat = (_number(claims, name, most=_LATEST) for name in _TIMES)
    return VerifiedPermit(
        permit_id=claims["jti"],
        action_id=claims["sub"],
        audience=claims["aud"],
        issuer=claims["iss"],
        content_sha256=claims["content_sha256"],
        snapshot_sha256=claims["snapshot_sha256"],
        rule_set=claims["rule_set"],
        approvals=_approvals(claims["approvals"]),
        stakeholder_version=_number(claims, "stakeholder_version", most=_MOST),
        key_id=kid,
        not_before=datetime.fromtimestamp(nbf, UTC),
        expires_at=datetime.fromtimestamp(exp, UTC),
        issued_at=datetime.fromtimestamp(iat, UTC),
    )


def _number(claims: Mapping[str, Any], name: str, *, most: int) -> int:
    value: object = claims[name]
    if type(value) is not int or not 0 <= value <= most:  # a JSON true is an int to isinstance
        raise BadPermit(f"the permit's claim {name} is not a whole number in its range")
    return value


def _approvals(value: object) -> int:
    cited = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    count, digest = cited.get("count"), cited.get("sha256")
    if set(cited) != _APPROVALS or not isinstance(digest, str) or not re.fullmatch(_SHA256, digest):
        raise BadPermit("the permit does not cite its approvals")
    if type(count) is not int or not 1 <= count <= _MOST:
        raise BadPermit("the permit cites no approval")
    return count


def _check_use(permit: VerifiedPermit, *, audience: str, issuer: str | None) -> None:
    if permit.audience != audience:
        raise BadPermit("the permit is for another executor", remedy="leave it to the executor it is for")
    if issuer is not None and permit.issuer != issuer:
        raise BadPermit("the permit comes from another issuer")


def _check_time(permit: VerifiedPermit, now: datetime, skew: timedelta) -> None:
    if permit.expires_at <= max(permit.not_before, permit.issued_at):
        raise BadPermit("the permit ends before it begins")
    if permit.expires_at - permit.issued_at > MAX_LIFE:
        raise BadPermit(f"the permit lives longer than {MAX_LIFE.days} days")
    if now < permit.not_before - skew:
        raise BadPermit("the permit's slot has not begun", remedy="wait for it; if it has begun, compare the clocks")
    if permit.issued_at > now + skew:
        raise BadPermit("the permit was issued in the future", remedy=_CLOCKS)
    if now >= permit.expires_at + skew:
        raise BadPermit("the permit has expired", remedy="do not act; only another release brings another permit")
