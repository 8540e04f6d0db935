"""Every vector of tests/permit_vectors: 0 false accepts, no false refusal, and no other error than a refusal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permit_vectors import forging
from permit_vectors.generate import FAMILIES, FOLDER, written
from rapport_permit import BadPermit, CachedKeys, PermitVerifier, UnusableKeys, VerifiedPermit, verify_permit

PUBLISHED = json.loads((FOLDER / "published.json").read_text())
VECTORS = {name: json.loads((FOLDER / f"{name}.json").read_text()) for name in FAMILIES}
REFUSED = [
    (f"{family}: {each['name']}", each) for family in VECTORS if family != "accepted" for each in VECTORS[family]
]
ACCEPTED = [(each["name"], each) for each in VECTORS["accepted"]]
TOKEN = forging.signed()


def shown(vector: dict[str, Any]) -> VerifiedPermit:
    case = {**PUBLISHED, **vector}
    now = datetime.fromtimestamp(case["now"], UTC)
    return verify_permit(case["token"], case["keys"], audience=case["audience"], now=now)


def test_there_are_enough_of_them_and_each_tries_something_else() -> None:
    names = [name for name, _ in REFUSED]
    assert len(names) >= 500
    assert len(names) == len(set(names))
    shown_differently = {
        json.dumps([each.get(key) for key in ("token", "keys", "audience", "now")]) for _, each in REFUSED
    }
    assert len(shown_differently) >= len(names) - 8


def test_the_files_are_what_the_script_writes() -> None:
    assert {name: (FOLDER / name).read_text() for name in written()} == written()


@pytest.mark.parametrize("vector", [each for _, each in REFUSED], ids=[name for name, _ in REFUSED])
def test_it_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises((BadPermit, UnusableKeys)):
        shown(vector)
    case = {**PUBLISHED, **vector}
    keys = CachedKeys(lambda: case["keys"])
    verifier = PermitVerifier(keys, audience=case["audience"], clock=lambda: datetime.fromtimestamp(case["now"], UTC))
    with pytest.raises((BadPermit, UnusableKeys)):
        verifier.verify(case["token"])


@pytest.mark.parametrize("vector", [each for _, each in ACCEPTED], ids=[name for name, _ in ACCEPTED])
def test_it_is_accepted(vector: dict[str, Any]) -> None:
    assert shown(vector).permit_id == forging.CLAIMS["jti"]


def test_the_points_of_small_order_are_what_they_are_called() -> None:
    d = -121665 * pow(121666, -1, forging.PRIME) % forging.PRIME
    for name, encoded in forging.low_order().items():
        y = (encoded & ~(1 << 255)) % forging.PRIME
        x2 = (y * y - 1) * pow(d * y * y + 1, -1, forging.PRIME) % forging.PRIME
        for _ in range(3):  # doubling three times leads to the identity: only y and x squared are needed
            square = y * y % forging.PRIME
            product = d * x2 * square % forging.PRIME
            doubled_y = (square + x2) * pow(1 - product, -1, forging.PRIME) % forging.PRIME
            x2 = 4 * x2 * square * pow((1 + product) ** 2, -1, forging.PRIME) % forging.PRIME
            y = doubled_y
        assert (x2, y) == (0, 1), name


@given(place=st.integers(0, len(TOKEN) - 1), byte=st.integers(0, 255))
@settings(max_examples=1000, deadline=None)
def test_a_single_byte_changed_is_refused(place: int, byte: int) -> None:
    forged = TOKEN[:place] + chr(byte) + TOKEN[place + 1 :]
    if forged != TOKEN:
        with pytest.raises(BadPermit):
            shown({"token": forged})


@given(place=st.integers(0, len(TOKEN)), cut=st.integers(0, 3), put=st.text(max_size=3))
@settings(max_examples=500, deadline=None)
def test_anything_put_in_or_cut_out_is_refused(place: int, cut: int, put: str) -> None:
    forged = TOKEN[:place] + put + TOKEN[place + cut :]
    if forged != TOKEN:
        with pytest.raises(BadPermit):
            shown({"token": forged})


@given(st.text() | st.text(alphabet="ey.JhbGciOiJFZERTQSJ9-_=", max_size=300))
@settings(max_examples=500, deadline=None)
def test_no_text_makes_it_fail_in_another_way(text: str) -> None:
    with pytest.raises(BadPermit):
        shown({"token": text})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["keys", "kty", "x"]), JSON) | JSON, st.lists(JSON, max_size=3))
@settings(max_examples=300, deadline=None)
def test_no_key_set_makes_it_fail_in_another_way(jwks: Any, entries: list[Any]) -> None:
    for published in (jwks, {"keys": entries}, {"keys": [{**forging.jwk(), "x": each} for each in entries]}):
        with pytest.raises((BadPermit, UnusableKeys)):
            shown({"token": TOKEN, "keys": published})


@given(name=st.sampled_from(sorted(forging.CLAIMS)), value=JSON)
@settings(max_examples=500, deadline=None)
def test_no_value_of_a_claim_makes_it_fail_in_another_way(name: str, value: Any) -> None:
    try:
        shown({"token": forging.signed(claims={**forging.CLAIMS, name: value})})
    except BadPermit:
        return
    assert type(value) is type(forging.CLAIMS[name])
