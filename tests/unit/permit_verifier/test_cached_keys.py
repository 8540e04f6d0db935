from __future__ import annotations

from typing import Any

import pytest

from permit_vectors.forging import STRANGER, jwk
from rapport_permit import CachedKeys, UnusableKeys


class Gate:
    """Publishes what it is told to, and counts who asks."""

    def __init__(self, *kids: str) -> None:
        self.kids, self.asked, self.now = kids, 0, 0.0
        self.fails: Exception | None = None

    def fetch(self) -> dict[str, Any]:
        self.asked += 1
        if self.fails:
            raise self.fails
        return {"keys": [jwk(kid=kid) for kid in self.kids]}

    def keys(self) -> CachedKeys:
        return CachedKeys(self.fetch, monotonic=lambda: self.now)


def test_keys_are_asked_for_once_and_kept() -> None:
    gate = Gate("k1")
    keys = gate.keys()
    assert all(keys.find("k1") for _ in range(50))
    assert gate.asked == 1
    gate.now = 301
    assert keys.find("k1")
    assert gate.asked == 2


def test_a_key_published_meanwhile_is_found_at_once() -> None:
    gate = Gate("k1")
    keys = gate.keys()
    keys.find("k1")
    gate.kids, gate.now = ("k1", "k2"), 10.0
    assert keys.find("k2")
    assert gate.asked == 2


def test_forged_names_do_not_make_it_ask_the_gate_again_and_again() -> None:
    gate = Gate("k1")
    keys = gate.keys()
    for second in range(100):
        gate.now = float(second)
        if second % 10:
            with pytest.raises(UnusableKeys, match="verify again"):
                keys.find(f"forged-{second}")
        else:
            assert keys.find(f"forged-{second}") is None
        assert keys.find("k1")
    assert gate.asked == 10


def test_a_key_published_a_moment_after_the_last_look_is_not_called_unknown() -> None:
    gate = Gate("k1")
    keys = gate.keys()
    keys.find("k1")
    gate.kids, gate.now = ("k1", "k2"), 3.0
    with pytest.raises(UnusableKeys, match="verify again"):
        keys.find("k2")
    gate.now = 10.0
    assert keys.find("k2")


def test_a_withdrawn_key_is_forgotten_when_the_keys_are_fresh_again() -> None:
    gate = Gate("k1", "k2")
    keys = gate.keys()
    assert keys.find("k2")
    gate.kids, gate.now = ("k1",), 301.0
    assert keys.find("k2") is None


@pytest.mark.parametrize("silence", [OSError("no route"), UnusableKeys("503"), TimeoutError()])
def test_known_keys_stay_good_for_an_hour_of_silence(silence: Exception) -> None:
    gate = Gate("k1")
    keys = gate.keys()
    assert keys.find("k1")
    gate.fails, gate.now = silence, 3600.0
    assert keys.find("k1")
    gate.now = 3601.0
    with pytest.raises(UnusableKeys, match="no current keys"):
        keys.find("k1")
    gate.fails, gate.now = None, 3611.0
    assert keys.find("k1")


def test_without_any_answer_there_are_no_keys_and_the_reason_is_told() -> None:
    gate = Gate()
    gate.fails = OSError("no route to the gate")
    with pytest.raises(UnusableKeys, match="no route"):
        gate.keys().find("k1")


def test_an_answer_that_is_no_key_set_does_not_replace_the_keys() -> None:
    given: list[Any] = [
        {"keys": [jwk(kid="k1")]},
        {"keys": None},
        [],
        {"keys": [jwk(kid="k1"), jwk(STRANGER, kid="k1")]},
    ]
    now = [0.0]
    keys = CachedKeys(lambda: given.pop(0), monotonic=lambda: now[0])
    for at in (0.0, 301.0, 602.0, 903.0):
        now[0] = at
        assert keys.find("k1")
    assert given == []
