"""What an executor accepts as the gate's revocation list, and everything it does not."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rapport_permit import BadPermit, BadRevocations, verify_permit, verify_revocations

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
AUDIENCE = "executor-mastodon"
HEADER = {"alg": "EdDSA", "kid": "k1", "typ": "rapport-revocations+jwt"}
AT = int((NOW - timedelta(hours=1)).timestamp())
ENTRY: dict[str, Any] = {"jti": "p1", "at": AT, "reason": "stopped"}
CLAIMS: dict[str, Any] = {
    "iss": "rapport-compliance",
    "aud": AUDIENCE,
    "iat": int((NOW - timedelta(minutes=1)).timestamp()),
    "exp": int((NOW + timedelta(minutes=4)).timestamp()),
    "revoked": [ENTRY, {"jti": "p2", "at": AT, "reason": "content"}],
}
IAT, EXP = CLAIMS["iat"], CLAIMS["exp"]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: Any = None, claims: Any = None, *, key: Ed25519PrivateKey = KEY) -> str:
    head = header if isinstance(header, str) else json.dumps(header or HEADER)
    body = claims if isinstance(claims, str) else json.dumps(claims or CLAIMS)
    message = f"{b64(head.encode())}.{b64(body.encode())}"
    return f"{message}.{b64(key.sign(message.encode()))}"


def saying(**changes: Any) -> str:
    return signed(claims={**CLAIMS, **changes})


def listing(**changes: Any) -> str:
    return saying(revoked=[{**ENTRY, **changes}])


def jwks() -> dict[str, Any]:
    raw = KEY.public_key().public_bytes_raw()
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": b64(raw), "kid": "k1"}]}


def test_a_list_tells_which_permits_are_revoked_since_when_and_for_what() -> None:
    found = verify_revocations(signed(), jwks(), audience=AUDIENCE, now=NOW, issuer="rapport-compliance")
    assert set(found.revoked) == {"p1", "p2"}
    assert found.revoked["p2"].reason == "content"
    assert found.revoked["p1"].at == NOW - timedelta(hours=1)
    assert found.next_update == NOW + timedelta(minutes=4)


def test_an_empty_list_is_a_list() -> None:
    assert verify_revocations(saying(revoked=[]), jwks(), audience=AUDIENCE, now=NOW).revoked == {}


def test_a_list_is_good_until_its_next_update_and_not_after() -> None:
    skew = timedelta(seconds=5)
    ends = NOW + timedelta(minutes=4)
    assert verify_revocations(signed(), jwks(), audience=AUDIENCE, now=ends + skew - timedelta(seconds=1), skew=skew)
    with pytest.raises(BadRevocations, match="too old"):
        verify_revocations(signed(), jwks(), audience=AUDIENCE, now=ends + skew, skew=skew)


REFUSED = {
    "wrong key": signed(key=OTHER),
    "unknown key": signed({**HEADER, "kid": "k2"}),
    "alg none": signed({**HEADER, "alg": "none"}),
    "alg HS256": signed({**HEADER, "alg": "HS256"}),
    "alg in other case": signed({**HEADER, "alg": "EDDSA"}),
    "a permit": signed({**HEADER, "typ": "rapport-permit+jwt"}),
    "typ left out": signed({"alg": "EdDSA", "kid": "k1"}),
    "crit": signed({**HEADER, "crit": ["exp"]}),
    "jwk in the header": signed({**HEADER, "jwk": jwks()["keys"][0]}),
    "kid of another type": signed({**HEADER, "kid": 1}),
    "header member twice": signed(json.dumps(HEADER)[:-1] + ', "alg": "none"}'),
    "a claim more": saying(nbf=IAT),
    "a claim less": signed(claims={name: value for name, value in CLAIMS.items() if name != "exp"}),
    "a claim twice": signed(claims=json.dumps(CLAIMS)[:-1] + ', "revoked": []}'),
    "no list": saying(revoked={}),
    "an entry with a field more": listing(stakeholder="person-1"),
    "an entry with a field less": saying(revoked=[{"jti": "p1", "at": AT}]),
    "an entry that is a text": saying(revoked=["p1"]),
    "an entry twice": saying(revoked=[ENTRY, ENTRY]),
    "an entry of the future": listing(at=EXP),
    "an id that is a number": listing(jti=1),
    "an id with a blank": listing(jti="p 1"),
    "a reason in words": listing(reason="she has asked us to stop"),
    "a moment as text": listing(at=str(AT)),
    "a moment that is true": listing(at=True),
    "a moment before time": listing(at=-1),
    "for another executor": saying(aud="executor-x"),
    "for several executors": saying(aud=[AUDIENCE]),
    "good for longer than any": saying(exp=IAT + 901),
    "good for no time": saying(exp=IAT),
    "made in the future": saying(iat=int((NOW + timedelta(seconds=6)).timestamp()), exp=EXP + 60),
    "from yesterday": saying(iat=IAT - 86_400, exp=EXP - 86_400, revoked=[]),
    "padding": signed() + "=",
    "cut signature": signed()[:-6],
    "two parts": ".".join(signed().split(".")[:2]),
    "swapped payload": ".".join([signed().split(".")[0], b64(json.dumps({**CLAIMS, "revoked": []}).encode()), "AA"]),
    "not a token": "",
    "longer than any": "A" * 4_000_001,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_is_refused(name: str) -> None:
    with pytest.raises(BadRevocations):
        verify_revocations(REFUSED[name], jwks(), audience=AUDIENCE, now=NOW)


def test_another_issuer_is_refused_where_one_is_expected() -> None:
    with pytest.raises(BadRevocations, match="issuer"):
        verify_revocations(signed(), jwks(), audience=AUDIENCE, now=NOW, issuer="somebody")


def test_any_single_byte_changed_is_refused() -> None:
    token = signed()
    for position in range(len(token)):
        other = "A" if token[position] != "A" else "B"
        with pytest.raises(BadRevocations):
            verify_revocations(token[:position] + other + token[position + 1 :], jwks(), audience=AUDIENCE, now=NOW)


def test_a_list_is_never_taken_for_a_permit() -> None:
    with pytest.raises(BadPermit):
        verify_permit(signed(), jwks(), audience=AUDIENCE, now=NOW)


def test_thousands_of_permits_fit_on_a_list() -> None:
    many = [
        {"jti": f"0199a000-0000-7000-8000-{number:012d}", "at": AT, "reason": "stopped"} for number in range(20_000)
    ]
    assert len(verify_revocations(saying(revoked=many), jwks(), audience=AUDIENCE, now=NOW).revoked) == 20_000
