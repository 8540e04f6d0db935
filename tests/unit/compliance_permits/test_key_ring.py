"""Whatever an operator does, and whenever: permits verify for as long as they live, unless their key was revoked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.domain.permit_key import GRACE, KeyChange, KeyRing, PermitKey
from shared.kernel.errors import InvalidTransition
from support.compliance_builders import NOW
from support.permit_keys import hand

Step = tuple[Literal["rotate", "retire", "revoke"], int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["rotate", "rotate", "retire", "revoke"]),
        st.integers(0, 9),  # which key
        st.sampled_from([0, 60, 600, 3600]),  # how long ahead
        st.sampled_from([1, 30, 299, 301, 600, 4000]),  # seconds until the next step
    ),
    max_size=12,
)
LIFE = timedelta(minutes=40)


def a_key(number: int, at: datetime, ahead: int) -> PermitKey:
    published = (KeyChange("published", hand(at)),)
    return PermitKey(
        name=str(number), kid=f"{number:04}", x="", signs_from=at + timedelta(seconds=ahead), history=published
    )


def taken(ring: KeyRing, step: Step, now: datetime) -> KeyRing:
    """What `rapport permit keys` makes of the ring."""
    what, which, ahead, _ = step
    if what == "rotate":
        return ring.with_new(a_key(len(ring.keys), now, ahead))
    kid = ring.keys[which % len(ring.keys)].kid
    try:
        changed = ring.revoked(kid, hand(now)) if what == "revoke" else ring.without(kid, hand(now))
    except InvalidTransition:
        return ring
    return changed if changed.signing(now) else changed.with_new(a_key(len(changed.keys), now, 0))


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_every_permit_verifies_until_it_ends_or_its_key_is_revoked(steps: list[Step]) -> None:
    now, ring = NOW, KeyRing((a_key(0, NOW, 0),))
    ends: dict[str, datetime] = {}
    destroyed: set[str] = set()
    for step in [*steps, ("rotate", 0, 0, 1), ("rotate", 0, 0, 90_000)]:
        ring = taken(ring, step, now)
        until = now + timedelta(seconds=step[3])
        while now < until:
            signing = ring.signing(now)
            assert signing is not None
            assert signing.kid not in destroyed
            published = {key.kid for key in ring.published(now, ends)}
            assert signing.kid in published
            revoked = {key.kid for key in ring.keys if key.revoked_at}
            assert not published & revoked
            assert {kid for kid, end in ends.items() if now < end} - revoked <= published
            destroyed |= {key.kid for key in ring.spent(now)}
            ends[signing.kid] = max(ends.get(signing.kid, now), now + LIFE)
            now += max(timedelta(seconds=1), (until - now) / 3)
    assert {key.kid for key in ring.published(now + LIFE + GRACE, ends)} == {ring.keys[-1].kid}


@given(STEPS)
@settings(max_examples=100, deadline=None)
def test_a_key_signs_no_sooner_than_it_was_said_unless_there_is_no_other(steps: list[Step]) -> None:
    now, ring = NOW, KeyRing((a_key(0, NOW, 0),))
    for step in steps:
        ring = taken(ring, step, now)
        signing = ring.signing(now)
        assert signing is not None
        if now < signing.signs_from:
            assert not [
                key for key in ring.keys if key.signs_from <= now and not key.revoked_at and not ring.ended(key, now)
            ]
        now += timedelta(seconds=step[3])


def test_what_would_happen_if_an_old_key_were_forgotten_with_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(ring: KeyRing, now: datetime, _: object) -> list[PermitKey]:
        return [key for key in ring.keys if key == ring.signing(now)]

    monkeypatch.setattr(KeyRing, "published", forgetful)
    with pytest.raises(AssertionError):
        test_every_permit_verifies_until_it_ends_or_its_key_is_revoked()
