"""Signatures and keys that are not what they should be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from permit_vectors.forging import (
    CLAIMS,
    HEADER,
    KEY,
    KID,
    ORDER,
    PRIME,
    STRANGER,
    Vector,
    b64,
    compact,
    jwk,
    low_order,
    signed,
    under_weak_key,
    vector,
    with_point,
    with_scalar,
    without,
)


def signatures() -> Iterator[Vector]:
    head, payload, signature = signed().split(".")
    other = b64(compact({**CLAIMS, "sub": "another action"}).encode())
    yield vector("signed by a stranger", signed(key=STRANGER))
    yield vector("swapped payload", f"{head}.{other}.{signature}")
    yield vector("swapped header", f"{b64(compact({**HEADER, 'kid': 'gate-1'}).encode() + b' ')}.{payload}.{signature}")
    yield vector(
        "signature of another permit", f"{head}.{payload}.{signed(claims={**CLAIMS, 'jti': 'other'}).split('.')[2]}"
    )
    yield vector("signature over the payload alone", f"{head}.{payload}.{b64(KEY.sign(payload.encode()))}")
    yield vector(
        "signature over the decoded parts",
        f"{head}.{payload}.{b64(KEY.sign(compact(HEADER).encode() + b'.' + compact(CLAIMS).encode()))}",
    )
    yield vector(
        "signature over the SHA-512 (as Ed25519ph)",
        f"{head}.{payload}.{b64(KEY.sign(hashlib.sha512(f'{head}.{payload}'.encode()).digest()))}",
    )
    yield vector(
        "signature signed in hex", f"{head}.{payload}.{b64(KEY.sign(f'{head}.{payload}'.encode()).hex().encode())}"
    )
    raw = KEY.sign(f"{head}.{payload}".encode())
    for name, forged in {
        "all zeros": bytes(64),
        "63 bytes": raw[:63],
        "65 bytes": raw + b"\0",
        "32 bytes": raw[:32],
        "128 bytes": raw * 2,
        "R and S swapped": raw[32:] + raw[:32],
        "R zero": bytes(32) + raw[32:],
        "S zero": raw[:32] + bytes(32),
        "all ones": b"\xff" * 64,
        "S is the group's order": raw[:32] + ORDER.to_bytes(32, "little"),
        "first bit flipped": bytes([raw[0] ^ 1]) + raw[1:],
        "last bit flipped": raw[:63] + bytes([raw[63] ^ 128]),
        "R's sign bit flipped": raw[:31] + bytes([raw[31] ^ 128]) + raw[32:],
    }.items():
        yield vector(f"signature {name}", f"{head}.{payload}.{b64(forged)}")
    for times in (1, 2, 4, 8, 15):
        if (int.from_bytes(raw[32:], "little") + times * ORDER).bit_length() <= 256:
            yield vector(f"S plus {times} times the group's order", with_scalar(times * ORDER))
    for name, point in low_order().items():
        if point != 1:
            yield vector(f"R is the point {name} of small order", with_point(point))


def keys() -> Iterator[Vector]:
    token = signed()
    for name, point in low_order().items():
        forged, weak = under_weak_key(point)
        yield vector(f"nobody's signature under the key {name} of small order", forged, keys={"keys": [weak]})
    x = int.from_bytes(KEY.public_key().public_bytes_raw(), "little")
    for name, entries in {
        "none": [],
        "the key of a stranger under the kid": [jwk(STRANGER)],
        "the right key under another kid": [jwk(kid="gate-2")],
        "a kid in other case": [jwk(kid="GATE-1")],
        "an RSA key of that kid": [{"kty": "RSA", "kid": KID, "n": "AQAB", "e": "AQAB"}],
        "an EC key of that kid": [jwk(kty="EC", crv="P-256")],
        "X25519 of that kid": [jwk(crv="X25519")],
        "Ed448 of that kid": [jwk(crv="Ed448")],
        "a secret of that kid": [{"kty": "oct", "kid": KID, "k": jwk()["x"]}],
        "for encryption": [jwk(use="enc")],
        "for another algorithm": [jwk(alg="ES256")],
        "with its private half": [jwk(d=b64(bytes(32)))],
        "x padded": [jwk(x=jwk()["x"] + "=")],
        "x of 31 bytes": [jwk(x=b64(bytes(31)))],
        "x of 33 bytes": [jwk(x=b64(bytes(33)))],
        "x empty": [jwk(x="")],
        "x a number": [jwk(x=1)],
        "x beyond the prime": [jwk(x=b64((PRIME + 3).to_bytes(32, "little")))],
        "x with the other sign": [jwk(x=b64((x ^ (1 << 255)).to_bytes(32, "little")))],
        "no kid": [without(jwk(), "kid")],
        "a text": ["key"],
        "two keys of one name": [jwk(STRANGER), jwk()],
        "two keys of one name, the right one first": [jwk(), jwk(STRANGER)],
    }.items():
        yield vector(f"published: {name}", token, keys={"keys": entries})
    for name, jwks in {"no list": {"keys": None}, "nothing": {}, "an object for the list": {"keys": jwk()}}.items():
        yield vector(f"published: {name}", token, keys=jwks)
