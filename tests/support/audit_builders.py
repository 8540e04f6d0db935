"""Posts, people and a running audit for tests."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from audit.adapters.name_index import AhoCorasickFinder
from audit.adapters.policy_data import thresholds_in_force
from audit.adapters.unit_of_work import SqlAuditUnitOfWork, publishing
from audit.application.audit_people import audit_requested
from audit.application.link_posts import link_posts
from audit.application.policies import on_stakeholder_changed, on_stakeholder_erased
from audit.bootstrap.services import build_api
from audit.domain.handles import account
from audit.domain.imported import ImportedPost
from audit.domain.people import Directory, Person
from audit.settings import Settings
from shared.contracts.envelope import Envelope
from shared.contracts.registry import HandleV1, StakeholderErasedV1, StakeholderUpdatedV1
from shared.db.engine import create_engine
from shared.db.migrations import upgrade
from shared.db.settings import DatabaseSettings
from shared.kernel.ids import new_id
from shared.testing import FakeClock, TestIssuer

INI = Path(__file__).parents[2] / "services" / "audit" / "alembic.ini"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SCOPES = ("audit:read", "audit:write")


def a_post(text: str = "A plain sentence.", **changes: Any) -> ImportedPost:
    """A post on X by somebody nobody knows."""
    facts: dict[str, Any] = {
        "line": 1,
        "platform": "x",
        "external_id": "1",
        "author_handle": "stranger",
        "text": text,
        "posted_at": datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
    }
    return ImportedPost(**{**facts, **changes})


def a_person(person_id: str = "lena", name: str = "Lena Brandt", *handles: str) -> Person:
    """Handles are `platform:name`; without any the person has an account on X under their id."""
    stated = handles or (f"x:{person_id}",)
    return Person(person_id, name, tuple(sorted(account(*each.split(":", 1)) for each in stated)))


def a_directory(*people: Person) -> Directory:
    return Directory(people, AhoCorasickFinder)


def pipe_file(*lines: tuple[int, str, str]) -> bytes:
    return "\n".join(f"{number}|{date}|{text}" for number, date, text in lines).encode()


def an_x_response(*posts: dict[str, Any], users: tuple[tuple[str, str, str], ...] = ()) -> bytes:
    """One API response per file; users are (id, username, name)."""
    known = [{"id": number, "username": username, "name": name} for number, username, name in users]
    return json.dumps({"data": list(posts), "includes": {"users": known}}).encode()


@dataclass(frozen=True)
class Audit:
    """An audit API in this process on a real database, with its worker's jobs at hand."""

    http: httpx.AsyncClient
    issuer: TestIssuer
    database_url: str
    engine: AsyncEngine
    clock: FakeClock

    def unit_of_work(self) -> SqlAuditUnitOfWork:
        return SqlAuditUnitOfWork(self.engine, publishing(clock=self.clock, new_id=new_id))

    async def announce(self, stakeholder_id: str, name: str, *handles: str, version: int = 1) -> None:
        """The registry published this state of somebody."""
        stated = tuple(HandleV1(platform=p, name=n) for p, n in (each.split(":", 1) for each in handles))
        event = StakeholderUpdatedV1(
            stakeholder_id=stakeholder_id, version=version, name=name, type="journalist", handles=stated
        )
        async with self.unit_of_work() as uow:
            await on_stakeholder_changed(event, an_envelope(), uow)
            await uow.commit()

    async def announce_erasure(self, stakeholder_id: str, version: int = 9) -> None:
        async with self.unit_of_work() as uow:
            await on_stakeholder_erased(
                StakeholderErasedV1(stakeholder_id=stakeholder_id, version=version), an_envelope(), uow
            )
            await uow.commit()

    async def load(self, content: bytes, **query: Any) -> dict[str, Any]:
        answer = await self.http.post("/v1/post-imports", content=content, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def link(self) -> int:
        return await link_posts(uow_factory=self.unit_of_work, finder=AhoCorasickFinder, clock=self.clock)

    async def settle(self) -> None:
        """What the worker does by itself after an import."""
        await self.link()
        await audit_requested(uow_factory=self.unit_of_work, thresholds=thresholds_in_force, clock=self.clock)

    async def footprint(self, stakeholder_id: str) -> dict[str, Any]:
        answer = await self.http.get(f"/v1/footprints/{stakeholder_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def published(self, kind: str = "") -> list[dict[str, Any]]:
        """Payloads of the outbox rows whose type holds `kind`, in order."""
        rows = await self.fetch(
            "SELECT type, convert_from(payload, 'UTF8') AS payload FROM outbox_messages ORDER BY sequence"
        )
        return [json.loads(row["payload"]) for row in rows if kind in row["type"]]

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        connection = await asyncpg.connect(self.database_url)
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()


def an_envelope() -> Envelope:
    return Envelope(
        id=new_id(), type="registry.stakeholder.updated.v1", source="registry", time=NOON, subject="x", dataschema="x"
    )


@asynccontextmanager
async def an_audit(fresh_database: Callable[[str], str]) -> AsyncGenerator[Audit]:
    """A migrated database and the API over it; time stands still at NOON."""
    database_url = fresh_database("audit")
    upgrade(INI, database_url)
    settings = Settings(
        db_url=SecretStr(database_url), kafka_bootstrap_servers="127.0.0.1:1", auth_issuer="http://issuer.test"
    )
    issuer, clock = TestIssuer(), FakeClock(NOON)
    app = build_api(settings, verifier=issuer.verifier(), clock=clock)
    engine = create_engine(DatabaseSettings(url=settings.db_url), application_name="test")
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=transport, base_url="http://audit", headers=issuer.authorization(*SCOPES), timeout=60
        ) as http,
    ):
        yield Audit(http, issuer, database_url, engine, clock)
    await engine.dispose()
