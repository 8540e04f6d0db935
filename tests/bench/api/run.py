"""A read by key through our registry against the barest FastAPI + asyncpg, side by side.

python tests/bench/api/run.py [--clients 32] [--seconds 4] [--rounds 5]

Both run as one uvicorn worker on the same PostgreSQL and table; rounds alternate, so that what else this machine
does weighs on both alike. Ours is the registry as it is deployed: token from the development issuer, verification,
scope, correlation id, metrics, access log, ETag.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
import psutil
import uvloop

ROOT = Path(__file__).parents[3]
sys.path[:0] = [str(ROOT / "tests"), str(Path(__file__).parent)]

from load import Measured, get, load  # noqa: E402 - needs the path

from support import platform  # noqa: E402 - needs the path

TARGET = 0.6
PATHS = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
STAKEHOLDER = {
    "name": "Dr Lena Vogt",
    "type": "hcp",
    "country": "DE",
    "handles": [{"platform": "x", "name": "lena_vogt"}, {"platform": "mastodon", "name": "lena@med.example"}],
    "lawful_basis": "legitimate_interest",
    "notice_sent_on": "2026-10-01",
    "followers": 4200,
    "contracted": False,
}


@contextmanager
def server(application: str, port: int, environment: dict[str, str], log: Path) -> Generator[psutil.Process]:
    """One uvicorn worker, once it answers."""
    command = [sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    factory = ["--factory"] if application.endswith(":create") else []
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *factory, application],
            env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(PATHS)},
            stdout=output,
            stderr=output,
        )
        try:
            wait(port, process, log)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(10)


def wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit(f"the server ended:\n{log.read_text()[-2000:]}")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/docs", timeout=1).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server did not answer within 30 seconds")


@contextmanager
def database(admin_url: str) -> Generator[str]:
    """A migrated registry database that is dropped at the end."""
    name = f"bench_api_{secrets.token_hex(4)}"
    url = f"{admin_url.rpartition('/')[0]}/{name}"
    asyncio.run(platform.execute(admin_url, f"CREATE DATABASE {name}"))
    try:
        migrate = ["-m", "alembic", "-c", "services/registry/alembic.ini", "upgrade", "head"]
        subprocess.run([sys.executable, *migrate], cwd=ROOT, env={**os.environ, "REGISTRY_DB_URL": url}, check=True)
        yield url
    finally:
        asyncio.run(platform.execute(admin_url, f"DROP DATABASE {name} WITH (FORCE)"))


def authorization(issuer: str) -> dict[str, str]:
    form = {"grant_type": "password", "client_id": "cli", "username": "amira.medical", "password": "demo"}
    answer = httpx.post(f"{issuer}/token", data=form).raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def register(port: int, headers: dict[str, str]) -> str:
    answer = httpx.post(f"http://127.0.0.1:{port}/v1/stakeholders", json=STAKEHOLDER, headers=headers)
    return str(answer.raise_for_status().json()["id"])


@dataclass(frozen=True, slots=True)
class Contestant:
    port: int
    headers: dict[str, str]
    process: psutil.Process

    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


@dataclass(frozen=True, slots=True)
class Round:
    """`cpu` is the server's own processor time per request in microseconds: what a noisy neighbour cannot change."""

    measured: Measured
    cpu: float


async def measure(contestants: dict[str, Contestant], path: str, options: argparse.Namespace) -> dict[str, list[Round]]:
    results: dict[str, list[Round]] = {name: [] for name in contestants}
    for number in range(options.rounds + 1):
        for name, each in contestants.items():
            seconds = options.seconds if number else 1.0  # the first round only warms up
            before = each.cpu_seconds()
            asked = get(path, each.headers)
            measured = await load([each.port], [asked], clients=options.clients, seconds=seconds)
            cpu = (each.cpu_seconds() - before) / measured.requests * 1e6
            if number:
                results[name].append(Round(measured, cpu))
    return results


def report(results: dict[str, list[Round]]) -> float:
    for name, rounds in results.items():
        rates = sorted(each.measured.rate for each in rounds)
        print(
            f"{name:5} {median(rates):6.0f} req/s (rounds {rates[0]:.0f}-{rates[-1]:.0f})  "
            f"p50 {median(each.measured.p50 for each in rounds):5.1f} ms  "
            f"p99 {median(each.measured.p99 for each in rounds):5.1f} ms  "
            f"processor {median(each.cpu for each in rounds):4.0f} us/req"
        )
    pairs = list(zip(results["ours"], results["bare"], strict=True))
    ratios = sorted(ours.measured.rate / bare.measured.rate for ours, bare in pairs)
    by_cpu = median(bare.cpu / ours.cpu for ours, bare in pairs)
    print(
        f"ratio of rates {median(ratios):.2f} (rounds {ratios[0]:.2f}-{ratios[-1]:.2f}), "
        f"by processor time {by_cpu:.2f}; target {TARGET}"
    )
    return median(ratios)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-api-"))
    ports = {name: platform.free_port() for name in ("issuer", "ours", "bare")}
    processes: dict[str, psutil.Process] = {}
    issuer = f"http://127.0.0.1:{ports['issuer']}"
    with ExitStack() as stack:
        url = stack.enter_context(database(stack.enter_context(platform.postgres(folder / "postgres"))))
        environments = {
            "shared.auth.embedded.main:create": {
                "ISSUER_URL": issuer,
                "ISSUER_KEY_DIR": str(folder / "keys"),
                "ISSUER_USERS_FILE": str(ROOT / "deploy/demo/users.yaml"),
            },
            "registry.main:create": {
                "REGISTRY_DB_URL": url,
                "REGISTRY_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
                "REGISTRY_AUTH_ISSUER": issuer,
            },
            "bare:app": {"BENCH_DB_URL": url},
        }
        for (application, environment), (name, port) in zip(environments.items(), ports.items(), strict=True):
            processes[name] = stack.enter_context(server(application, port, environment, folder / f"{name}.log"))
        headers = authorization(issuer)
        path = f"/v1/stakeholders/{register(ports['ours'], headers)}"
        contestants = {
            "bare": Contestant(ports["bare"], {}, processes["bare"]),
            "ours": Contestant(ports["ours"], headers, processes["ours"]),
        }
        ratio = report(uvloop.run(measure(contestants, path, options)))
    sys.exit(0 if ratio >= TARGET else 1)


if __name__ == "__main__":
    main()
