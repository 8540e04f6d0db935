"""Composition root of the planner: settings become an API and a worker."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from planner.adapters.post_archive import HttpPostArchive
from planner.adapters.read_models import SqlPlannerQueries
from planner.adapters.tables import outbox
from planner.adapters.unit_of_work import PlannerUnitOfWork
from planner.application.closing import report_outcome, withdraw_action
from planner.application.drafting import draft_action, edit_action
from planner.application.integration_events import to_integration_event
from planner.application.plans import approve_plan, close_plan, edit_plan, open_plan, submit_plan
from planner.application.ports import PostArchive
from planner.application.submission import submit_action
from planner.domain.facts import CompanyKnown
from planner.entrypoints.api import actions, plans
from planner.entrypoints.api.dependencies import UseCases
from planner.entrypoints.subscriptions import SUBSCRIPTIONS
from planner.settings import Settings
from shared.auth.client import ServiceTokens
from shared.auth.verifier import TokenVerifier
from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.ids import IdFactory, new_id
from shared.messaging.digesting import digesting
from shared.messaging.settings import KafkaSettings
from shared.messaging.worker import Worker
from shared.observability.logging import configure_logging
from shared.observability.tracing import configure_tracing
from shared.outbox.writer import OutboxWriter
from shared.web.app import Lifespan, create_app
from shared.web.idempotency import forgetting

SERVICE = "planner"
HTTP_TIMEOUT = 5.0


def build_unit_of_work(
    engine: AsyncEngine, *, clock: Clock | None = None, ids: IdFactory = new_id
) -> Callable[[], PlannerUnitOfWork]:
    """A factory of units of work over `engine`; every call opens another transaction."""
    writer = OutboxWriter(outbox, source=SERVICE, clock=clock or SystemClock(), new_id=ids)
    return lambda: PlannerUnitOfWork(engine, writer.publishing(to_integration_event))


def build_use_cases(
    engine: AsyncEngine,
    *,
    posts: PostArchive,
    company: CompanyKnown,
    clock: Clock | None = None,
    ids: IdFactory = new_id,
) -> UseCases:
    """The use cases over `engine` and the given post archive."""
    now = clock or SystemClock()
    unit_of_work = build_unit_of_work(engine, clock=now, ids=ids)

    return UseCases(
        unit_of_work=unit_of_work,
        open_plan=partial(open_plan, new_id=ids),
        edit_plan=edit_plan,
        submit_plan=partial(submit_plan, clock=now),
        approve_plan=partial(approve_plan, clock=now),
        close_plan=close_plan,
        draft_action=partial(draft_action, clock=now, new_id=ids),
        edit_action=edit_action,
        submit_action=partial(submit_action, new_uow=unit_of_work, posts=posts, company=company, clock=now),
        withdraw_action=withdraw_action,
        report_outcome=partial(report_outcome, clock=now),
        queries=SqlPlannerQueries(engine),
    )


def build_api(settings: Settings) -> FastAPI:
    """The HTTP API of the planner."""
    configure_logging(SERVICE, settings.log_level)
    configure_tracing(SERVICE, settings.otlp_endpoint)
    engine = create_engine(DatabaseSettings(url=settings.db_url), application_name="planner-api")
    audit = httpx.AsyncClient(base_url=str(settings.audit_url), timeout=HTTP_TIMEOUT, trust_env=False)
    issuer = str(settings.auth_issuer).rstrip("/")
    outgoing = httpx.AsyncClient(timeout=HTTP_TIMEOUT, trust_env=False)
    tokens = ServiceTokens(issuer, settings.client_id, settings.client_secret.get_secret_value(), outgoing)
    company = CompanyKnown(name=settings.company_name, country=settings.company_country)
    use_cases = build_use_cases(engine, posts=HttpPostArchive(audit, tokens), company=company)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with audit, outgoing:
            yield

    return create_planner_app(
        use_cases, TokenVerifier(issuer, settings.auth_audience), engine=engine, lifespan=lifespan
    )


def create_planner_app(
    use_cases: UseCases,
    verifier: TokenVerifier,
    *,
    engine: AsyncEngine,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The routes over `use_cases`."""
    app = create_app(
        title="Rapport planner",
        service=SERVICE,
        routers=[plans.router, actions.router],
        verifier=verifier,
        ready={},
        lifespan=lifespan,
        engine=engine,
    )
    app.state.use_cases = use_cases
    return app


def build_worker(settings: Settings) -> Worker:
    """Relay and consumer of the planner, and the digests of its changelog."""
    configure_logging(SERVICE, settings.log_level)
    configure_tracing(SERVICE, settings.otlp_endpoint)
    engine = create_engine(DatabaseSettings(url=settings.db_url), application_name="planner-worker")
    unit_of_work = build_unit_of_work(engine)
    return Worker(
        service=SERVICE,
        database_url=settings.db_url.get_secret_value(),
        kafka=KafkaSettings(bootstrap_servers=settings.kafka_bootstrap_servers),
        engine=engine,
        unit_of_work=unit_of_work,
        subscriptions=SUBSCRIPTIONS,
        schedules=(forgetting(engine), digesting(unit_of_work, SystemClock())),
        port=settings.worker_port,
    )
