"""Keys that sign permits: in memory, in a folder, and claims to sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from compliance.adapters.key_folder import KeyFolder
from compliance.adapters.signing_keys import SigningKeys
from compliance.application.ports.signing import PermitClaims
from compliance.domain.events import Occasion
from compliance.domain.permit_key import KeyChange, KeyRing, PermitKey
from rapport_permit.keys import thumbprint
from rapport_permit.strict_jws import encode_segment
from support.compliance_builders import EXECUTOR, NOW, SLOT

ISSUER = "rapport-compliance"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CLAIMS = PermitClaims(
    permit_id="p1",
    audience=EXECUTOR,
    action_id="action-1",
    content_sha256="c" * 64,
    snapshot_sha256="d" * 64,
    rule_set="e" * 64,
    approvals=1,
    approvals_sha256="f" * 64,
    stakeholder_version=3,
    not_before=SLOT.start,
    expires_at=SLOT.end,
    issued_at=SLOT.start,
)
IN_SLOT = SLOT.start + timedelta(minutes=1)


def hand(at: datetime = NOW, why: str = "test") -> Occasion:
    """An operator's hand."""
    return Occasion(by="operator:olga", at=at, why=why)


class OneKey:
    """Implements `KeySource`: one key that has always signed."""

    def __init__(self) -> None:
        self._private = Ed25519PrivateKey.generate()
        x = encode_segment(self._private.public_key().public_bytes_raw())
        published = (KeyChange("published", hand(LONG_AGO)),)
        key = PermitKey(name="one", kid=thumbprint(x), x=x, signs_from=LONG_AGO, history=published)
        self._ring = KeyRing((key,))

    def ring(self) -> KeyRing:
        return self._ring

    def private_of(self, ring: KeyRing, _now: datetime) -> tuple[PermitKey, Ed25519PrivateKey]:
        return ring.keys[0], self._private


def keys_in_memory() -> SigningKeys:
    return SigningKeys(OneKey(), issuer=ISSUER)


def keys_in(folder: Path, now: datetime = NOW) -> SigningKeys:
    """What another process of the gate has of this folder."""
    return SigningKeys(KeyFolder.opened(folder, hand(now)), issuer=ISSUER)


def claims(**changes: Any) -> PermitClaims:
    return replace(CLAIMS, **changes)
