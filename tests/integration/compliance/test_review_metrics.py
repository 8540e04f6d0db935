"""Metrics of reviews equal what anybody counts from the ledger; they are served by group, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest
import pytest_asyncio

from compliance.adapters.circulations.queries import RoundQueries
from compliance.domain.circulations.metrics import figures_by, spread
from compliance.domain.slot import Slot
from shared.kernel.errors import DomainError
from shared.kernel.ids import new_id
from shared.testing import TestIssuer
from support.compliance_builders import A_CLOCK, ROSA, SAM
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.recount import Counted, recount

pytestmark = pytest.mark.platform
ISSUER = TestIssuer()
READ = ISSUER.authorization("compliance:read")
_HISTORIES, _STEPS = 40, 12
_YEARS = iter(range(2031, 2100))
"""Tests share a database, so each lives in a year of its own."""


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    async with gate_client(gate_app(stage, ISSUER), headers=READ) as client:
        yield client


@pytest.fixture
def year(stage: Stage) -> int:
    found = next(_YEARS)
    stage.clock.set(datetime(found, 1, 7, 9, tzinfo=UTC))
    return found


async def live(stage: Stage, random: Random) -> None:
    """One action with a random history."""
    stage.person, stage.action = new_id(), new_id()
    facts, version, stopped = 1, 1, False
    await stage.hear_person()
    await stage.submit(slot=_far(stage), text=random.choice(("Thank you.", "A miracle.")))
    for _ in range(random.randrange(_STEPS)):
        stage.clock.advance(timedelta(minutes=random.randrange(1, 3_000)))
        try:
            match random.choice(("revise", "revise", "fact", "stop", "vote", "vote", "vote", "withdraw")):
                case "revise":
                    version += 1
                    text = f"{random.choice(('Thank you', 'Thank you', 'A miracle'))}, {version}."
                    await stage.submit(version=version, slot=_far(stage), text=text)
                case "fact":
                    facts += 1
                    country = random.choice(("DE", "FR", "AT"))
                    await stage.hear_person(version=facts, country=country, opted_out=stopped)
                case "stop":
                    facts, stopped = facts + 1, not stopped
                    await stage.hear_person(version=facts, opted_out=stopped)
                case "withdraw" if random.random() < 0.3:
                    await stage.withdraw(version=version + 1)
                case _:
                    decision: Any = random.choice(("approve", "approve", "request_changes", "reject"))
                    await stage.vote(random.choice((ROSA, SAM)), decision, reason="because")
        except DomainError:
            continue  # what this state does not allow changes nothing


def _far(stage: Stage) -> Slot:
    return Slot(stage.clock.now() + timedelta(days=300), stage.clock.now() + timedelta(days=301))


async def entries(stage: Stage, action: str) -> list[dict[str, Any]]:
    rows = await stage.rows(
        "SELECT convert_from(leaf, 'UTF8') AS leaf FROM ledger WHERE aggregate = 'case' AND aggregate_id = :action "
        "ORDER BY aggregate_version",
        action=action,
    )
    leaves = [json.loads(row["leaf"]) for row in rows]
    return [{**each, **each["evidence"], "at": datetime.fromisoformat(each["at"])} for each in leaves]


@pytest.mark.parametrize("seed", range(3))
async def test_metrics_of_random_histories_are_what_the_ledger_tells(stage: Stage, year: int, seed: int) -> None:
    random, actions = Random(seed * 1_000 + year), list[str]()
    for _ in range(_HISTORIES):
        stage.clock.set(datetime(year, random.randrange(2, 12), random.randrange(1, 28), 9, tzinfo=UTC))
        await live(stage, random)
        actions.append(stage.action)
    counted, outcomes = list[Counted](), Counter[str]()
    for action in actions:
        approvals, ends = recount(await entries(stage, action), A_CLOCK.working_time)
        counted += approvals
        outcomes.update(ends)
    assert counted
    assert len(outcomes) > 3
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    queries = RoundQueries(stage.reads)
    given, ended = await queries.approvals(begin, end), await queries.ended(begin, end)
    found, by_rule = figures_by("rule", given, ended, timezone="UTC")
    assert found.approved == len(counted)
    assert found.first_pass == sum(each.circulations == 1 for each in counted)
    assert found.outcomes == dict(outcomes)
    assert found.circulations == spread(each.circulations for each in counted)
    for name in ("job", "job_worked", "review", "review_worked"):
        expected = spread(getattr(each, name) / timedelta(hours=1) for each in counted)
        assert _rounded(getattr(found, name)) == _rounded(expected), name
    of_rules = Counter(rule for each in counted for rule in each.rules or {"no finding"})
    assert {each.group: each.approved for each in by_rule if each.approved} == dict(of_rules)


def _rounded(figures: Any) -> Sequence[float]:
    return [round(getattr(figures, name), 6) for name in ("median", "p90", "mean")]


async def approve(stage: Stage, *, circulations: int, hours: int) -> None:
    stage.person, stage.action = new_id(), new_id()
    await stage.hear_person()
    await stage.submit(slot=_far(stage))
    for number in range(2, circulations + 1):
        await stage.vote(decision="request_changes", reason="shorter")
        await stage.submit(version=number, slot=_far(stage), text=f"Thank you, {number}.")
    stage.clock.advance(timedelta(hours=hours))
    await stage.vote()


async def test_figures_by_team_name_first_pass_approval_and_durations(
    http: httpx.AsyncClient, stage: Stage, year: int
) -> None:
    await stage.hear_engager()
    for circulations, hours in ((1, 2), (1, 4), (3, 6)):
        stage.clock.set(datetime(year, 5, 6, 8, tzinfo=UTC))
        await approve(stage, circulations=circulations, hours=hours)
    asked = {"from": f"{year}-05-06", "to": f"{year}-05-06", "by": "team"}
    answer = (await http.get("/v1/review-metrics", params=asked)).raise_for_status().json()
    [team] = answer["groups"]
    assert team == {**answer["all"], "group": "communications"}
    assert (team["approved"], team["first_pass"]) == (3, 2)
    assert team["first_pass_approval"] == pytest.approx(2 / 3)
    assert team["job"] == pytest.approx({"median": 4.0, "p90": 5.6, "mean": 4.0})
    assert team["circulations"] == pytest.approx({"median": 1.0, "p90": 2.6, "mean": 5 / 3})
    assert team["outcomes"] == {"approved": 3, "changes_requested": 2}
    assert (team["decided"], team["decided_in_time"]) == (5, 5)


async def test_the_same_figures_come_as_a_file(http: httpx.AsyncClient, stage: Stage, year: int) -> None:
    stage.clock.set(datetime(year, 6, 3, 8, tzinfo=UTC))
    await approve(stage, circulations=1, hours=3)
    asked = {"from": f"{year}-06-01", "to": f"{year}-06-30", "by": "month"}
    file = await http.get("/v1/review-metrics/file", params=asked)
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    everything, month = csv.DictReader(io.StringIO(file.text))
    assert (everything["month"], month["month"]) == ("all", f"{year}-06")
    assert (month["approved"], month["first_pass_approval"], month["job_median"]) == ("1", "1.0", "3.0")


async def test_a_period_without_reviews_has_no_figures_and_says_so(http: httpx.AsyncClient) -> None:
    asked = {"from": "2001-01-01", "to": "2001-01-31", "by": "week"}
    answer = (await http.get("/v1/review-metrics", params=asked)).raise_for_status().json()
    assert answer["groups"] == []
    assert (answer["all"]["approved"], answer["all"]["first_pass_approval"], answer["all"]["job"]) == (0, None, None)


@pytest.mark.parametrize(
    "asked",
    [{"from": "2026-02-01", "to": "2026-01-01"}, {"from": "2001-01-01", "to": "2026-01-01"}, {"to": "0001-01-01"}],
)
async def test_a_period_that_is_none_is_malformed(http: httpx.AsyncClient, asked: dict[str, str]) -> None:
    assert (await http.get("/v1/review-metrics", params=asked)).status_code == 422


async def test_nobody_is_named_and_nobody_without_the_scope_reads_it(http: httpx.AsyncClient) -> None:
    fields = (await http.get("/openapi.json")).json()["components"]["schemas"]["FiguresRead"]["properties"]
    assert not {name for name in fields if "name" in name or "reviewer" in name or "by" in name.split("_")}
    refused = await http.get("/v1/review-metrics", headers=ISSUER.authorization("planner:read"))
    assert refused.status_code == 403
