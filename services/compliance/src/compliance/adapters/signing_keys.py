"""The keys that sign permits: files only their owner can read, made on first start, never logged.

The newest key signs; every key in the folder is published, so that permits of older ones stay verifiable.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from compliance.application.ports import PermitClaims
from rapport_permit.permits import ALGORITHM, TYPE
from shared.contracts.hashing import sha256_of

_OWNER_ONLY = 0o600
_FIRST = "0001.pem"


class UnusableKey(Exception):
    """A key file that must not be used; the message names the file and the remedy."""


class SigningKeys:
    """Signs permits and publishes the public halves."""

    def __init__(self, keys: Sequence[Ed25519PrivateKey], *, issuer: str) -> None:
        self._keys = {key_id(key): key for key in keys}
        self._issuer = issuer
        self._active = list(self._keys)[-1]

    @classmethod
    def in_folder(cls, folder: Path, *, issuer: str) -> SigningKeys:
        """Load all `*.pem` of `folder` in order of name; makes folder and first key where there is none."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(folder.glob("*.pem")):
            _create(folder / _FIRST)
        return cls([_load(path) for path in sorted(folder.glob("*.pem"))], issuer=issuer)

    def jwks(self) -> dict[str, Any]:
        """Public keys as a JWK set."""
        return {"keys": [_public(key) for key in self._keys.values()]}

    def sign(self, claims: PermitClaims) -> str:
        """The permit as a compact JWS; its header is always `{alg, kid, typ}`."""
        header = {"alg": ALGORITHM, "kid": self._active, "typ": TYPE}
        body = f"{_encoded(_json(header))}.{_encoded(_json(_payload(claims, self._issuer)))}"
        return f"{body}.{_encoded(self._keys[self._active].sign(body.encode()))}"


def key_id(key: Ed25519PrivateKey) -> str:
    """The RFC 7638 thumbprint of the public key."""
    thumbprint = sha256_of({"crv": "Ed25519", "kty": "OKP", "x": _encoded(_raw(key))})
    return _encoded(bytes.fromhex(thumbprint))


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


def _public(key: Ed25519PrivateKey) -> dict[str, Any]:
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": _encoded(_raw(key)),
        "kid": key_id(key),
        "use": "sig",
        "alg": ALGORITHM,
    }


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _create(path: Path) -> None:
    """Two processes may start at once: whoever links first wins, the other uses that key."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _load(path: Path) -> Ed25519PrivateKey:
    if path.stat().st_mode & 0o077:
        raise UnusableKey(f"{path} can be read by others. Remedy: chmod 600 {path}, or replace the key")
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError:
        raise UnusableKey(f"{path} is not a private key in PEM. Remedy: restore it from your backup") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey(f"{path} is not an Ed25519 key. Remedy: replace it")
    return key


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
