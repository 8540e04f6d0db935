"""The gate's revocation list, checked offline: which permits not to act on, and what to take down again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, cast

from cryptography.exceptions import InvalidSignature

from rapport_permit.keys import Jwks, read_jwks
from rapport_permit.permits import ALGORITHM, MAX_SKEW, SKEW
from rapport_permit.strict_jws import CompactToken, MalformedToken, read_compact

LIST_TYPE = "rapport-revocations+jwt"
MAX_LIST_LIFE = timedelta(minutes=15)
"""From `iat` to `exp`: a list that would be good for longer is none of the gate's."""
LONGEST_LIST = 4_000_000
"""Characters: some 30,000 permits."""
_HEADER = {"alg", "kid", "typ"}
_CLAIMS = {"iss", "aud", "iat", "exp", "revoked"}
_ENTRY = {"jti", "at", "reason"}
_NAME = re.compile(r"[!-~]{1,255}")
_LATEST = 253_402_300_799
_SIGNATURE_BYTES = 64


class BadRevocations(ValueError):
    """Not a list to go by; the message says why. Nothing is known then: that a permit is not on it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Since when the permit allows nothing, and the gate's word for why: `stopped`, `content`, `person`, ..."""

    permit_id: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationList:
    """Good from `issued_at` until `next_update`; `revoked` by permit id."""

    issuer: str
    audience: str
    issued_at: datetime
    next_update: datetime
    key_id: str
    revoked: Mapping[str, Revocation]


def verify_revocations(
    token: str, jwks: Jwks, *, audience: str, now: datetime, skew: timedelta = SKEW, issuer: str | None = None
) -> RevocationList:
    """The list in `token`, signed by a key of `jwks` for `audience`, good at `now`.

    Raises BadRevocations, UnusableKeys.

    A permit on it is not to be redeemed, and what was published with it is to be taken down. One that is not on it is
    still redeemed online before the act.
    """
    if not timedelta(0) <= skew <= MAX_SKEW:
        raise ValueError(f"skew must be between 0 and {MAX_SKEW.seconds} seconds")
    try:
        compact = read_compact(token, longest=LONGEST_LIST)
    except MalformedToken as error:
        raise BadRevocations(f"the list is malformed: {error}") from error
    kid = _kid(compact.header)
    _check_signature(compact, kid, jwks)
    found = _read(compact.claims, kid)
    if found.audience != audience:
        raise BadRevocations("the list is for another executor")
    if issuer is not None and found.issuer != issuer:
        raise BadRevocations("the list comes from another issuer")
    _check_time(found, now, skew)
    return found


def _kid(header: Mapping[str, Any]) -> str:
    if set(header) != _HEADER or header["alg"] != ALGORITHM or header["typ"] != LIST_TYPE:
        raise BadRevocations("the list's header is not the one header a list has")
    kid: object = header["kid"]
    if not isinstance(kid, str) or not _NAME.fullmatch(kid):
        raise BadRevocations("the list does not name its key")
    return kid


def _check_signature(compact: CompactToken, kid: str, jwks: Jwks) -> None:
    key = read_jwks(jwks).get(kid)
    if key is None:
        raise BadRevocations("the list is signed with a key that is not published; fetch the keys anew")
    if len(compact.signature) != _SIGNATURE_BYTES:
        raise BadRevocations("the list's signature is not 64 bytes long")
    try:
        key.verify(compact.signature, compact.signed.encode())
    except InvalidSignature as error:
        raise BadRevocations("the list's signature does not verify") from error


def _read(claims: Mapping[str, Any], kid: str) -> RevocationList:
    if set(claims) != _CLAIMS or not isinstance(claims["revoked"], list):
        raise BadRevocations("the list's claims are not the claims a list has")
    entries = [_entry(each) for each in cast("list[object]", claims["revoked"])]
    revoked = {each.permit_id: each for each in entries}
    if len(revoked) != len(entries):
        raise BadRevocations("the list names a permit twice")
    return RevocationList(
        issuer=_text(claims, "iss"),
        audience=_text(claims, "aud"),
        issued_at=_moment(claims, "iat"),
        next_update=_moment(claims, "exp"),
        key_id=kid,
        revoked=MappingProxyType(revoked),
    )


def _entry(value: object) -> Revocation:
    entry = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if set(entry) != _ENTRY:
        raise BadRevocations("an entry of the list is not what it should be")
    return Revocation(permit_id=_text(entry, "jti"), at=_moment(entry, "at"), reason=_text(entry, "reason"))


def _text(members: Mapping[str, object], name: str) -> str:
    value = members[name]
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise BadRevocations(f"the list's {name} is not what it should be")
    return value


def _moment(members: Mapping[str, object], name: str) -> datetime:
    value = members[name]
    if type(value) is not int or not 0 <= value <= _LATEST:  # a JSON true is an int to isinstance
        raise BadRevocations(f"the list's {name} is not a moment")
    return datetime.fromtimestamp(value, UTC)


def _check_time(found: RevocationList, now: datetime, skew: timedelta) -> None:
    if not timedelta(0) < found.next_update - found.issued_at <= MAX_LIST_LIFE:
        raise BadRevocations("the list is good for no time, or for longer than any list of the gate")
    if any(each.at > found.issued_at for each in found.revoked.values()):
        raise BadRevocations("the list tells of what had not happened when it was made")
    if found.issued_at > now + skew:
        raise BadRevocations("the list was made in the future; compare the clocks")
    if now >= found.next_update + skew:
        raise BadRevocations("the list is too old to tell anything; fetch it anew")
