"""Writes the vectors beside this file: `python tests/permit_vectors/generate.py`. The same bytes every time.

A vector: `name` says what it tries, `token` is what an executor is shown; `keys` (a JWK set), `audience` and `now`
(seconds) where they are not those of `published.json`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from permit_vectors.contents import claims, documents, times
from permit_vectors.curves import keys, signatures
from permit_vectors.forging import (
    AUDIENCE,
    CLAIMS,
    DAY,
    HEADER,
    NOW,
    STRANGER,
    Vector,
    compact,
    jwk,
    signed,
    vector,
    without,
)
from permit_vectors.spellings import header, spelling

FOLDER = Path(__file__).parent


def accepted() -> Iterator[Vector]:
    yield vector("as the gate writes it", signed())
    yield vector("members in another order", signed(dict(reversed(HEADER.items())), dict(reversed(CLAIMS.items()))))
    yield vector("blanks in the JSON", signed(json.dumps(HEADER, indent=1), json.dumps(CLAIMS, indent=1)))
    yield vector(
        "escapes in the JSON", signed(claims=compact(CLAIMS).replace("rapport-compliance", "rapport\\u002dcompliance"))
    )
    yield vector(
        "among other keys",
        signed(),
        keys={"keys": [jwk(STRANGER, kid="gate-0"), {"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB"}, jwk()]},
    )
    yield vector("a key without use and alg", signed(), keys={"keys": [without(without(jwk(), "use"), "alg")]})
    yield vector("a key named Ed25519 (RFC 9864)", signed(), keys={"keys": [jwk(alg="Ed25519")]})
    yield vector("the same key twice", signed(), keys={"keys": [jwk(), jwk()]})
    for name, now in {
        "5 s before its slot": CLAIMS["nbf"] - 5,
        "at its beginning": CLAIMS["nbf"],
        "4 s after its end": CLAIMS["exp"] + 4,
    }.items():
        yield vector(f"shown {name}", signed(claims={**CLAIMS, "iat": CLAIMS["nbf"] - 9}), now=now)
    yield vector("lives 31 days", signed(claims={**CLAIMS, "exp": CLAIMS["iat"] + 31 * DAY}))
    yield vector("another audience, shown to it", signed(claims={**CLAIMS, "aud": "executor-x"}), audience="executor-x")


FAMILIES = {
    "spelling": spelling,
    "header": header,
    "claims": claims,
    "documents": documents,
    "signatures": signatures,
    "keys": keys,
    "times": times,
    "accepted": accepted,
}


def written() -> dict[str, str]:
    """Every file and its content."""
    published = {"keys": {"keys": [jwk()]}, "audience": AUDIENCE, "now": NOW}
    files = {name: json.dumps(list(family()), indent=1) for name, family in FAMILIES.items()}
    return {
        f"{name}.json": f"{text}\n" for name, text in {"published": json.dumps(published, indent=1), **files}.items()
    }


if __name__ == "__main__":
    for file, text in written().items():
        (FOLDER / file).write_text(text, encoding="ascii")
        print(f"{file}: {len(json.loads(text))}")
