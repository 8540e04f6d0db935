"""The whole system under load while its parts are killed in turn."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter
from pathlib import Path

import httpx
import pytest

from support import load, verdicts
from support.system import RunningSystem, running_system

SEED = int(os.environ.get("RAPPORT_FAULT_SEED", "20261122"))
COMMITS = int(os.environ.get("RAPPORT_FAULT_COMMITS", "4000"))
CHANGING_PEOPLE = 12
ACTIONS = 60
ROUNDS = 2
PAUSE_SECONDS = 3.0
VICTIMS = (
    "registry-worker",  # holds the relay that the load needs
    "registry-api",
    "compliance-worker",
    "kafka",
    "compliance-api",
    "planner-worker",
    "executor",
    "postgres",
    "audit-worker",
    "planner-api",
)


async def kill_in_turn(system: RunningSystem, chance: random.Random) -> list[str]:
    """`kill -9` every victim, ROUNDS times, each round in another seeded order."""
    order = [victim for _ in range(ROUNDS) for victim in chance.sample(VICTIMS, len(VICTIMS))]
    for victim in order:
        await asyncio.sleep(PAUSE_SECONDS)
        while not await asyncio.to_thread(killed, system, victim):
            await asyncio.sleep(0.5)  # it is just being started again
    return order


def killed(system: RunningSystem, victim: str) -> bool:
    try:
        system.kill(victim)
    except (ProcessLookupError, KeyError):
        return False
    return True


async def put_under_fire(system: RunningSystem) -> tuple[load.Tally, list[str]]:
    chance, tally = random.Random(SEED), load.Tally()
    limits = httpx.Limits(max_connections=40)
    async with httpx.AsyncClient(timeout=20, limits=limits, trust_env=False) as http:

        def client(user: str) -> load.Client:
            return load.Client(http, system, user, {"Authorization": f"Bearer {system.token(user)}"})

        author, reviewer = client("amira.medical"), client("rosa.reviewer")
        engagers = (await author.ask("GET", "registry", "/v1/engagers?limit=50")).json()["items"]
        engager = next(each["id"] for each in engagers if each["function"] == "medical")
        changing = [
            await load.register(author, tally, f"Changing {SEED} {number}") for number in range(CHANGING_PEOPLE)
        ]
        thanked = [await load.register(author, tally, f"Thanked {SEED} {number}") for number in range(ACTIONS)]
        fire = asyncio.create_task(kill_in_turn(system, chance))
        async with asyncio.TaskGroup() as work:
            for person in changing:
                work.create_task(load.keep_changing(author, tally, person, COMMITS // CHANGING_PEOPLE))
            work.create_task(load.plan_actions(author, tally, thanked, engager))
            work.create_task(load.decide(reviewer, tally, chance, len(thanked)))
        return tally, await fire


async def all_redeemed(system: RunningSystem, approved: set[str], *, seconds: float = 180) -> list[str]:
    """Wait for the sandbox executor to redeem every released permit; the approved actions that never got there."""
    for _ in range(int(seconds)):
        states = await verdicts.rows(system, "compliance", "SELECT action_id, state FROM cases")
        late = [row[0] for row in states if row[0] in approved and row[1] in {"approved", "released"}]
        if not late:
            return []
        await asyncio.sleep(1)
    return late


@pytest.mark.platform
@pytest.mark.fault
@pytest.mark.timeout(900)
async def test_nothing_is_lost_doubled_reordered_or_released_without_approval(tmp_path: Path) -> None:
    with running_system(tmp_path / "under fire") as system:
        tally, deaths = await put_under_fire(system)
        await asyncio.to_thread(system.await_ready, 60)
        await verdicts.settled(system, tally.people)
        assert await all_redeemed(system, tally.approved) == []

        states = {
            row[0]: row[1] for row in await verdicts.rows(system, "compliance", "SELECT action_id, state FROM cases")
        }
        assert tally.submitted <= set(states), "a submitted action was lost on its way to the gate"
        assert not [each for each in tally.left_alone | tally.rejected if states[each] in {"released", "redeemed"}]
        assert await verdicts.released_without_approval(system) == []

        people = verdicts.versions_by_key(await verdicts.read_topic(system, "registry.stakeholder"))
        assert verdicts.out_of_order(people) == []
        assert verdicts.with_gaps(people, tally.people) == []
        told = await verdicts.read_topic(system, "compliance.case", types=verdicts.a_change_of_a_case)
        cases_told = verdicts.versions_by_key(told)
        assert verdicts.out_of_order(cases_told) == []
        for service in verdicts.DATABASES:
            assert await verdicts.rows(system, service, "SELECT * FROM parked_keys") == []

        acted = [
            json.loads(line)["permit_id"]
            for file in (system.data / "sandbox-channels").glob("*.jsonl")
            for line in file.read_text("utf-8").splitlines()
        ]
        assert [permit for permit, times in Counter(acted).items() if times > 1] == [], "acted twice on one permit"
        outcome = Counter(states[each] for each in tally.submitted)
        print(f"\nseed {SEED}: {tally.commits} commits, killed {dict(Counter(deaths))}, actions {dict(outcome)}")
