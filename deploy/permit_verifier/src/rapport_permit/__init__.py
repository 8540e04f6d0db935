"""Release permits for executors: verify offline, redeem online, and act only on the answer.

A good permit says "may be asked for". Only `redeem` says "act now", and only where it returns::

    keys = CachedKeys(lambda: fetch_jwks("https://gate.example/.well-known/jwks.json"))
    verifier = PermitVerifier(keys, audience="executor-mastodon")

    permit = verifier.verify(token)                                     # raises BadPermit, UnusableKeys
    allowed = redeem("https://gate.example", permit, content, access_token=mine)     # raises NotAllowed
    publish(allowed.content, idempotency_key=allowed.permit_id)
"""

from rapport_permit.content import content_sha256
from rapport_permit.gate import Allowed, NotAllowed, fetch_jwks, redeem
from rapport_permit.keys import CachedKeys, UnusableKeys
from rapport_permit.permits import MAX_LIFE, BadPermit, UnknownKey, VerifiedPermit, verify_permit
from rapport_permit.revocations import BadRevocations, Revocation, RevocationList, verify_revocations
from rapport_permit.verifier import PermitVerifier

__all__ = [
    "MAX_LIFE",
    "Allowed",
    "BadPermit",
    "BadRevocations",
    "CachedKeys",
    "NotAllowed",
    "PermitVerifier",
    "Revocation",
    "RevocationList",
    "UnknownKey",
    "UnusableKeys",
    "VerifiedPermit",
    "content_sha256",
    "fetch_jwks",
    "redeem",
    "verify_permit",
    "verify_revocations",
]
