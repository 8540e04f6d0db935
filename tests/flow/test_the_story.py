"""The whole story on the whole system: told twice, delivered twice, and told the same by every service."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from support.system import RunningSystem
from support.whole_story import REVIEWER, acts, callers, contents, disagreement, eventually, run, send_everything_again

pytestmark = [pytest.mark.platform, pytest.mark.timeout(420)]


def test_the_first_sign_in_shows_work_a_block_a_safety_case_and_a_stop(system: RunningSystem) -> None:
    with callers(system) as apis:
        reviewer = apis.sign_in(REVIEWER)
        cases = reviewer.every("compliance", "/v1/cases")
        states = Counter(case["state"] for case in cases)
        blocked = [
            reviewer.get("compliance", f"/v1/cases/{case['action_id']}") for case in cases if case["state"] == "blocked"
        ]
        remedies = [each["remedy"] for case in blocked for each in case["judgement"]["findings"]]

        assert states["in_review"] >= 1
        assert states["blocked"] >= 1
        assert states["paused"] >= 1
        assert any(remedies)
        assert reviewer.every("compliance", "/v1/safety-cases")
        assert reviewer.every("compliance", "/v1/medical-information-cases")
        people = reviewer.every("registry", "/v1/stakeholders")
        assert len(people) == 40
        assert len(reviewer.every("audit", "/v1/posts")) == 171


def test_demo_data_loaded_again_changes_nothing(system: RunningSystem) -> None:
    with callers(system) as apis:
        reviewer = apis.sign_in(REVIEWER)
        before = [reviewer.every(*what) for what in _LISTS]

        again = run(system, "rapport.demo_data")

        assert again.returncode == 0, again.stderr
        assert "0 imported, 40 known" in again.stdout
        assert "0 planned, 12 known" in again.stdout
        assert [[each["id"] for each in reviewer.every(*what)] for what in _LISTS] == [
            [each["id"] for each in items] for items in before
        ]


_LISTS = (("registry", "/v1/stakeholders"), ("audit", "/v1/posts"), ("planner", "/v1/actions"))


def test_the_demo_tells_the_whole_story_as_often_as_one_likes(system: RunningSystem) -> None:
    for _ in range(2):
        told = system.rapport("demo")
        assert told.returncode == 0, told.stdout + told.stderr
        assert "All 17 steps happened" in told.stdout


def test_a_demo_that_fails_names_the_step_and_where_to_look(system: RunningSystem) -> None:
    told = run(system, "rapport", "demo", RAPPORT_AUDIT_URL="http://127.0.0.1:1")

    assert told.returncode != 0
    assert "step 3 failed" in told.stderr
    assert "Expected:" in told.stderr
    assert "What to do:" in told.stderr


def test_planner_and_compliance_agree_on_every_action(system: RunningSystem) -> None:
    with callers(system) as apis:
        reviewer = apis.sign_in(REVIEWER)

        eventually(lambda: disagreement(reviewer))


def test_everything_delivered_a_second_time_changes_nothing(system: RunningSystem) -> None:
    with callers(system) as apis:
        reviewer = apis.sign_in(REVIEWER)
        eventually(lambda: disagreement(reviewer))
    _await_rest(system)
    before, published = contents(system), acts(system)

    repeated = send_everything_again(system.kafka)
    _await_rest(system)
    after = contents(system)

    assert repeated > 300
    assert {table for table in before if before[table] != after[table]} == set()
    assert acts(system) == published


def test_every_permit_led_to_one_act_at_most(system: RunningSystem) -> None:
    used = Counter(act["permit_id"] for act in acts(system))

    assert used
    assert set(used.values()) == {1}


def _await_rest(system: RunningSystem) -> None:
    """Until the tables have not changed for three seconds."""
    seen, since = contents(system), time.monotonic()
    deadline = time.monotonic() + 90
    while time.monotonic() - since < 3:
        assert time.monotonic() < deadline, "the system does not come to rest"
        time.sleep(0.5)
        now = contents(system)
        if now != seen:
            seen, since = now, time.monotonic()
