"""Settings become the worker of the gate: relay, consumer and schedules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import httpx
import structlog

from compliance.adapters.aftercare.queries import AftercareQueries
from compliance.adapters.caps.desk import SqlCapsDesk
from compliance.adapters.circulations.desk import look_at_reviews
from compliance.adapters.circulations.queries import RoundQueries
from compliance.adapters.company.files import read_channels
from compliance.adapters.erasing.desk import erasing
from compliance.adapters.forwarded_queries import ForwardedQueries
from compliance.adapters.key_folder import KeyFolder
from compliance.adapters.peers import HttpAudit, HttpRegistry
from compliance.adapters.proof.keeping import LedgerKeeping
from compliance.adapters.proof.note_keys import NoteKeys
from compliance.adapters.published_keys import recorded_keys
from compliance.adapters.read_models import GateQueries
from compliance.adapters.rules.compiling import Acceptance
from compliance.adapters.rules.first_rules import begin_rules
from compliance.adapters.rules.rule_set_queries import RuleSetQueries
from compliance.adapters.rules.rules_follower import RulesFollower
from compliance.adapters.signing_keys import SigningKeys
from compliance.adapters.unit_of_work import ComplianceUnitOfWork
from compliance.adapters.wordings.desk import wording_rounds
from compliance.application import channels, desk_work, expiry, release
from compliance.application.aftercare.take_downs import escalate_overdue
from compliance.application.desk_work import DESKS
from compliance.application.gate import Gate
from compliance.application.isolation import Report
from compliance.application.permit_keys import record_keys
from compliance.application.ports.unit_of_work import OpenUnitOfWork
from compliance.application.rules.rules_in_use import RulesInUse
from compliance.bootstrap.means import (
    SERVICE,
    build_unit_of_work,
    clear_refusal,
    gate_of,
    issuer_of,
    key_folder_of,
    observe,
)
from compliance.domain.channel import ChannelDescription
from compliance.domain.events import SYSTEM
from compliance.entrypoints.schedules import schedules
from compliance.entrypoints.subscriptions import subscriptions
from compliance.settings import Settings
from shared.auth.client import ServiceTokens
from shared.db.engine import create_engine
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import Clock
from shared.messaging.settings import KafkaSettings
from shared.messaging.worker import Worker, run_worker
from shared.web.idempotency import forgetting

HTTP_TIMEOUT = 5.0


RETRY_AFTER = timedelta(seconds=3)


_log = structlog.get_logger()


async def run(settings: Settings) -> None:
    """The worker process: relay, consumer, release, expiry, the clocks of the desks."""
    observe(settings)
    database = DatabaseSettings(url=settings.db_url)
    timeout = httpx.Timeout(HTTP_TIMEOUT)
    async with (
        ReadPool(database, application_name="compliance-schedules") as reads,
        httpx.AsyncClient(timeout=timeout, trust_env=False) as issuer,
        httpx.AsyncClient(base_url=str(settings.registry_url), timeout=timeout, trust_env=False) as registry,
        httpx.AsyncClient(base_url=str(settings.audit_url), timeout=timeout, trust_env=False) as audit,
    ):
        secret = settings.client_secret.get_secret_value()
        tokens = ServiceTokens(issuer_of(settings), settings.client_id, secret, issuer)
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
        gate = gate_of(settings, rules)
        folder = key_folder_of(settings)
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


def _reporting(task: str) -> Report:
    def report(about: str, error: Exception) -> None:
        _log.error(f"{task}.failed", about=about, error=type(error).__name__, exc_info=error)

    return report
