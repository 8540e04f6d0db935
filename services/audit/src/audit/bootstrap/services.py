"""The API and the worker: settings to engine, adapters, ports."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from audit.adapters.name_index import AhoCorasickFinder
from audit.adapters.policy_data import thresholds_in_force
from audit.adapters.read_models import SqlQueries
from audit.adapters.unit_of_work import SqlAuditUnitOfWork, publishing
from audit.application.audit_people import audit_requested, renew_footprints
from audit.application.link_posts import link_posts
from audit.entrypoints import footprints, posts
from audit.entrypoints.ports import AuditPorts
from audit.entrypoints.schedules import schedules
from audit.entrypoints.subscriptions import SUBSCRIPTIONS
from audit.settings import Settings
from shared.auth.verifier import TokenVerifier
from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.ids import new_id
from shared.messaging.digesting import digesting
from shared.messaging.settings import KafkaSettings
from shared.messaging.worker import Worker
from shared.web.app import create_app
from shared.web.idempotency import prune_idempotency_keys

_KEYS_LAST = timedelta(hours=24)


def build_api(settings: Settings, *, verifier: TokenVerifier | None = None, clock: Clock | None = None) -> FastAPI:
    """The HTTP API; `verifier` replaces the one that asks the configured issuer, `clock` the wall clock."""
    engine = create_engine(DatabaseSettings(url=settings.db_url), application_name="audit-api")
    app = create_app(
        title="Rapport audit",
        service="audit",
        routers=[posts.router, footprints.router],
        verifier=verifier or TokenVerifier(str(settings.auth_issuer).rstrip("/"), settings.auth_audience, None),
        ready={},
        engine=engine,
    )
    app.state.ports = AuditPorts(
        unit_of_work=partial(unit_of_work, engine),
        queries=SqlQueries(engine),
        finder=AhoCorasickFinder,
        thresholds=thresholds_in_force,
        clock=clock or SystemClock(),
        new_id=new_id,
    )
    return app


def build_worker(settings: Settings) -> Worker:
    """Relay, consumer, schedules and the digests of the changelog."""
    engine = create_engine(DatabaseSettings(url=settings.db_url), application_name="audit-worker")
    clock, fresh = SystemClock(), partial(unit_of_work, engine)
    return Worker(
        service="audit",
        database_url=settings.db_url.get_secret_value(),
        kafka=KafkaSettings(bootstrap_servers=settings.kafka_bootstrap_servers),
        engine=engine,
        unit_of_work=fresh,
        subscriptions=SUBSCRIPTIONS,
        schedules=(
            digesting(fresh, clock),
            *schedules(
                link=partial(link_posts, uow_factory=fresh, finder=AhoCorasickFinder, clock=clock),
                audit=partial(audit_requested, uow_factory=fresh, thresholds=thresholds_in_force, clock=clock),
                renew=partial(renew_footprints, uow_factory=fresh, clock=clock),
                prune=partial(_prune, engine),
            ),
        ),
        port=settings.worker_port,
    )


def unit_of_work(engine: AsyncEngine) -> SqlAuditUnitOfWork:
    """A fresh transaction."""
    return SqlAuditUnitOfWork(engine, publishing(clock=SystemClock(), new_id=new_id))


async def _prune(engine: AsyncEngine) -> int:
    async with engine.begin() as connection:
        return await prune_idempotency_keys(connection, before=SystemClock().now() - _KEYS_LAST)
