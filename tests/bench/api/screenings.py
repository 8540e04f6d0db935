"""Drafts screened over HTTP: `POST /v1/screenings` of the compliance API as it is deployed, two processes.

python tests/bench/api/screenings.py [--clients 8] [--seconds 5] [--rounds 3] [--named]

The clients are dealt out to the processes; 600 bodies of everyday length, no two alike, are sent in turn. The same
route once more with a screen that says nothing shows what is not the screen. With `--named` every draft names a person
and a colleague who are looked up. Processor time is the API processes' own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
import psutil
import uvloop

sys.path.insert(0, str(Path(__file__).parent))

from load import Measured, load, post
from run import ROOT, authorization, server

from bench.gate import PEOPLE, begin, environment_of
from support import platform
from support.realistic import a_realistic_snapshot

PROCESSES = 2
BODIES = 600
TARGET = 800


def bodies(*, named: bool) -> list[bytes]:
    soon = datetime.now(UTC) + timedelta(days=3)  # noqa: TID251 - slots have to lie ahead
    slot = {"start": soon.isoformat(), "end": (soon + timedelta(hours=2)).isoformat()}
    drafts = [
        a_realistic_snapshot(
            number, stakeholder_id=f"person-{number % PEOPLE}", engager_id="engager-1", scheduled_for=slot
        )
        if named
        else a_realistic_snapshot(number)
        for number in range(BODIES)
    ]
    return [json.dumps(draft).encode() for draft in drafts]


def settle(ports: list[int]) -> None:
    """Wait until every process has loaded its rules."""
    for port in ports:
        for _ in range(600):
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                break
            time.sleep(0.1)
        else:
            raise SystemExit("no rules within a minute")


async def measured(
    name: str, ports: list[int], processes: list[psutil.Process], requests: list[bytes], options: argparse.Namespace
) -> float:
    rounds: list[tuple[Measured, float]] = []
    for number in range(options.rounds + 1):
        before = _spent(processes)
        found = await load(ports, requests, clients=options.clients, seconds=options.seconds if number else 2.0)
        if number:  # the first round only warms up
            rounds.append((found, (_spent(processes) - before) / found.requests * 1e6))
    rates = sorted(each.rate for each, _ in rounds)
    print(
        f"{name:18} {median(rates):6.0f} req/s (rounds {rates[0]:.0f}-{rates[-1]:.0f})  "
        f"p50 {median(each.p50 for each, _ in rounds):5.1f} ms  p99 {median(each.p99 for each, _ in rounds):5.1f} ms  "
        f"processor {median(cpu for _, cpu in rounds):5.0f} us/req  load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return median(rates)


def _spent(processes: list[psutil.Process]) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in processes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--named", action="store_true")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-screenings-"))
    rate = 0.0
    with ExitStack() as stack:
        admin_url = stack.enter_context(platform.postgres(folder / "postgres"))
        asyncio.run(platform.execute(admin_url, "CREATE DATABASE bench_screenings"))
        url = f"{admin_url.rpartition('/')[0]}/bench_screenings"
        migrate = ["-m", "alembic", "-c", "services/compliance/alembic.ini", "upgrade", "head"]
        subprocess.run([sys.executable, *migrate], cwd=ROOT, env={**os.environ, "COMPLIANCE_DB_URL": url}, check=True)
        asyncio.run(begin(url))
        port = platform.free_port()
        issuer = f"http://127.0.0.1:{port}"
        issuing = {
            "ISSUER_URL": issuer,
            "ISSUER_KEY_DIR": str(folder / "issuer"),
            "ISSUER_USERS_FILE": str(ROOT / "deploy/demo/users.yaml"),
        }
        stack.enter_context(server("shared.auth.embedded.main:create", port, issuing, folder / "issuer.log"))
        environment = environment_of(url, folder, issuer=issuer)
        headers = authorization(issuer)
        requests = [post("/v1/screenings", headers, body) for body in bodies(named=options.named)]
        for name, application in {"no screen": "trivial:create", "as deployed": "compliance.main:create"}.items():
            with ExitStack() as servers:
                ports = [platform.free_port() for _ in range(PROCESSES)]
                processes = [
                    servers.enter_context(server(application, each, environment, folder / f"{name}-{each}.log"))
                    for each in ports
                ]
                settle(ports)
                rate = uvloop.run(measured(name, ports, processes, requests, options))
    sys.exit(0 if rate >= TARGET else 1)


if __name__ == "__main__":
    main()
