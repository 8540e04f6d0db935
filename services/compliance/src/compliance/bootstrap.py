"""Composition root of compliance: settings become an API and a worker."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import structlog
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.aftercare.desk import aftercare_desk
from compliance.adapters.aftercare.queries import AftercareQueries
from compliance.adapters.caps.desk import SqlCapsDesk
from compliance.adapters.case_lists import CaseLists
from compliance.adapters.circulations.desk import look_at_reviews
from compliance.adapters.circulations.queries import RoundQueries
from compliance.adapters.company_files import CompanyData, UnusableFile, read_channels, read_company
from compliance.adapters.erasing.desk import erasing
from compliance.adapters.evidence.desk import evidence_desk
from compliance.adapters.forwarded_queries import ForwardedQueries
from compliance.adapters.key_folder import KeyFolder, UnusableKey
from compliance.adapters.look_up import SqlLookUp
from compliance.adapters.money.desk import money_desk
from compliance.adapters.override_queries import OverrideQueries
from compliance.adapters.peers import HttpAudit, HttpRegistry
from compliance.adapters.proof.keeping import LedgerKeeping
from compliance.adapters.proof.ledger_queries import LedgerQueries
from compliance.adapters.proof.note_keys import NoteKeys, UnusableLedgerKey
from compliance.adapters.published_keys import PublishedKeys, recorded_keys
from compliance.adapters.read_models import GateQueries
from compliance.adapters.reviewers.desk import reviewer_desk
from compliance.adapters.rules.compiling import Acceptance
from compliance.adapters.rules.first_rules import begin_rules
from compliance.adapters.rules.located_yaml import UnusableRuleFile
from compliance.adapters.rules.rehearsals import Rehearsals
from compliance.adapters.rules.rule_desk import RuleDesk
from compliance.adapters.rules.rule_set_queries import RuleSetQueries
from compliance.adapters.rules.rules_follower import RulesFollower
from compliance.adapters.safety.model import UnusableSafetyModel
from compliance.adapters.signing_keys import SigningKeys
from compliance.adapters.tables import outbox
from compliance.adapters.teamwork.desk import teamwork_desk
from compliance.adapters.unit_of_work import ComplianceUnitOfWork
from compliance.adapters.wordings.desk import wording_desk, wording_rounds
from compliance.application import channels, desk_work, expiry, overriding, redemption, release, review
from compliance.application.aftercare.take_downs import escalate_overdue
from compliance.application.circulations.desk import CirculationDesk
from compliance.application.desk_work import DESKS
from compliance.application.gate import Gate
from compliance.application.isolation import Report
from compliance.application.judging import screen_draft
from compliance.application.permit_keys import record_keys
from compliance.application.policies import policies_of
from compliance.application.ports import OpenUnitOfWork
from compliance.application.rules.rules_in_use import RulesInUse
from compliance.application.screening import screen, screen_plan
from compliance.application.told import TOLD
from compliance.domain.channel import ChannelDescription
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.screening.forwarding.forwarding import examine
from compliance.entrypoints.api import (
    cases,
    circulations,
    desks,
    overrides,
    permits,
    plans,
    proof,
    rule_sets,
    screenings,
)
from compliance.entrypoints.api import channels as channel_routes
from compliance.entrypoints.api.aftercare.routers import AFTERCARE
from compliance.entrypoints.api.caps import standing as caps_routes
from compliance.entrypoints.api.money.routers import MONEY
from compliance.entrypoints.api.ports import GatePorts
from compliance.entrypoints.api.reviewers import revocations
from compliance.entrypoints.api.teamwork.routers import TEAMWORK
from compliance.entrypoints.api.wordings.routers import WORDINGS
from compliance.entrypoints.schedules import schedules
from compliance.entrypoints.subscriptions import subscriptions
from compliance.settings import Settings
from shared.auth.client import ServiceTokens
from shared.auth.verifier import TokenVerifier
from shared.db.engine import create_engine
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.ids import IdFactory, new_id
from shared.messaging.settings import KafkaSettings
from shared.messaging.worker import Worker, run_worker
from shared.observability.logging import configure_logging
from shared.observability.settings import BAD_SETTINGS_EXIT_CODE
from shared.observability.tracing import configure_tracing
from shared.outbox.writer import OutboxWriter
from shared.web.app import Lifespan, create_app
from shared.web.idempotency import forgetting

SERVICE = "compliance"
HTTP_TIMEOUT = 5.0
RETRY_AFTER = timedelta(seconds=3)

_log = structlog.get_logger()


@contextmanager
def clear_refusal() -> Generator[None]:
    """A company file, key or rule that cannot be used ends the start with its message and exit code 2."""
    try:
        yield
    except (UnusableFile, UnusableKey, UnusableLedgerKey, UnusableRuleFile, UnusableSafetyModel) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the reader is whoever started the process
        raise SystemExit(BAD_SETTINGS_EXIT_CODE) from None


def build_unit_of_work(engine: AsyncEngine, gate: Gate) -> Callable[[], ComplianceUnitOfWork]:
    """A factory of units of work over `engine`; every call opens another transaction."""
    writer = OutboxWriter(outbox, source=SERVICE, clock=gate.clock, new_id=gate.new_id)
    policies = policies_of(gate)
    publish = writer.publishing(*TOLD)
    return lambda: ComplianceUnitOfWork(engine, publish, policies)


def build_gate(rules: RulesInUse, data: CompanyData, *, clock: Clock, ids: IdFactory = new_id) -> Gate:
    """The gate's means."""
    return Gate(
        screen=lambda snapshot, as_of: screen(snapshot, rules.current, as_of),
        screen_plan=lambda plan, as_of: screen_plan(plan, rules.current, as_of),
        examine=lambda pieces: examine(pieces, data.company, rules.current),
        rule_set=lambda: rules.sha256,
        company=data.company,
        review_steps=data.review_steps,
        sign_within=data.sign_within,
        absence_at_most=data.absence_at_most,
        review_clock=data.review_clock,
        drug_safety=data.drug_safety,
        medical_information=data.medical_information,
        caps=data.caps,
        figures=lambda: rules.current.lexicon,
        aftercare=data.aftercare,
        fast_lane=data.fast_lane,
        retention=data.retention,
        clock=clock,
        new_id=ids,
    )


def create_gate_app(
    ports: GatePorts,
    verifier: TokenVerifier,
    *,
    engine: AsyncEngine,
    lifespan: Lifespan | None = None,
    ready: Mapping[str, Callable[[], Awaitable[None]]] | None = None,
) -> FastAPI:
    """The routes over `ports`."""
    app = create_app(
        title="Rapport compliance",
        service=SERVICE,
        routers=[
            *AFTERCARE,
            cases.router,
            circulations.router,
            overrides.router,
            channel_routes.router,
            permits.router,
            plans.router,
            desks.safety,
            desks.medical_information,
            proof.router,
            rule_sets.router,
            screenings.router,
            *MONEY,
            *TEAMWORK,
            revocations.router,
            *WORDINGS,
            caps_routes.router,
        ],
        verifier=verifier,
        ready=ready or {},
        lifespan=lifespan,
        engine=engine,
    )
    app.state.ports = ports
    return app


def bind_ports(
    engine: AsyncEngine,
    reads: ReadPool,
    gate: Gate,
    keys: SigningKeys,
    *,
    safety_model: Path | None = None,
    rules: RulesInUse | None = None,
) -> GatePorts:
    """The use cases and read models behind the routes. `rules` bring the figures that money is held against."""
    open_uow = build_unit_of_work(engine, gate)
    versions = RuleSetQueries(reads)
    ledger = LedgerQueries(reads)
    rehearsals = Rehearsals(engine, versions, clock=gate.clock, new_id=gate.new_id, safety_model=safety_model)
    return GatePorts(
        queries=GateQueries(reads),
        case_lists=CaseLists(reads),
        circulations=CirculationDesk(queries=RoundQueries(reads), clock=gate.review_clock, now=gate.clock.now),
        ledger=ledger,
        gate=gate,
        rules=RuleDesk(versions, rehearsals, open_uow, clock=gate.clock, safety_model=safety_model),
        screen_draft=partial(screen_draft, gate=gate, look_up=SqlLookUp(reads)),
        vote=partial(review.vote, open_uow=open_uow, gate=gate),
        override=partial(overriding.override, open_uow=open_uow, gate=gate),
        overrides=OverrideQueries(reads),
        redeem=partial(redemption.redeem, open_uow=open_uow, gate=gate),
        change_forwarded=partial(desk_work.change_case, open_uow=open_uow, gate=gate),
        forwarded=ForwardedQueries(reads),
        register_channel=partial(channels.register, open_uow=open_uow, clock=gate.clock, new_id=gate.new_id),
        change_channel=partial(channels.change, open_uow=open_uow),
        money=money_desk(gate, open_uow, reads, rules),
        aftercare=aftercare_desk(gate, open_uow, reads, keys),
        teamwork=teamwork_desk(gate, open_uow, reads),
        evidence=evidence_desk(reads, ledger.tree, gate.clock),
        reviewers=reviewer_desk(gate, open_uow, reads),
        wordings=wording_desk(gate, open_uow, reads),
        caps=SqlCapsDesk(reads, gate),
        jwks=PublishedKeys(keys, reads, gate.clock),
    )


def build_api(settings: Settings) -> FastAPI:
    """The HTTP API of the gate."""
    _observe(settings)
    database = DatabaseSettings(url=settings.db_url)
    engine = create_engine(database, application_name="compliance-api")
    reads = ReadPool(database, application_name="compliance-reads")
    with clear_refusal():
        keys = SigningKeys(_key_folder(settings), issuer=settings.permit_issuer)
        rules = RulesInUse()
        ports = bind_ports(
            engine, reads, _gate(settings, rules), keys, safety_model=settings.safety_model_dir, rules=rules
        )
    follower = RulesFollower(rules, RuleSetQueries(reads), settings.safety_model_dir)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with reads, follower.running():
            yield

    verifier = TokenVerifier(_issuer(settings), settings.auth_audience)
    ready = {"rules": follower.ready}
    return create_gate_app(ports, verifier, engine=engine, lifespan=lifespan, ready=ready)


async def run(settings: Settings) -> None:
    """The worker process: relay, consumer, release, expiry, the clocks of the desks."""
    _observe(settings)
    database = DatabaseSettings(url=settings.db_url)
    timeout = httpx.Timeout(HTTP_TIMEOUT)
    async with (
        ReadPool(database, application_name="compliance-schedules") as reads,
        httpx.AsyncClient(timeout=timeout, trust_env=False) as issuer,
        httpx.AsyncClient(base_url=str(settings.registry_url), timeout=timeout, trust_env=False) as registry,
        httpx.AsyncClient(base_url=str(settings.audit_url), timeout=timeout, trust_env=False) as audit,
    ):
        secret = settings.client_secret.get_secret_value()
        tokens = ServiceTokens(_issuer(settings), settings.client_id, secret, issuer)
        rules = RulesInUse()
        follower = RulesFollower(rules, RuleSetQueries(reads), settings.safety_model_dir)
        worker = _worker(settings, reads, rules, Peers(HttpRegistry(registry, tokens), HttpAudit(audit, tokens)))
        async with follower.running():
            await run_worker(worker)


@dataclass(frozen=True, slots=True)
class Peers:
    """The services the gate asks."""

    registry: HttpRegistry
    audit: HttpAudit


def _worker(settings: Settings, reads: ReadPool, rules: RulesInUse, peers: Peers) -> Worker:
    engine = create_engine(DatabaseSettings(url=settings.db_url), application_name="compliance-worker")
    with clear_refusal():
        gate = _gate(settings, rules)
        folder = _key_folder(settings)
        keys = SigningKeys(folder, issuer=settings.permit_issuer)
        keys.check(gate.clock.now())
        ours = read_channels(settings.channels_file)
        note_keys = NoteKeys.in_folder(settings.ledger_key_dir, name=settings.ledger_origin)
    ledger = LedgerKeeping(engine, note_keys, settings.checkpoint_dir)
    clock, queries = gate.clock, GateQueries(reads)
    open_uow = build_unit_of_work(engine, gate)
    process = release.Release(
        gate=gate,
        registry=peers.registry,
        audit=peers.audit,
        sign=keys.sign,
        open_uow=open_uow,
        retry_after=RETRY_AFTER,
    )
    return Worker(
        service=SERVICE,
        database_url=settings.db_url.get_secret_value(),
        kafka=KafkaSettings(bootstrap_servers=settings.kafka_bootstrap_servers),
        engine=engine,
        unit_of_work=open_uow,
        subscriptions=subscriptions(gate, open_uow),
        schedules=(
            forgetting(engine),
            *schedules(
                begin_rules=partial(
                    begin_rules,
                    settings.rules_dir,
                    settings.lexicon_dir,
                    accept=Acceptance(settings.safety_model_dir),
                    rules=rules,
                    queries=RuleSetQueries(reads),
                    open_uow=open_uow,
                    clock=clock,
                ),
                take_over_channels=partial(_take_over, ours, gate, open_uow),
                release=partial(release.release_due, process, find_due=queries.due, report=_reporting("release")),
                expire=partial(
                    expiry.expire_overdue,
                    find_over=queries.over,
                    open_uow=open_uow,
                    clock=clock,
                    report=_reporting("expiry"),
                ),
                erase=erasing(gate, reads, open_uow, _reporting("erasure")),
                look_after_keys=partial(_look_after_keys, folder, reads, open_uow, clock),
                watch_desks=partial(_watch_desks, gate, ForwardedQueries(reads), open_uow),
                look_after_releases=partial(
                    escalate_overdue,
                    find_due=AftercareQueries(reads).overdue_take_downs,
                    open_uow=open_uow,
                    gate=gate,
                    report=_reporting("take_downs"),
                ),
                watch_reviews=partial(look_at_reviews, gate, RoundQueries(reads), open_uow, _reporting("review_clock")),
                make_wording_rounds=wording_rounds(gate, open_uow, reads, _reporting("wordings")),
                check_caps=SqlCapsDesk(reads, gate).watch,
                integrate_ledger=ledger.integrate,
                write_checkpoint=ledger.checkpoint,
                checkpoint_every=timedelta(seconds=settings.checkpoint_seconds),
            ),
        ),
        port=settings.worker_port,
        ready={"ledger": ledger.ready},
    )


async def _look_after_keys(
    folder: KeyFolder, reads: ReadPool, open_uow: Callable[[], ComplianceUnitOfWork], clock: Clock
) -> None:
    await record_keys(folder.ring(), find_recorded=partial(recorded_keys, reads), open_uow=open_uow)
    folder.drop_spent(clock.now())


async def _watch_desks(gate: Gate, queries: ForwardedQueries, open_uow: OpenUnitOfWork) -> None:
    for desk in DESKS:
        find = partial(queries.due, desk)
        await desk_work.watch_clock(desk, find_due=find, open_uow=open_uow, gate=gate, report=_reporting("desk_clock"))


async def _take_over(ours: Sequence[ChannelDescription], gate: Gate, open_uow: OpenUnitOfWork) -> None:
    silent = await channels.take_over(ours, by=SYSTEM, open_uow=open_uow, clock=gate.clock, new_id=gate.new_id)
    for reason in silent:
        _log.error("channels.not_activated", reason=reason, remedy="name the owner, then activate the channel")


def _key_folder(settings: Settings) -> KeyFolder:
    return KeyFolder.opened(settings.key_dir, Occasion(by=SYSTEM, at=SystemClock().now(), why="the first start"))


def _gate(settings: Settings, rules: RulesInUse) -> Gate:
    return build_gate(rules, read_company(settings.company_file), clock=SystemClock())


def _issuer(settings: Settings) -> str:
    return str(settings.auth_issuer).rstrip("/")


def _observe(settings: Settings) -> None:
    configure_logging(SERVICE, settings.log_level)
    configure_tracing(SERVICE, settings.otlp_endpoint)


def _reporting(task: str) -> Report:
    def report(about: str, error: Exception) -> None:
        _log.error(f"{task}.failed", about=about, error=type(error).__name__, exc_info=error)

    return report
