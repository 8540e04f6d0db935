"""Stakeholders, import files and a running registry for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from pydantic import SecretStr

from registry.adapters.csv_rows import read_rows
from registry.adapters.routing_table import packaged_routing
from registry.application.rows import CsvReport, StatedRow
from registry.bootstrap import build_api
from registry.domain.handle import Handle
from registry.domain.stakeholder import Profile, Stakeholder
from registry.domain.vocabulary import LawfulBasis, Platform, StakeholderType
from registry.settings import Settings
from shared.db.migrations import upgrade
from shared.testing import TestIssuer

INI = Path(__file__).parents[2] / "services" / "registry" / "alembic.ini"
HEADER = ("name", "type", "country", "handles", "lawful_basis", "notice_sent_on", "followers", "minor", "opted_out")


def a_profile(**changes: Any) -> Profile:
    """A journalist about whom everything that decides is known."""
    facts: dict[str, Any] = {
        "name": "Lena Brandt",
        "type": StakeholderType.JOURNALIST,
        "country": "DE",
        "handles": (Handle(Platform.X, "lenabrandt"),),
        "lawful_basis": LawfulBasis.LEGITIMATE_INTEREST,
        "minor": False,
    }
    return Profile(**{**facts, **changes})


def a_stakeholder(**changes: Any) -> Stakeholder:
    """A registered stakeholder, its registration event already taken away."""
    profile = a_profile(**changes)
    stakeholder = Stakeholder.register(
        stakeholder_id="01900000-0000-7000-8000-000000000001",
        profile=profile,
        owner=packaged_routing().assign(profile.type),
        stage=None,
        by="amira.medical",
    )
    stakeholder.pull_events()
    return stakeholder


def a_file(*rows: dict[str, str], header: Iterable[str] = HEADER, delimiter: str = ",") -> bytes:
    """A CSV file; cells a row does not name are empty."""
    columns = list(header)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


async def chunks(content: bytes, size: int = 7) -> AsyncIterator[bytes]:
    """`content` in small pieces, so that every boundary falls somewhere nasty."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def rows_of(content: bytes, *, size: int = 7) -> tuple[list[StatedRow], CsvReport]:
    """The good rows of a file and the report on the others."""
    report = CsvReport()
    return [row async for row in read_rows(chunks(content, size), report)], report


@dataclass(frozen=True)
class Registry:
    """A registry API in this process, on a real database."""

    http: httpx.AsyncClient
    database_url: str
    issuer: TestIssuer

    def as_program(self, *scopes: str) -> dict[str, str]:
        """Headers of a service that acts for itself."""
        return self.issuer.service_authorization("some-program", *scopes)

    async def register(self, **changes: Any) -> dict[str, Any]:
        body = {"name": "Lena Brandt", "type": "journalist", "country": "DE", **changes}
        answer = await self.http.post("/v1/stakeholders", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def load(self, content: bytes, **query: Any) -> dict[str, Any]:
        answer = await self.http.post(
            "/v1/stakeholder-imports", content=content, params=query, headers={"Content-Type": "text/csv"}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def published(self) -> list[tuple[str, str]]:
        """Type and payload of every outbox row, in order."""
        rows = await self.fetch(
            "SELECT type, convert_from(payload, 'UTF8') AS payload FROM outbox_messages ORDER BY sequence"
        )
        return [(row["type"], row["payload"]) for row in rows]

    async def fetch(self, query: str, *values: Any) -> list[Any]:
        connection = await asyncpg.connect(self.database_url)
        try:
            return await connection.fetch(query, *values)
        finally:
            await connection.close()


def settings_for(database_url: str) -> Settings:
    return Settings(
        db_url=SecretStr(database_url), kafka_bootstrap_servers="127.0.0.1:1", auth_issuer="http://issuer.test"
    )


@asynccontextmanager
async def a_registry(
    fresh_database: Callable[[str], str], *, scopes: tuple[str, ...] = ("registry:read", "registry:write")
) -> AsyncGenerator[Registry]:
    """A migrated database and the API over it, called by somebody with `scopes`."""
    database_url = fresh_database("registry")
    upgrade(INI, database_url)
    issuer = TestIssuer()
    app = build_api(settings_for(database_url), verifier=issuer.verifier())
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=transport, base_url="http://registry", headers=issuer.authorization(*scopes)
        ) as http,
    ):
        yield Registry(http, database_url, issuer)
