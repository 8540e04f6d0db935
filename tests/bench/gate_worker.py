"""The deployed worker over a real database and a real broker, with approved actions for it to release."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from pydantic import SecretStr

from bench.gate import begin, environment_of
from bench.gate_peers import peers
from compliance.adapters.company.files import read_company
from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application import review, submission
from compliance.application.rules.rules_in_use import RulesInUse
from compliance.bootstrap.means import build_gate, build_unit_of_work
from compliance.domain.review.votes import Ballot, Voter
from rapport.launcher.broker import apply_topics
from rapport.launcher.topics import read_topics
from shared.contracts.envelope import Envelope
from shared.contracts.hashing import snapshot_sha256
from shared.contracts.planner import ActionSubmittedV1
from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import SystemClock
from shared.kernel.ids import new_id
from support import platform
from support.realistic import a_realistic_snapshot

ROOT = Path(__file__).parents[2]
AT_ONCE = 100
ENVELOPE = Envelope(
    id="m",
    type="t",
    source="bench",
    time=SystemClock().now(),
    subject="s",
    dataschema="d",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the gate under test lives."""

    url: str
    kafka: str
    environment: dict[str, str]
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One action to be approved; `changes` are facts of its snapshot."""

    number: int
    person: str
    changes: dict[str, Any]


@contextmanager
def place() -> Generator[Place]:
    """A migrated database with rules and people, a broker with its topics, and whom the gate asks."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        admin_url = stack.enter_context(platform.postgres(folder / "postgres"))
        servers = stack.enter_context(platform.kafka(folder / "kafka"))
        base = stack.enter_context(peers())
        asyncio.run(apply_topics(servers, read_topics(ROOT / "deploy/kafka/topics.yaml"), say=lambda _: None))
        asyncio.run(platform.execute(admin_url, "CREATE DATABASE bench_gate"))
        url = f"{admin_url.rpartition('/')[0]}/bench_gate"
        migrate = ["-m", "alembic", "-c", "services/compliance/alembic.ini", "upgrade", "head"]
        variables = {**os.environ, "COMPLIANCE_DB_URL": url}
        subprocess.run([sys.executable, *migrate], cwd=ROOT, env=variables, check=True, capture_output=True)
        asyncio.run(begin(url))
        environment = {
            **environment_of(url, folder, issuer=base, kafka=servers),
            "COMPLIANCE_REGISTRY_URL": base,
            "COMPLIANCE_AUDIT_URL": base,
            "COMPLIANCE_LOG_LEVEL": "WARNING",
        }
        yield Place(url, servers, environment, folder)


@contextmanager
def worker(at: Place) -> Generator[int]:
    """The worker process, ready; its pid."""
    port = platform.free_port()
    variables = {**os.environ, **at.environment, "COMPLIANCE_WORKER_PORT": str(port)}
    with (at.folder / "worker.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "compliance.worker"], env=variables, stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", process)
            yield process.pid
        finally:
            process.terminate()
            process.wait(30)


async def approve(at: Place, planned: Sequence[Planned], slot: tuple[datetime, datetime]) -> list[str]:
    """Submit and approve them through the gate's own use cases; their ids."""
    rules = RulesInUse(load_rule_set())
    gate = build_gate(rules, read_company(ROOT / "deploy/demo/company.yaml"), clock=SystemClock())
    engine = create_engine(DatabaseSettings(url=SecretStr(at.url)), application_name="bench-seed")
    open_uow = build_unit_of_work(engine, gate)
    events = [_submitted(each, slot, gate.clock.now()) for each in planned]
    for first in range(0, len(events), AT_ONCE):
        async with open_uow() as uow:
            some = events[first : first + AT_ONCE]
            await submission.foresee_submissions(some, uow, gate=gate)
            for event in some:
                await submission.on_action_submission(event, ENVELOPE, uow, gate=gate)
            await uow.commit()
    approve_one = partial(_approve, open_uow=open_uow, gate=gate)
    for number, event in enumerate(events):
        await approve_one(event.action_id, number)
    await engine.dispose()
    return [event.action_id for event in events]


async def _approve(action_id: str, number: int, *, open_uow: Any, gate: Any) -> None:
    async with open_uow() as uow:
        case = await uow.cases.get(action_id)
    if case.state != "in_review":
        raise RuntimeError(f"{action_id} is {case.state}: {[each.rule_id for each in case.judgement.findings]}")
    ballot = Ballot(
        decision="approve",
        meaning="reviewed",
        reason=None,
        content_sha256=case.submission.content_sha256,
        case_version=case.version,
    )
    signed_in = gate.clock.now() - timedelta(seconds=1) + timedelta(microseconds=number)
    voter = Voter(
        subject=f"reviewer-{number}",
        name="Rosa Review",
        is_person=True,
        capacities=frozenset({"reviewer"}),
        authenticated_at=signed_in,
    )
    await review.vote(action_id, ballot, voter, open_uow=open_uow, gate=gate)


def _submitted(planned: Planned, slot: tuple[datetime, datetime], now: datetime) -> ActionSubmittedV1:
    start, end = slot
    snapshot = {
        **a_realistic_snapshot(
            planned.number,
            action_id=new_id(),
            stakeholder_id=planned.person,
            engager_id="engager-1",
            scheduled_for={"start": start.isoformat(), "end": end.isoformat()},
        ),
        **planned.changes,
    }
    return ActionSubmittedV1(
        action_id=snapshot["action_id"],
        version=1,
        plan_id="plan-1",
        stakeholder_id=planned.person,
        snapshot=snapshot,
        snapshot_sha256=snapshot_sha256(snapshot),
        submitted_by="amira.medical",
        submitted_by_name="Dr Amira Sharma",
        edited_by=(),
        submitted_at=now,
    )


async def states(connection: asyncpg.Connection[asyncpg.Record], actions: Sequence[str]) -> dict[str, int]:
    """How many of the actions are in which state."""
    rows = await connection.fetch(
        "SELECT state, count(*) AS n FROM cases WHERE action_id = ANY($1) GROUP BY state", actions
    )
    return {row["state"]: row["n"] for row in rows}


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the worker has ended; its log says why")
        try:
            if httpx.get(url, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the worker is not ready")
