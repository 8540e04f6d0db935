"""What it takes to forge: a fixed key, exact bytes, and signatures no library would make."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORDER = 2**252 + 27742317777372353535851937790883648493
PRIME = 2**255 - 19
NOW = 1_795_430_400  # 2026-11-23T10:40:00Z
AUDIENCE = "executor-mastodon"
Changes = dict[str, Any]
Vector = dict[str, Any]
DAY = 86_400


def seeded(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"rapport permit vectors: {name}".encode()).digest())


KEY, STRANGER = seeded("the gate"), seeded("a stranger")
KID = "gate-1"
HEADER: Changes = {"alg": "EdDSA", "kid": KID, "typ": "rapport-permit+jwt"}
CLAIMS: Changes = {
    "jti": "0199a000-0000-7000-8000-00000000000f",
    "iss": "rapport-compliance",
    "aud": AUDIENCE,
    "sub": "0199a000-0000-7000-8000-0000000000aa",
    "content_sha256": "c" * 64,
    "snapshot_sha256": "d" * 64,
    "rule_set": "e" * 64,
    "approvals": {"count": 2, "sha256": "f" * 64},
    "stakeholder_version": 3,
    "nbf": NOW - 600,
    "exp": NOW + 3000,
    "iat": NOW - 590,
}


def vector(name: str, token: str, **given: Any) -> Vector:
    """`given` is what differs from `published.json`."""
    return {"name": name, "token": token, **given}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value: Any) -> str:
    """JSON as the gate writes it; a text is taken as the JSON itself."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def body(header: Any = None, claims: Any = None) -> str:
    head = HEADER if header is None else header
    said = CLAIMS if claims is None else claims
    parts = (part if isinstance(part, bytes) else compact(part).encode() for part in (head, said))
    return ".".join(map(b64, parts))


def signed(header: Any = None, claims: Any = None, *, key: Ed25519PrivateKey = KEY) -> str:
    """Truly signed by `key`, whatever header and claims say. Bytes and texts are taken as they are."""
    message = body(header, claims)
    return f"{message}.{b64(key.sign(message.encode()))}"


def without(claims: Changes, name: str) -> Changes:
    return {key: value for key, value in claims.items() if key != name}


def parts(change: Callable[[list[str]], list[str]], token: str | None = None) -> str:
    return ".".join(change((token or signed()).split(".")))


def jwk(key: Ed25519PrivateKey = KEY, **changes: Any) -> Changes:
    public = {"kty": "OKP", "crv": "Ed25519", "x": b64(key.public_key().public_bytes_raw()), "kid": KID}
    return {**public, "use": "sig", "alg": "EdDSA", **changes}


def low_order() -> dict[str, int]:
    """The encodings of points of small order, canonical and not, sign bits included; little-endian integers."""
    eight = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
    top = 1 << 255
    canonical = {
        "1 (identity)": 1,
        "0 (order 4)": 0,
        "p-1 (order 2)": PRIME - 1,
        "order 8": eight,
        "-order 8": PRIME - eight,
    }
    spelled = {**canonical, "p (0 again)": PRIME, "p+1 (identity again)": PRIME + 1}
    return {**spelled, **{f"{name}, sign bit": value + top for name, value in spelled.items()}}


def scalar(key: Ed25519PrivateKey) -> int:
    digest = bytearray(hashlib.sha512(key.private_bytes_raw()).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    return int.from_bytes(digest, "little")


def challenge(point: bytes, public: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % ORDER


def with_point(point: int) -> str:
    """R is `point`, S fits if verifying multiplies by the cofactor, or reads R leniently."""
    message = body()
    encoded, public = point.to_bytes(32, "little"), KEY.public_key().public_bytes_raw()
    answer = challenge(encoded, public, message.encode()) * scalar(KEY) % ORDER
    return f"{message}.{b64(encoded + answer.to_bytes(32, 'little'))}"


def under_weak_key(point: int) -> tuple[str, Changes]:
    """Signed by nobody: under a public key of small order it verifies without any private key."""
    public = point.to_bytes(32, "little")
    commitment, answer = STRANGER.public_key().public_bytes_raw(), scalar(STRANGER) % ORDER
    for attempt in range(1000):
        message = body(claims={**CLAIMS, "jti": f"forged-{attempt}"})
        if challenge(commitment, public, message.encode()) % 8 == 0:
            return f"{message}.{b64(commitment + answer.to_bytes(32, 'little'))}", jwk(x=b64(public))
    raise AssertionError("no challenge is a multiple of eight")


def with_scalar(add: int) -> str:
    """The true signature with `add` added to its S."""
    message, _, signature = signed().rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    answer = int.from_bytes(raw[32:], "little") + add
    return f"{message}.{b64(raw[:32] + answer.to_bytes(32, 'little'))}"
