"""One process of the gate over a real database, put together by the product's own composition root."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from compliance.adapters.forwarded_queries import ForwardedQueries
from compliance.adapters.look_up import SqlLookUp
from compliance.adapters.proof.sequencer import Sequencer
from compliance.adapters.read_models import GateQueries
from compliance.application import desk_work, expiry, judging, redemption, release, review
from compliance.application.gate import Gate
from compliance.application.isolation import Report
from compliance.bootstrap.api import bind_ports, create_gate_app
from compliance.bootstrap.means import build_unit_of_work
from compliance.domain.findings import Finding, Screening, verdict_of
from compliance.domain.review.routing import RoutedStep, When
from compliance.domain.review.steps import ReviewStep
from compliance.entrypoints.subscriptions import subscriptions
from shared.db.engine import create_engine, driver_dsn
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.messaging.incoming import Router
from shared.messaging.processing import Processor, RetrySettings
from shared.messaging.replay import Replayer
from shared.testing import FakeClock, TestIssuer
from soak.faults import Faults
from soak.world import FIRST_RULES, MOST_CONTACTS, RULE_SETS, SIGN_MINUTES, STEPS, Said, found
from support.caps_builders import ROOMY, a_limit
from support.compliance_builders import a_gate
from support.compliance_peers import FakeAudit, FakeRegistry
from support.permit_keys import keys_in_memory

CONSUMER = "compliance"
CAPS = (a_limit(MOST_CONTACTS), *ROOMY[1:])
_QUICK = RetrySettings(poison_after=2, first=0.001, longest=0.01)


@dataclass(slots=True)
class InUse:
    """The rule set that the process has loaded."""

    name: str = FIRST_RULES


class Process:
    """Lives until `stop`; a crash ends it as well, then another one is started over the same database."""

    def __init__(self, url: str, clock: FakeClock, registry: FakeRegistry, audit: FakeAudit, app: Api) -> None:
        settings = DatabaseSettings(url=SecretStr(url), pool_size=8, lock_timeout=5.0)
        self.engine = create_engine(settings, application_name="soak")
        self.reads = ReadPool(settings, application_name="soak-reads")
        self.faults = Faults(self.engine)
        self.rules = InUse()
        self.gate = _gate(self.rules, clock)
        self.open_uow = build_unit_of_work(self.engine, self.gate)
        self.queries, self.forwarded = GateQueries(self.reads), ForwardedQueries(self.reads)
        router = Router(subscriptions(self.gate, self.open_uow))
        self.processor = Processor(consumer=CONSUMER, router=router, unit_of_work=self.open_uow, retry=_QUICK)
        self.replayer = Replayer(consumer=CONSUMER, router=router, processor=self.processor, unit_of_work=self.open_uow)
        self.sequencer = Sequencer(self.engine)
        self.http = app.over(self)
        self._releasing = release.Release(
            gate=self.gate,
            registry=registry,
            audit=audit,
            sign=app.keys.sign,
            open_uow=self.open_uow,
            retry_after=timedelta(seconds=3),
        )

    async def stop(self) -> None:
        await self.engine.dispose()
        await self.reads.aclose()

    async def vote(self, *given: Any) -> str:
        return await review.vote(*given, open_uow=self.open_uow, gate=self.gate)

    async def redeem(self, permit_id: str, client_id: str, content: str) -> redemption.Redemption:
        return await redemption.redeem(
            permit_id, client_id=client_id, content_sha256=content, open_uow=self.open_uow, gate=self.gate
        )

    async def screen_draft(self, draft: Mapping[str, Any]) -> Screening:
        return await judging.screen_draft(draft, gate=self.gate, look_up=SqlLookUp(self.reads))

    async def release_tick(self, report: Report) -> None:
        await release.release_due(self._releasing, find_due=self.queries.due, report=report)

    async def expiry_tick(self, report: Report) -> None:
        await expiry.expire_overdue(
            find_over=self.queries.over, open_uow=self.open_uow, clock=self.gate.clock, report=report
        )

    async def safety_tick(self, report: Report) -> None:
        find = partial(self.forwarded.due, "drug_safety")
        await desk_work.watch_clock("drug_safety", find_due=find, open_uow=self.open_uow, gate=self.gate, report=report)

    async def handle_safety_case(self, case_id: str, what: desk_work.Change, by: str) -> None:
        await desk_work.change_case("drug_safety", case_id, what, by, "seen", open_uow=self.open_uow, gate=self.gate)


class Api:
    """The HTTP application. It is built once: a process that starts puts its own use cases behind the routes."""

    def __init__(self, clock: FakeClock) -> None:
        self.keys = keys_in_memory()
        self.issuer = TestIssuer(now=lambda: clock.now().timestamp())
        self._app: FastAPI | None = None

    def over(self, process: Process) -> httpx.AsyncClient:
        ports = bind_ports(process.engine, process.reads, process.gate, self.keys)
        if self._app is None:
            self._app = create_gate_app(ports, self.issuer.verifier(), engine=process.engine)
        self._app.state.ports = ports
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://gate.test")


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[asyncpg.Connection[asyncpg.Record]]:
    """A connection of the test's own, beside the gate's."""
    connection = await asyncpg.connect(driver_dsn(url), server_settings={"jit": "off", "TimeZone": "UTC"})
    try:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        yield connection
    finally:
        await connection.close()


def _gate(rules: InUse, clock: FakeClock) -> Gate:
    def screen(snapshot: Mapping[str, Any], _as_of: datetime) -> Screening:
        return screened(snapshot, rules.name)

    return a_gate(
        clock,
        screen=screen,
        screen_plan=screen,
        rule_set=lambda: rules.name,
        review_steps=tuple(map(_routed, STEPS)),
        sign_within=timedelta(minutes=SIGN_MINUTES),
        caps=CAPS,
    )


def screened(snapshot: Mapping[str, Any], rules: str) -> Screening:
    """The answer of a rule set about a resolved snapshot."""
    person, target = snapshot["stakeholder"], snapshot.get("target") or {}
    text = str(snapshot.get("text") or "")
    said = Said(
        text=text,
        minor=person.get("minor"),
        followers=person.get("followers"),
        contacts=person.get("contacts_last_30_days") or 0,
        authorised=snapshot["actor"].get("authorised"),
    )
    findings: Sequence[Finding] = tuple(
        Finding(rule_id=rule, severity="block" if how == "block" else "review", message=f"{rule} objects")
        for rule, how in found(said, RULE_SETS[rules]).items()
    )
    dizzy = "dizzy" in f"{text} {target.get('text') or ''}"
    return Screening(verdict=verdict_of(findings), findings=tuple(findings), safety_handover=dizzy, rule_set=rules)


def _routed(step: Any) -> RoutedStep:
    return RoutedStep(
        step=ReviewStep(name=step.name, tier=step.tier, any_of=step.any_of),
        when=When(
            verdicts=step.verdicts,
            rules=step.families,
            action_types=step.action_types,
            audiences=step.audiences,
            countries=step.countries,
        ),
    )
