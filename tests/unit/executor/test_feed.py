"""Offsets are committed behind what is settled, and settings are complete or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.executor.feed import Settling
from rapport.executor.process import Settings
from rapport.problem import Problem

COMPLETE = {
    "RAPPORT_COMPLIANCE_URL": "http://127.0.0.1:1",
    "RAPPORT_PLANNER_URL": "http://127.0.0.1:2",
    "RAPPORT_AUTH_ISSUER": "http://127.0.0.1:3",
    "RAPPORT_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:4",
    "RAPPORT_DATA": "data",
    "RAPPORT_CLIENT_SECRET_EXECUTOR_X": "a",
    "RAPPORT_CLIENT_SECRET_EXECUTOR_IN_PERSON": "b",
    "RAPPORT_CLIENT_SECRET_EXECUTOR_MASTODON": "c",
}


@given(st.permutations(range(8)), st.integers(0, 8))
def test_nothing_unsettled_is_ever_committed(order: list[int], settled: int) -> None:
    settling = Settling()
    for offset in range(8):
        settling.begin(offset)
    for offset in order[:settled]:
        settling.end(offset)

    waiting = set(order[settled:])

    assert settling.committable == min(waiting, default=8)


def test_the_sandbox_serves_every_executor_but_the_one_the_demo_plays() -> None:
    settings = Settings.from_environment(COMPLETE)

    assert set(settings.secrets) == {"executor-x", "executor-in-person"}
    assert settings.channels == Path("data") / "sandbox-channels"


def test_named_audiences_narrow_it_and_one_without_a_secret_is_refused() -> None:
    named = Settings.from_environment({**COMPLETE, "RAPPORT_SANDBOX_AUDIENCES": "executor-mastodon"})

    assert set(named.secrets) == {"executor-mastodon"}
    with pytest.raises(Problem, match="executor-blog"):
        Settings.from_environment({**COMPLETE, "RAPPORT_SANDBOX_AUDIENCES": "executor-blog"})


@pytest.mark.parametrize("name", [name for name in COMPLETE if "SECRET" not in name])
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(Problem, match=name):
        Settings.from_environment({each: value for each, value in COMPLETE.items() if each != name})
