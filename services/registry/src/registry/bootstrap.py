"""Composition root: settings to engine, adapters, ports."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from registry.adapters.countries import country_code
from registry.adapters.csv_rows import read_rows
from registry.adapters.read_models import SqlRegistryQueries
from registry.adapters.routing_table import packaged_routing
from registry.adapters.unit_of_work import SqlRegistryUnitOfWork, publishing
from registry.entrypoints import engagers, imports, stakeholders
from registry.entrypoints.ports import RegistryPorts
from registry.entrypoints.subscriptions import SUBSCRIPTIONS
from registry.settings import Settings
from shared.auth.verifier import TokenVerifier
from shared.db.engine import create_engine
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import SystemClock
from shared.kernel.ids import new_id
from shared.messaging.digesting import digesting
from shared.messaging.settings import KafkaSettings
from shared.messaging.worker import Worker
from shared.web.app import create_app
from shared.web.idempotency import forgetting


def build_api(settings: Settings, *, verifier: TokenVerifier | None = None) -> FastAPI:
    """The HTTP API; `verifier` replaces the one that asks the configured issuer."""
    database = DatabaseSettings(url=settings.db_url)
    engine = create_engine(database, application_name="registry-api")
    reads = ReadPool(database, application_name="registry-reads")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with reads:
            yield

    app = create_app(
        title="Rapport registry",
        service="registry",
        routers=[stakeholders.router, imports.router, engagers.router],
        verifier=verifier or TokenVerifier(str(settings.auth_issuer).rstrip("/"), settings.auth_audience, None),
        ready={},
        lifespan=lifespan,
        engine=engine,
    )
    app.state.ports = RegistryPorts(
        unit_of_work=partial(_unit_of_work, engine),
        queries=SqlRegistryQueries(reads),
        routing=packaged_routing(),
        country_code=country_code,
        read_rows=read_rows,
        new_id=new_id,
    )
    return app


def build_worker(settings: Settings) -> Worker:
    """Relay, consumer, and the digests of the changelog."""
    engine = create_engine(DatabaseSettings(url=settings.db_url), application_name="registry-worker")
    unit_of_work = partial(_unit_of_work, engine)
    return Worker(
        service="registry",
        database_url=settings.db_url.get_secret_value(),
        kafka=KafkaSettings(bootstrap_servers=settings.kafka_bootstrap_servers),
        engine=engine,
        unit_of_work=unit_of_work,
        subscriptions=SUBSCRIPTIONS,
        schedules=(
            forgetting(engine),
            digesting(unit_of_work, SystemClock()),
        ),
        port=settings.worker_port,
    )


def _unit_of_work(engine: AsyncEngine) -> SqlRegistryUnitOfWork:
    return SqlRegistryUnitOfWork(engine, publishing(clock=SystemClock(), new_id=new_id))
