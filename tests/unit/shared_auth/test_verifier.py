from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import OctKey

from shared.auth import TokenVerifier, Unauthenticated
from shared.auth.keys import KnownKeys
from shared.auth.verifier import SKEW_SECONDS
from shared.testing import TestIssuer

NOW = 1_800_000_000.0


class Time:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def an_issuer() -> TestIssuer:
    return TestIssuer(now=lambda: NOW)


def encoded(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


async def refused(token: str, issuer: TestIssuer | None = None) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        await (issuer or an_issuer()).verifier().verify(token)
    assert refusal.value.code == "unauthenticated"
    assert refusal.value.remedy
    return refusal.value.message


async def test_a_valid_token_names_its_person() -> None:
    issuer = an_issuer()
    token = issuer.token("audit:read", "audit:write", name="Dr Amira Sharma", roles=["author"])
    principal = await issuer.verifier().verify(token)
    assert (principal.subject, principal.name, principal.kind) == ("amira.medical", "Dr Amira Sharma", "person")
    assert principal.scopes == {"audit:read", "audit:write"}
    assert principal.roles == {"author"}
    assert principal.client_id == "test-client"


async def test_a_client_that_speaks_for_itself_is_a_service() -> None:
    issuer = an_issuer()
    principal = await issuer.verifier().verify(issuer.token(subject="executor-x", client_id="executor-x"))
    assert principal.kind == "service"


async def test_the_audience_may_be_one_of_several() -> None:
    issuer = an_issuer()
    assert await issuer.verifier().verify(issuer.token(aud=["other", "rapport"]))


async def test_an_unsigned_token_is_refused() -> None:
    claims = an_issuer().claims()
    header = {"alg": "none", "typ": "at+jwt", "kid": "test"}
    assert "three parts" not in await refused(f"{encoded(header)}.{encoded(claims)}.AA")
    await refused(f"{encoded(header)}.{encoded(claims)}.")


async def test_a_token_signed_with_the_public_key_as_shared_secret_is_refused() -> None:
    issuer = an_issuer()
    secret = OctKey.import_key(json.dumps(issuer.key.as_dict(private=False)).ljust(64))
    header = {"alg": "HS256", "typ": "at+jwt", "kid": "test"}
    token = jws.serialize_compact(header, json.dumps(issuer.claims()), secret, algorithms=["HS256"])
    assert "algorithm" in await refused(token, issuer)


async def test_an_algorithm_that_does_not_belong_to_the_key_is_refused() -> None:
    issuer = an_issuer()
    genuine = issuer.token()
    _, payload, signature = genuine.split(".")
    header = encoded({"alg": "RS256", "typ": "at+jwt", "kid": "test"})
    assert "does not belong" in await refused(f"{header}.{payload}.{signature}", issuer)


@pytest.mark.parametrize("kind", ["JWT", "jwt", None, "at+jwt ", "id+jwt"])
async def test_a_token_of_another_kind_is_refused(kind: Any) -> None:
    issuer = an_issuer()
    assert "at+jwt" in await refused(issuer.sign(issuer.claims(), typ=kind), issuer)


async def test_the_long_spelling_of_the_kind_is_accepted() -> None:
    issuer = an_issuer()
    assert await issuer.verifier().verify(issuer.sign(issuer.claims(), typ="application/AT+JWT"))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "somebody-else"},
        {"aud": None},
        {"aud": ["a", "b"]},
        {"aud": {"rapport": True}},
        {"iss": "http://evil.test"},
        {"iss": None},
        {"exp": NOW},
        {"exp": NOW - 1},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"nbf": NOW + SKEW_SECONDS + 1},
        {"nbf": "soon"},
        {"iat": NOW + SKEW_SECONDS + 1},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"client_id": None},
        {"jti": None},
    ],
)
async def test_a_claim_that_does_not_hold_is_refused(changes: dict[str, Any]) -> None:
    issuer = an_issuer()
    await refused(issuer.token(**changes), issuer)


async def test_a_clock_that_is_a_little_ahead_is_tolerated() -> None:
    issuer = an_issuer()
    ahead = NOW + SKEW_SECONDS - 1
    assert await issuer.verifier().verify(issuer.token(iat=ahead, nbf=ahead))


async def test_a_changed_payload_is_refused() -> None:
    issuer = an_issuer()
    header, _, signature = issuer.token("audit:read").split(".")
    forged = encoded(issuer.claims("audit:read", "permits:redeem"))
    assert "signature" in await refused(f"{header}.{forged}.{signature}", issuer)


async def test_a_token_of_a_stranger_with_the_same_key_id_is_refused() -> None:
    assert "signature" in await refused(an_issuer().token(), an_issuer())


async def test_a_key_nobody_published_is_refused() -> None:
    issuer = an_issuer()
    assert "does not publish" in await refused(issuer.sign(issuer.claims(), kid="other"), issuer)
    assert "name its key" in await refused(issuer.sign(issuer.claims(), kid=None), issuer)


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize("trick", ["=", "==", "\n", " ", "+", "/", "%3D"])
async def test_a_part_with_padding_or_foreign_characters_is_refused(part: int, trick: str) -> None:
    issuer = an_issuer()
    parts = issuer.token().split(".")
    parts[part] += trick
    await refused(".".join(parts), issuer)


async def test_loose_bits_at_the_end_of_a_signature_are_refused() -> None:
    issuer = an_issuer()
    token = issuer.token()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    assert base64.urlsafe_b64decode(twin.split(".")[2] + "==") == base64.urlsafe_b64decode(token.split(".")[2] + "==")
    assert "canonical" in await refused(twin, issuer)


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": False},
        {"crit": []},
        {"jwk": {"kty": "EC"}},
        {"jku": "http://evil.test/keys"},
        {"x5c": ["AA"]},
        {"zip": "DEF"},
    ],
)
async def test_a_header_parameter_that_changes_the_meaning_is_refused(extra: dict[str, Any]) -> None:
    issuer = an_issuer()
    header, payload, signature = issuer.token().split(".")
    members = {"alg": "ES256", "typ": "at+jwt", "kid": "test", **extra}
    assert header
    assert "parameters" in await refused(f"{encoded(members)}.{payload}.{signature}", issuer)


async def test_doubled_members_are_refused_in_header_and_claims() -> None:
    issuer = an_issuer()
    header, payload, signature = issuer.token().split(".")
    doubled_header = encoded('{"alg":"ES256","typ":"at+jwt","kid":"test","kid":"test"}')
    claims = json.dumps(issuer.claims())
    doubled_claims = encoded(claims[:-1] + ',"scope":"permits:redeem"}')
    assert "twice" in await refused(f"{doubled_header}.{payload}.{signature}", issuer)
    assert "twice" in await refused(f"{header}.{doubled_claims}.{signature}", issuer)


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b", "a.b.c.d", "☃.☃.☃", "e30.e30.", "bnVsbA.e30.AA", "W10.e30.AA", "x" * 20_000, "e30.TmFO.AA"],
)
async def test_rubbish_is_refused_and_never_breaks(token: str) -> None:
    await refused(token)


async def test_deeply_nested_claims_are_refused_and_never_break() -> None:
    header = encoded({"alg": "ES256", "typ": "at+jwt", "kid": "test"})
    await refused(f"{header}.{encoded('[' * 6000)}.AA")


async def test_a_remembered_token_ends_when_it_expires() -> None:
    time = Time()
    issuer = TestIssuer(now=time)
    verifier = issuer.verifier()
    token = issuer.token()
    principal = await verifier.verify(token)
    assert verifier.remembered(token) is principal
    time.now += 3600
    assert verifier.remembered(token) is None
    with pytest.raises(Unauthenticated, match="expired"):
        await verifier.verify(token)


async def test_a_withdrawn_key_takes_remembered_tokens_along() -> None:
    issuer = an_issuer()
    keys = issuer.keys()
    verifier = TokenVerifier(issuer.url, issuer.audience, keys=keys, now=lambda: NOW)
    token = issuer.token()
    await verifier.verify(token)
    withdraw(keys)
    with pytest.raises(Unauthenticated, match="does not publish"):
        await verifier.verify(token)


def withdraw(keys: KnownKeys) -> None:
    keys.replace({})
