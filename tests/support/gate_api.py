"""The gate's HTTP API over a stage, by itself or as a client meets it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from compliance.adapters.rules.rule_bundles import bundle_of
from compliance.application.rules import rule_sets
from compliance.application.rules.rule_sets import Compiled
from compliance.bootstrap.api import bind_ports, create_gate_app
from shared.testing import TestIssuer
from support.compliance_stage import Stage

PACKAGED = "0" * 64
"""The hash under which `begin_with_packaged_rules` puts the packaged rules in force: nothing has to be compiled."""


def gate_app(stage: Stage, issuer: TestIssuer, **changes: Any) -> FastAPI:
    """The application, with `changes` to the stage's gate.

    Issuers tell the real time, stages their own: unless the test says otherwise, any sign-in is fresh enough to sign.
    """
    gate = replace(stage.gate, **{"sign_within": timedelta(days=36_500), **changes})
    ports = bind_ports(stage.engine, stage.reads, gate, stage.keys)
    return create_gate_app(ports, issuer.verifier(), engine=stage.engine)


@asynccontextmanager
async def gate_client(
    app: FastAPI, *, headers: Mapping[str, str] | None = None, raises: bool = True
) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the application; with `raises`, what it did not expect fails the test."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=raises)
    async with httpx.AsyncClient(transport=transport, base_url="http://gate.test", headers=headers) as client:
        yield client


async def begin_with_packaged_rules(stage: Stage) -> None:
    """Put the files that come with the product in force, as `PACKAGED`."""
    files = {name: raw.decode() for name, raw in bundle_of().items()}
    await rule_sets.begin(files, Compiled(rule_set=PACKAGED, rules=1), open_uow=stage.open_uow, clock=stage.clock)
    await rule_sets.activate(PACKAGED, "test", "test", open_uow=stage.open_uow, clock=stage.clock)
