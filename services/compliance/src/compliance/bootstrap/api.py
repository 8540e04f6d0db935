"""Settings become the HTTP API of the gate."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from compliance.adapters.aftercare.desk import aftercare_desk
from compliance.adapters.caps.desk import SqlCapsDesk
from compliance.adapters.case_lists import CaseLists
from compliance.adapters.circulations.queries import RoundQueries
from compliance.adapters.evidence.desk import evidence_desk
from compliance.adapters.forwarded_queries import ForwardedQueries
from compliance.adapters.look_up import SqlLookUp
from compliance.adapters.money.desk import money_desk
from compliance.adapters.override_queries import OverrideQueries
from compliance.adapters.proof.ledger_queries import LedgerQueries
from compliance.adapters.published_keys import PublishedKeys
from compliance.adapters.read_models import GateQueries
from compliance.adapters.reviewers.desk import reviewer_desk
from compliance.adapters.rules.rehearsals import Rehearsals
from compliance.adapters.rules.rule_desk import RuleDesk
from compliance.adapters.rules.rule_set_queries import RuleSetQueries
from compliance.adapters.rules.rules_follower import RulesFollower
from compliance.adapters.signing_keys import SigningKeys
from compliance.adapters.teamwork.desk import teamwork_desk
from compliance.adapters.wordings.desk import wording_desk
from compliance.application import channels, desk_work, overriding, redemption, review
from compliance.application.circulations.desk import CirculationDesk
from compliance.application.gate import Gate
from compliance.application.judging import screen_draft
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
from compliance.settings import Settings
from shared.auth.verifier import TokenVerifier
from shared.db.engine import create_engine
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.web.app import Lifespan, create_app


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
    observe(settings)
    database = DatabaseSettings(url=settings.db_url)
    engine = create_engine(database, application_name="compliance-api")
    reads = ReadPool(database, application_name="compliance-reads")
    with clear_refusal():
        keys = SigningKeys(key_folder_of(settings), issuer=settings.permit_issuer)
        rules = RulesInUse()
        ports = bind_ports(
            engine, reads, gate_of(settings, rules), keys, safety_model=settings.safety_model_dir, rules=rules
        )
    follower = RulesFollower(rules, RuleSetQueries(reads), settings.safety_model_dir)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with reads, follower.running():
            yield

    verifier = TokenVerifier(issuer_of(settings), settings.auth_audience)
    ready = {"rules": follower.ready}
    return create_gate_app(ports, verifier, engine=engine, lifespan=lifespan, ready=ready)
