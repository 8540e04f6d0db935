"""The token spelled otherwise, and a header that says otherwise."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

from permit_vectors.forging import (
    CLAIMS,
    HEADER,
    KEY,
    KID,
    NOW,
    STRANGER,
    Vector,
    b64,
    body,
    compact,
    jwk,
    parts,
    signed,
    vector,
    without,
)


def spelling() -> Iterator[Vector]:
    token = signed()
    head, payload, signature = token.split(".")
    for place, part in enumerate(("header", "payload", "signature")):
        for pad in ("=", "=="):
            yield vector(f"{part} padded with {pad}", parts(lambda p, i=place, x=pad: [*p[:i], p[i] + x, *p[i + 1 :]]))
        for what, extra in {
            "a blank": " ",
            "a line break": "\n",
            "a NUL": "\0",
            "a tab": "\t",
            "a percent sign": "%3D",
        }.items():
            yield vector(
                f"{what} in the {part}",
                parts(lambda p, i=place, x=extra: [*p[:i], p[i][:9] + x + p[i][9:], *p[i + 1 :]]),
            )
        yield vector(f"{part} empty", parts(lambda p, i=place: [*p[:i], "", *p[i + 1 :]]))
        yield vector(f"{part} with one character more", parts(lambda p, i=place: [*p[:i], p[i] + "A", *p[i + 1 :]]))
        yield vector(f"{part} with one character less", parts(lambda p, i=place: [*p[:i], p[i][:-1], *p[i + 1 :]]))
    loose = signature[:-1] + {"A": "B", "Q": "R", "g": "h", "w": "x"}[signature[-1]]
    yield vector("signature with loose trailing bits", f"{head}.{payload}.{loose}")
    roomy = next(
        each
        for each in (signed(claims={**CLAIMS, "jti": "j" * n}) for n in range(30, 33))
        if len(each.split(".")[1]) % 4 == 3
    )
    last = roomy.split(".")[1][-1]
    bits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    yield vector(
        "payload with loose trailing bits", parts(lambda p: [p[0], p[1][:-1] + bits[bits.index(last) + 1], p[2]], roomy)
    )
    standard = next(
        each
        for each in (signed(claims={**CLAIMS, "sub": f"{n}~~???>>>"}) for n in range(999))
        if "-" in each.split(".")[1] or "_" in each.split(".")[1]
    )
    yield vector("standard alphabet instead of the one for addresses", standard.replace("-", "+").replace("_", "/"))
    for name, text in {
        "a blank before": f" {token}",
        "a line break after": f"{token}\n",
        "a byte order mark before": f"\ufeff{token}",
        "Bearer before": f"Bearer {token}",
        "quoted": f'"{token}"',
        "four parts": f"{token}.x",
        "two parts": f"{head}.{payload}",
        "one part": head,
        "five parts as in JWE": f"{token}.a.b",
        "empty": "",
        "dots only": "..",
        "detached payload (RFC 7797)": f"{head}..{signature}",
        "other separators": token.replace(".", ","),
        "full-width dots": token.replace(".", "\uff0e"),
        "a Cyrillic letter for a Latin one": token.replace("a", "\u0430", 1),
        "a full-width letter": token.replace("e", "\uff45", 1),
        "a zero-width space": f"{token[:5]}\u200b{token[5:]}",
        "upper case": token.upper(),
        "two tokens": f"{token} {token}",
        "flattened JSON serialization": json.dumps({"payload": payload, "protected": head, "signature": signature}),
        "general JSON serialization": json.dumps(
            {"payload": payload, "signatures": [{"protected": head, "signature": signature}]}
        ),
        "20,000 characters": token + "A" * (20_000 - len(token)),
        "20,000 dots": "." * 20_000,
        "swapped header and payload": f"{payload}.{head}.{signature}",
    }.items():
        yield vector(name, text)


def header() -> Iterator[Vector]:
    public = KEY.public_key().public_bytes_raw()
    for alg in (
        "HS256",
        "HS512",
        "RS256",
        "ES256",
        "PS256",
        "ES256K",
        "Ed448",
        "Ed25519",
        "EDDSA",
        "eddsa",
        "EdDSA ",
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        None,
        1,
        ["EdDSA"],
        {"EdDSA": 1},
    ):
        yield vector(f"alg {json.dumps(alg)}, truly signed", signed({**HEADER, "alg": alg}))
    for alg in ("none", "None"):
        yield vector(f"alg {alg}, no signature", body({**HEADER, "alg": alg}) + ".")
    for name, secret in {
        "the raw public key": public,
        "the public key's x": b64(public).encode(),
        "an empty secret": b"",
    }.items():
        message = body({**HEADER, "alg": "HS256"})
        yield vector(
            f"HS256 with {name} as secret",
            f"{message}.{b64(hmac.new(secret, message.encode(), hashlib.sha256).digest())}",
        )
        message = body()
        yield vector(
            f"EdDSA said, HS256 done with {name}",
            f"{message}.{b64(hmac.new(secret, message.encode(), hashlib.sha512).digest())}",
        )
    for typ in (
        "JWT",
        "at+jwt",
        "application/rapport-permit+jwt",
        "Rapport-Permit+JWT",
        "rapport-permit+jwt ",
        "rapport-permit",
        "",
        None,
        1,
        ["rapport-permit+jwt"],
    ):
        yield vector(f"typ {json.dumps(typ)}", signed({**HEADER, "typ": typ}))
    for kid in (
        "",
        "gate-2",
        "GATE-1",
        "gate-1 ",
        " gate-1",
        "gate-1\u0000",
        "../../../dev/null",
        "' OR 1=1 --",
        "https://evil.example/key",
        "g\u0430te-1",
        "k" * 4000,
        None,
        0,
        True,
        [KID],
        {"kid": KID},
    ):
        yield vector(f"kid {json.dumps(kid)[:40]}", signed({**HEADER, "kid": kid}))
    for name, value in {
        "crit": ["exp"],
        "b64": False,
        "jwk": jwk(STRANGER),
        "jku": "https://evil.example/jwks.json",
        "x5c": ["MIIB"],
        "x5u": "https://evil.example/cert",
        "x5t": "AAAA",
        "x5t#S256": "AAAA",
        "cty": "JWT",
        "zip": "DEF",
        "enc": "A256GCM",
        "nonce": "1",
        "url": "https://gate.example",
        "exp": NOW + 9,
        "p2c": 1,
        "": "",
        "alg ": "EdDSA",
        "ALG": "none",
    }.items():
        yield vector(f"header member {name!r} besides", signed({**HEADER, name: value}))
    yield vector("embedded key of a stranger, signed by it", signed({**HEADER, "jwk": jwk(STRANGER)}, key=STRANGER))
    yield vector(
        "crit b64, b64 false, payload unencoded",
        parts(lambda p: [b64(compact({**HEADER, "crit": ["b64"], "b64": False}).encode()), p[1], p[2]]),
    )
    for name in HEADER:
        yield vector(f"header without {name}", signed(without(HEADER, name)))
    for name, text in {
        "alg twice, none first": '{"alg":"none","alg":"EdDSA","kid":"gate-1","typ":"rapport-permit+jwt"}',
        "alg twice, none last": '{"alg":"EdDSA","alg":"none","kid":"gate-1","typ":"rapport-permit+jwt"}',
        "alg twice, once escaped": '{"alg":"none","\\u0061lg":"EdDSA","kid":"gate-1","typ":"rapport-permit+jwt"}',
        "kid twice": '{"alg":"EdDSA","kid":"other","kid":"gate-1","typ":"rapport-permit+jwt"}',
        "typ twice": '{"alg":"EdDSA","kid":"gate-1","typ":"JWT","typ":"rapport-permit+jwt"}',
        "a list": "[]",
        "a text": '"EdDSA"',
        "null": "null",
        "empty": "{}",
        "a comment": compact(HEADER) + "//",
        "a trailing comma": compact(HEADER)[:-1] + ",}",
        "single quotes": compact(HEADER).replace('"', "'"),
        "two objects": compact(HEADER) * 2,
    }.items():
        yield vector(f"header JSON: {name}", signed(text))
    yield vector("header with a byte order mark", signed(b"\xef\xbb\xbf" + compact(HEADER).encode()))
    yield vector("header in UTF-16", signed(compact(HEADER).encode("utf-16")))
    yield vector(
        "header with a byte that is no UTF-8", signed(compact(HEADER).encode().replace(b"gate-1", b"gate-\xff"))
    )
