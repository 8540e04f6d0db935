"""The planner on a real database: its API in process, its policies fed by hand, its outbox readable."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from planner.adapters.tables import outbox
from planner.bootstrap import build_unit_of_work, build_use_cases, create_planner_app
from planner.domain.facts import CapturedPost
from planner.entrypoints.subscriptions import SUBSCRIPTIONS
from shared.contracts.catalog import parse
from shared.contracts.envelope import Envelope, IntegrationEvent
from shared.contracts.registry import EngagerUpdatedV1, StakeholderRegisteredV1
from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from shared.kernel.errors import InvalidValue, Unavailable
from shared.kernel.ids import new_id
from shared.testing import FakeClock, TestIssuer
from support.planner_builders import COMPANY, NOW, a_post

ALL = ("planner:read", "planner:write")


@dataclass
class FakePostArchive:
    """Captured posts by id, some deleted at their source; `silent` stands for an audit that does not answer.

    Runs the suite of the real one, in tests/contract.
    """

    posts: dict[str, CapturedPost] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    silent: bool = False

    async def capture(self, post_id: str) -> CapturedPost:
        if self.silent:
            raise Unavailable("the audit does not answer", field="target_post_id", remedy="try again")
        if post_id in self.deleted:
            raise InvalidValue(f"post {post_id} is deleted", field="target_post_id", remedy="choose another target")
        if post_id not in self.posts:
            raise InvalidValue(f"no post {post_id} was ever captured", field="target_post_id", remedy="import it first")
        return self.posts[post_id]


@dataclass
class Stage:
    """One planner."""

    engine: AsyncEngine
    http: httpx.AsyncClient
    clock: FakeClock
    issuer: TestIssuer
    archive: FakePostArchive

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncGenerator[Stage]:
        engine = create_engine(DatabaseSettings(url=SecretStr(url), pool_size=4), application_name="test")
        clock, issuer, archive = FakeClock(NOW), TestIssuer(), FakePostArchive()
        use_cases = build_use_cases(engine, posts=archive, company=COMPANY, clock=clock)
        app = create_planner_app(use_cases, issuer.verifier(), engine=engine)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://planner.test") as http:
            yield cls(engine, http, clock, issuer, archive)
        await engine.dispose()

    def as_author(self, subject: str = "amira.medical") -> dict[str, str]:
        return self.issuer.authorization(*ALL, subject=subject)

    def as_executor(self, client_id: str = "executor-mastodon") -> dict[str, str]:
        return self.issuer.service_authorization(client_id, "planner:outcome")

    async def hears(self, event: IntegrationEvent, *, times: int = 1) -> None:
        """Deliver an event to the planner's policies, each time in a transaction of its own."""
        handler = next(each.handler for each in SUBSCRIPTIONS if type(event) in each.contracts)
        envelope = Envelope(
            id=new_id(),
            type=event.TYPE,
            source="test",
            time=self.clock.now(),
            subject=event.key,
            dataschema="",
        )
        for _ in range(times):
            async with build_unit_of_work(self.engine, clock=self.clock)() as uow:
                await handler(event, envelope, uow)
                await uow.commit()

    async def knows(self, person: str, colleague: str) -> None:
        """Let the registry's news about both arrive."""
        await self.hears(
            StakeholderRegisteredV1(
                stakeholder_id=person, version=1, name="Lena Vogt", type="journalist", country="DE", contracted=False
            )
        )
        await self.hears(
            EngagerUpdatedV1(
                engager_id=colleague,
                version=1,
                name="Jonas Weber",
                function="communications",
                relation="employee",
                authorised_platforms=("mastodon",),
            )
        )

    async def published(self, action_id: str) -> list[IntegrationEvent]:
        """What the planner put into its outbox about the action, in order."""
        statement = select(outbox).where(outbox.c.aggregate_id == action_id).order_by(outbox.c.sequence)
        async with self.engine.connect() as connection:
            rows = (await connection.execute(statement)).all()
        events = [parse(row.type, row.payload) for row in rows]
        return [event for event in events if event is not None]

    async def plan(self) -> str:
        body = {
            "title": "Sleep and the heart",
            "therapy_area": "cardiology",
            "objective": "Help people who explain sleep apnoea reach their readers",
            "starts_on": "2026-12-01",
            "ends_on": "2027-08-31",
        }
        answer = await self.http.post("/v1/plans", json=body, headers=self.as_author())
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def draft(self, *, person: str, colleague: str, **changes: Any) -> httpx.Response:
        plan_id = await self.plan()
        body = a_body(person=person, colleague=colleague, **changes)
        return await self.http.post(f"/v1/plans/{plan_id}/actions", json=body, headers=self.as_author())

    async def submitted(self, **changes: Any) -> dict[str, Any]:
        """A submitted action for people that are known."""
        person, colleague = new_id(), new_id()
        await self.knows(person, colleague)
        drafted = await self.draft(person=person, colleague=colleague, **changes)
        assert drafted.status_code == 201, drafted.text
        answer = await self.submit(drafted.json()["id"])
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def submit(self, action_id: str, **headers: str) -> httpx.Response:
        return await self.http.post(f"/v1/actions/{action_id}/submission", headers={**self.as_author(), **headers})

    async def show(self, action_id: str) -> dict[str, Any]:
        answer = await self.http.get(f"/v1/actions/{action_id}", headers=self.as_author())
        assert answer.status_code == 200, answer.text
        return answer.json()

    def captured(self, person: str) -> CapturedPost:
        post = replace(a_post(author_stakeholder_id=person), id=new_id())
        self.archive.posts[post.id] = post
        return post


def a_body(*, person: str, colleague: str, without: Sequence[str] = (), **changes: Any) -> dict[str, Any]:
    start = NOW + timedelta(hours=1)
    body = {
        "type": "thank",
        "stakeholder_id": person,
        "engager_id": colleague,
        "channel": {"platform": "mastodon", "audience": "public", "account": "corporate"},
        "purpose": "Thank her for explaining screening",
        "value_statement": "Her explainer reaches more people who need it",
        "text": "Thank you for this clear explainer.",
        "declaration": "We are Havelmark Pharma.",
        "scheduled_for": {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()},
        **changes,
    }
    return {name: value for name, value in body.items() if name not in without}
