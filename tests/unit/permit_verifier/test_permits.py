"""What an executor accepts as a permit, and everything it does not."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rapport_permit import BadPermit, UnusableKeys, verify_permit

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
AUDIENCE = "executor-mastodon"
HEADER = {"alg": "EdDSA", "kid": "k1", "typ": "rapport-permit+jwt"}
CLAIMS: dict[str, Any] = {
    "jti": "p1",
    "iss": "rapport-compliance",
    "aud": AUDIENCE,
    "sub": "action-1",
    "content_sha256": "c" * 64,
    "snapshot_sha256": "d" * 64,
    "rule_set": "e" * 64,
    "approvals": {"count": 1, "sha256": "f" * 64},
    "stakeholder_version": 3,
    "nbf": int((NOW - timedelta(minutes=30)).timestamp()),
    "exp": int((NOW + timedelta(minutes=30)).timestamp()),
    "iat": int(NOW.timestamp()),
}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: Any = None, claims: Any = None, *, key: Ed25519PrivateKey = KEY) -> str:
    head = header if isinstance(header, str) else json.dumps(HEADER if header is None else header)
    body = claims if isinstance(claims, str) else json.dumps(CLAIMS if claims is None else claims)
    message = f"{b64(head.encode())}.{b64(body.encode())}"
    return f"{message}.{b64(key.sign(message.encode()))}"


def jwks(key: Ed25519PrivateKey = KEY, **changes: Any) -> dict[str, Any]:
    raw = key.public_key().public_bytes_raw()
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": b64(raw), "kid": "k1", **changes}]}


def test_a_permit_verifies_offline() -> None:
    permit = verify_permit(signed(), jwks(), audience=AUDIENCE, now=NOW)
    assert (permit.permit_id, permit.action_id, permit.content_sha256) == ("p1", "action-1", "c" * 64)


def without(name: str) -> str:
    return signed(claims={key: value for key, value in CLAIMS.items() if key != name})


def resealed(change: Callable[[list[str]], list[str]]) -> str:
    return ".".join(change(signed().split(".")))


def none_alg() -> str:
    return f"{b64(json.dumps({**HEADER, 'alg': 'none'}).encode())}.{signed().split('.')[1]}."


FORGED = {
    "wrong key": signed(key=OTHER),
    "swapped payload": resealed(lambda p: [p[0], b64(json.dumps({**CLAIMS, "sub": "action-2"}).encode()), p[2]]),
    "cut signature": resealed(lambda p: [p[0], p[1], p[2][:-4]]),
    "no signature": resealed(lambda p: [p[0], p[1], ""]),
    "flipped signature": resealed(lambda p: [p[0], p[1], ("A" if p[2][0] != "A" else "B") + p[2][1:]]),
    "alg none": none_alg(),
    "alg HS256": signed({**HEADER, "alg": "HS256"}),
    "alg ES256": signed({**HEADER, "alg": "ES256"}),
    "alg in other case": signed({**HEADER, "alg": "EDDSA"}),
    "an access token": signed({**HEADER, "typ": "at+jwt"}),
    "typ in other case": signed({**HEADER, "typ": "Rapport-Permit+JWT"}),
    "no typ": signed({"alg": "EdDSA", "kid": "k1"}),
    "no kid": signed({"alg": "EdDSA", "typ": "rapport-permit+jwt"}),
    "another kid": signed({**HEADER, "kid": "k2"}),
    "kid is a number": signed({**HEADER, "kid": 1}),
    "crit": signed({**HEADER, "crit": ["exp"]}),
    "b64 false": signed({**HEADER, "b64": False}),
    "embedded key": signed({**HEADER, "jwk": jwks(OTHER)["keys"][0]}, key=OTHER),
    "key address": signed({**HEADER, "jku": "https://keys.example/"}),
    "doubled alg": signed('{"alg":"none","alg":"EdDSA","kid":"k1","typ":"rapport-permit+jwt"}'),
    "doubled sub": signed(claims=json.dumps(CLAIMS)[:-1] + ',"sub":"action-2"}'),
    "padded": resealed(lambda p: [p[0] + "=", p[1], p[2]]),
    "padded signature": resealed(lambda p: [p[0], p[1], p[2] + "=="]),
    "standard alphabet": resealed(lambda p: [p[0], p[1], p[2].replace("-", "+").replace("_", "/") + "+"]),
    "white space": " " + signed(),
    "line break": signed() + "\n",
    "four parts": signed() + ".x",
    "two parts": signed().rpartition(".")[0],
    "empty": "",
    "JSON form": json.dumps({"payload": "x", "signatures": []}),
    "claims are a list": signed(claims="[]"),
    "claims are no JSON": signed(claims="{"),
    "NaN": signed(claims=json.dumps(CLAIMS).replace('"stakeholder_version": 3', '"stakeholder_version": NaN')),
    "other audience": signed(claims={**CLAIMS, "aud": "executor-x"}),
    "audience list": signed(claims={**CLAIMS, "aud": [AUDIENCE]}),
    "unknown claim": signed(claims={**CLAIMS, "admin": True}),
    "exp is a text": signed(claims={**CLAIMS, "exp": "9999999999"}),
    "exp is true": signed(claims={**CLAIMS, "exp": True}),
    "exp is huge": signed(claims={**CLAIMS, "exp": 10**18}),
    "no approval": signed(claims={**CLAIMS, "approvals": {"count": 0, "sha256": "f" * 64}}),
    "approvals are a text": signed(claims={**CLAIMS, "approvals": "many"}),
    **{f"without {name}": without(name) for name in CLAIMS},
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_nothing_else_is_a_permit(token: str) -> None:
    with pytest.raises(BadPermit):
        verify_permit(token, jwks(), audience=AUDIENCE, now=NOW)


@pytest.mark.parametrize("minutes", [-31, 31, 60])
def test_outside_its_slot_it_is_no_permit(minutes: int) -> None:
    with pytest.raises(BadPermit):
        verify_permit(signed(), jwks(), audience=AUDIENCE, now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "keys", [{"keys": []}, jwks(kty="EC"), jwks(crv="X25519"), jwks(x="AAAA"), jwks(x=None), jwks(OTHER)]
)
def test_without_the_published_key_it_is_no_permit(keys: Any) -> None:
    with pytest.raises(BadPermit):
        verify_permit(signed(), keys, audience=AUDIENCE, now=NOW)


@pytest.mark.parametrize("keys", [{}, [], None, {"keys": None}, {"keys": {}}])
def test_what_is_no_key_set_is_named(keys: Any) -> None:
    with pytest.raises(UnusableKeys):
        verify_permit(signed(), keys, audience=AUDIENCE, now=NOW)


def test_every_bit_of_a_permit_counts() -> None:
    token = signed()
    for place in range(len(token)):
        for other in ("A", "B"):
            forged = token[:place] + other + token[place + 1 :]
            if forged != token:
                with pytest.raises(BadPermit):
                    verify_permit(forged, jwks(), audience=AUDIENCE, now=NOW)


@pytest.mark.parametrize("seconds", [-1, 61, 3600])
def test_clocks_may_not_be_called_further_apart_than_a_minute(seconds: int) -> None:
    with pytest.raises(ValueError, match="skew"):
        verify_permit(signed(), jwks(), audience=AUDIENCE, now=NOW, skew=timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [0, 5, 60])
def test_skew_is_granted_at_both_ends(seconds: int) -> None:
    skew, second = timedelta(seconds=seconds), timedelta(seconds=1)
    claims = {**CLAIMS, "iat": CLAIMS["nbf"]}
    begins, ends = (datetime.fromtimestamp(claims[name], UTC) for name in ("nbf", "exp"))
    for good in (begins - skew, ends + skew - second):
        assert verify_permit(signed(claims=claims), jwks(), audience=AUDIENCE, now=good, skew=skew)
    for bad in (begins - skew - second, ends + skew):
        with pytest.raises(BadPermit):
            verify_permit(signed(claims=claims), jwks(), audience=AUDIENCE, now=bad, skew=skew)


def test_a_permit_of_another_issuer_is_refused_where_one_is_named() -> None:
    assert verify_permit(signed(), jwks(), audience=AUDIENCE, now=NOW, issuer="rapport-compliance")
    with pytest.raises(BadPermit, match="another issuer"):
        verify_permit(signed(), jwks(), audience=AUDIENCE, now=NOW, issuer="another")


@pytest.mark.parametrize("token", [signed().encode(), None, 1, [signed()]])
def test_what_is_no_text_is_no_permit(token: Any) -> None:
    with pytest.raises(BadPermit, match="a token is a text"):
        verify_permit(token, jwks(), audience=AUDIENCE, now=NOW)
