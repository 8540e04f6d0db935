"""The gate's API as a process of its own, over real HTTP; it can be told to die between its commit and its answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from joserfc.jwk import ECKey
from pydantic import SecretStr

from compliance.application.redemption import Redemption
from compliance.bootstrap.api import bind_ports, create_gate_app
from shared.auth.keys import KnownKeys
from shared.auth.verifier import TokenVerifier
from shared.db.engine import create_engine
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.testing import FakeClock, TestIssuer
from support.compliance_builders import a_gate
from support.permit_keys import keys_in, keys_in_memory
from support.platform import free_port

STARTS_WITHIN = 60.0


@contextmanager
def gate_process(
    database: str, issuer: TestIssuer, now: datetime, *, dies_after_commit: bool = False, keys: Path | None = None
) -> Generator[str]:
    """Its address, once it answers. Time stands still at `now`; `keys` is its key folder."""
    port = free_port()
    given = {
        "database": database,
        "now": now.isoformat(),
        "issuer": issuer.url,
        "audience": issuer.audience,
        "key": issuer.key.as_dict(private=False),
        "dies": dies_after_commit,
        "keys": keys and str(keys),
    }
    command = ["uvicorn", "support.gate_process:create", "--factory", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "GIVEN_GATE": json.dumps(given)},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.kill()
        process.wait()


def create() -> FastAPI:
    """The application of the process, from what its starter gave it."""
    given: dict[str, Any] = json.loads(os.environ["GIVEN_GATE"])
    settings = DatabaseSettings(url=SecretStr(given["database"]), pool_size=20)
    engine, reads = create_engine(settings, application_name="gate"), ReadPool(settings, application_name="gate-reads")
    gate = a_gate(FakeClock(datetime.fromisoformat(given["now"])))
    keys = keys_in(Path(given["keys"]), gate.clock.now()) if given["keys"] else keys_in_memory()
    ports = bind_ports(engine, reads, gate, keys)

    async def redeem_and_die(permit_id: str, **asked: str) -> Redemption:
        await ports.redeem(permit_id, client_id=asked["client_id"], content_sha256=asked["content_sha256"])
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("still alive")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with reads:
            yield

    trusted = KnownKeys({"test": ECKey.import_key(given["key"])})
    verifier = TokenVerifier(given["issuer"], given["audience"], keys=trusted)
    bound = replace(ports, redeem=redeem_and_die) if given["dies"] else ports
    return create_gate_app(bound, verifier, engine=engine, lifespan=lifespan)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert process.poll() is None, "the gate did not start"
        try:
            with urllib.request.urlopen(f"{address}/.well-known/jwks.json", timeout=2):  # noqa: S310 - our own address
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the gate does not answer")
