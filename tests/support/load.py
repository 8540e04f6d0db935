"""Business load on a running system, from a seed: people change, actions are planned, submitted and decided on."""

from __future__ import annotations

import asyncio
import contextlib
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from support.system import RunningSystem

MAY_BE_DOWN = (httpx.TransportError, httpx.TimeoutException)
SLOT = timedelta(minutes=30)
LEAD = timedelta(seconds=45)


@dataclass(slots=True)
class Client:
    """One signed-in person. Retries while a part starts again; an unclear answer is looked up, not guessed."""

    http: httpx.AsyncClient
    system: RunningSystem
    user: str
    headers: dict[str, str]

    def prove_identity(self) -> None:
        """Sign in anew: each signature asks for it."""
        self.headers = {"Authorization": f"Bearer {self.system.token(self.user)}"}

    async def ask(self, method: str, service: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        url = f"{self.system.address(service)}{path}"
        while True:
            try:
                answer = await self.http.request(method, url, json=body, headers={**self.headers, **headers})
            except MAY_BE_DOWN:
                if method == "GET" or "Idempotency-Key" in headers:
                    await asyncio.sleep(0.3)
                    continue
                raise
            if answer.status_code < 500:  # 5xx: a part is being started again
                return answer
            await asyncio.sleep(0.3)


@dataclass(slots=True)
class Tally:
    """What the load knows it did."""

    commits: int = 0
    submitted: set[str] = field(default_factory=set[str])
    approved: set[str] = field(default_factory=set[str])
    rejected: set[str] = field(default_factory=set[str])
    left_alone: set[str] = field(default_factory=set[str])
    people: dict[str, int] = field(default_factory=dict[str, int])


async def register(client: Client, tally: Tally, name: str) -> str:
    """A researcher nobody has approached yet, with every fact known."""
    body = {
        "name": name,
        "type": "researcher",
        "country": "DE",
        "handles": [{"platform": "linkedin", "name": name.lower().replace(" ", "-")}],
        "lawful_basis": "legitimate_interest",
        "notice_sent_on": "2026-09-01",
        "contracted": False,
        "followers": 100,
        "minor": False,
        "relationship_stage": "aware",
    }
    answer = await client.ask("POST", "registry", "/v1/stakeholders", body, **{"Idempotency-Key": name})
    assert answer.status_code == 201, answer.text
    tally.commits += 1
    return str(answer.json()["id"])


async def keep_changing(client: Client, tally: Tally, stakeholder_id: str, changes: int) -> None:
    """`changes` committed changes of one person, each on top of the last."""
    path = f"/v1/stakeholders/{stakeholder_id}"
    version = int((await client.ask("GET", "registry", path)).json()["version"])
    goal = version + changes
    while version < goal:
        try:
            answer = await client.ask(
                "PATCH", "registry", path, {"followers": 1000 + version}, **{"If-Match": f'"v{version}"'}
            )
        except MAY_BE_DOWN:
            await asyncio.sleep(0.2)
            answer = None
        if answer is not None and answer.is_success:
            version = int(answer.json()["version"])
            continue
        assert answer is None or answer.status_code in {409, 412, 503}, answer.text
        # it may or may not have been committed: the registry knows
        version = int((await client.ask("GET", "registry", path)).json()["version"])
    tally.people[stakeholder_id] = version
    tally.commits += changes


async def plan_actions(author: Client, tally: Tally, people: list[str], engager: str) -> None:
    """One thanks for each of `people`, submitted."""
    now = datetime.now(UTC)  # noqa: TID251 - slots are in real time
    plan = {
        "title": "Under fire",
        "therapy_area": "Endocrinology",
        "objective": "Be of use to researchers",
        "starts_on": now.date().isoformat(),
        "ends_on": (now + timedelta(days=300)).date().isoformat(),
    }
    made = await author.ask("POST", "planner", "/v1/plans", plan, **{"Idempotency-Key": f"plan {now.isoformat()}"})
    plan_id = made.json()["id"]
    for number, person in enumerate(people):
        action = _thanks(person, engager, number)
        key = {"Idempotency-Key": f"{plan_id} {number}"}
        made = await author.ask("POST", "planner", f"/v1/plans/{plan_id}/actions", action, **key)
        assert made.status_code == 201, made.text
        await _submit(author, str(made.json()["id"]))
        tally.submitted.add(str(made.json()["id"]))
        tally.commits += 2


async def _submit(author: Client, action_id: str) -> None:
    """Submit once, whatever happens to the answer."""
    while True:
        try:
            answer = await author.ask("POST", "planner", f"/v1/actions/{action_id}/submission")
        except MAY_BE_DOWN:
            await asyncio.sleep(0.3)
            continue
        seen = await author.ask("GET", "planner", f"/v1/actions/{action_id}")
        if seen.json()["state"] != "draft":
            return
        assert answer.status_code in {409, 503}, answer.text
        if "slot" in answer.text:  # it began before we got through
            with contextlib.suppress(*MAY_BE_DOWN):
                change = {"scheduled_for": _slot()}
                await author.ask(
                    "PATCH", "planner", f"/v1/actions/{action_id}", change, **{"If-Match": seen.headers["ETag"]}
                )
        await asyncio.sleep(0.5)  # or the planner does not know the person yet


def _slot() -> dict[str, str]:
    """Far enough ahead to be submitted in time even while a part is being started again."""
    start = datetime.now(UTC) + LEAD  # noqa: TID251 - slots are in real time
    return {"start": start.isoformat(), "end": (start + SLOT).isoformat()}


def _thanks(person: str, engager: str, number: int) -> dict[str, Any]:
    return {
        "type": "message",
        "stakeholder_id": person,
        "engager_id": engager,
        "channel": {"platform": "linkedin", "audience": "private", "account": "corporate", "country": "DE"},
        "purpose": "Say thank you",
        "value_statement": "Knows the session was of use",
        "kpi": "An answer, or none",
        "text": f"Thank you for chairing the open session number {number} on clinic letters.",
        "declaration": "Sent by Havelmark Pharma",
        "unsolicited": False,
        "scheduled_for": _slot(),
    }


async def decide(reviewer: Client, tally: Tally, chance: random.Random, expected: int) -> None:
    """Vote on every case that reaches the queue: approve most, reject some, leave some alone."""
    decided: set[str] = set()
    while len(decided) < expected:
        queue = (await reviewer.ask("GET", "compliance", "/v1/cases?state=in_review&limit=200")).json()["items"]
        waiting = [each["action_id"] for each in queue if each["action_id"] in tally.submitted - decided]
        for action_id in waiting:
            await _decide(reviewer, tally, action_id, chance.choice(("approve", "approve", "reject", "nothing")))
            decided.add(action_id)
        await asyncio.sleep(0.5)


async def _decide(reviewer: Client, tally: Tally, action_id: str, decision: str) -> None:
    if decision == "nothing":
        tally.left_alone.add(action_id)
        return
    while True:
        case = await reviewer.ask("GET", "compliance", f"/v1/cases/{action_id}")
        if case.json()["state"] != "in_review":
            break
        ballot = {
            "decision": decision,
            "meaning": "reviewed for non-promotional content",
            "reason": "not now" if decision == "reject" else None,
            "content_sha256": case.json()["content_sha256"],
        }
        path = f"/v1/cases/{action_id}/votes"
        try:
            reviewer.prove_identity()
            await reviewer.ask("POST", "compliance", path, ballot, **{"If-Match": case.headers["ETag"]})
        except MAY_BE_DOWN:
            await asyncio.sleep(0.3)
    (tally.approved if decision == "approve" else tally.rejected).add(action_id)
    tally.commits += 1
