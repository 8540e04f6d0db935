"""The sandbox executor: plays our accounts on a laptop. `python -m rapport.executor`.

RAPPORT_COMPLIANCE_URL, RAPPORT_PLANNER_URL, RAPPORT_AUTH_ISSUER, RAPPORT_KAFKA_BOOTSTRAP_SERVERS, RAPPORT_DATA,
RAPPORT_CLIENT_SECRET_<AUDIENCE> per audience; RAPPORT_SANDBOX_AUDIENCES narrows them (comma list); EXECUTOR_PORT
answers probes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import structlog
import uvicorn

from rapport.executor.acting import Executor
from rapport.executor.channels import SandboxChannels
from rapport.executor.feed import ReleaseFeed
from rapport.executor.gate import Gate
from rapport.problem import Problem
from shared.auth.client import ServiceTokens
from shared.kernel.clock import SystemClock
from shared.kernel.errors import Unavailable
from shared.observability.health import probes
from shared.observability.logging import configure_logging

PLAYED_BY_THE_DEMO = "executor-mastodon"
GROUP = "executor-sandbox"
HTTP_SECONDS = 10.0
NEEDED = (
    "RAPPORT_COMPLIANCE_URL",
    "RAPPORT_PLANNER_URL",
    "RAPPORT_AUTH_ISSUER",
    "RAPPORT_KAFKA_BOOTSTRAP_SERVERS",
    "RAPPORT_DATA",
)
_SECRET = "RAPPORT_CLIENT_SECRET_EXECUTOR_"  # noqa: S105 - a variable's name

log = structlog.get_logger("rapport.executor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where everything is; `secrets` maps each audience we serve to its client secret."""

    compliance: str
    planner: str
    issuer: str
    kafka: str
    channels: Path
    secrets: Mapping[str, str]
    port: int | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Raises Problem naming every variable that is missing."""
        missing = [name for name in NEEDED if not environment.get(name)]
        secrets = _secrets(environment)
        if not secrets:
            missing.append(f"{_SECRET}<PLATFORM>")
        if missing:
            raise Problem(f"{', '.join(missing)} not set", remedy="set them, or let `rapport up` start the executor")
        compliance, planner, issuer, kafka, data = (environment[name] for name in NEEDED)
        port = environment.get("EXECUTOR_PORT")
        return cls(
            compliance=compliance,
            planner=planner,
            issuer=issuer,
            kafka=kafka,
            channels=Path(data) / "sandbox-channels",
            secrets=secrets,
            port=int(port) if port else None,
        )


def _secrets(environment: Mapping[str, str]) -> dict[str, str]:
    known = {
        "executor-" + name.removeprefix(_SECRET).lower().replace("_", "-"): secret
        for name, secret in environment.items()
        if name.startswith(_SECRET)
    }
    wanted = environment.get("RAPPORT_SANDBOX_AUDIENCES")
    if wanted is None:
        return {name: secret for name, secret in known.items() if name != PLAYED_BY_THE_DEMO}
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    strangers = [name for name in names if name not in known]
    if strangers:
        raise Problem(
            f"RAPPORT_SANDBOX_AUDIENCES names {', '.join(strangers)} without a client secret",
            remedy=f"set {_SECRET}<PLATFORM> for each",
        )
    return {name: known[name] for name in names}


async def run(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stopping.set)
    async with httpx.AsyncClient(timeout=HTTP_SECONDS, trust_env=False) as http:
        tokens = {name: ServiceTokens(settings.issuer, name, secret, http) for name, secret in settings.secrets.items()}
        gate = Gate(http, compliance=settings.compliance, planner=settings.planner, tokens=tokens)
        executor = Executor(gate=gate, channels=SandboxChannels(settings.channels), clock=SystemClock())
        feed = ReleaseFeed(
            bootstrap_servers=settings.kafka,
            group=GROUP,
            audiences=frozenset(settings.secrets),
            carry_out=executor.carry_out,
        )
        health = _health(settings.port, feed)
        log.info("executor.started", audiences=sorted(settings.secrets))
        async with asyncio.TaskGroup() as group:
            group.create_task(feed.run())
            if health is not None:
                group.create_task(health.serve())
            await stopping.wait()
            feed.stop()
            if health is not None:
                health.should_exit = True


class _Probes(uvicorn.Server):
    """Leaves the signals to us."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _health(port: int | None, feed: ReleaseFeed) -> _Probes | None:
    if port is None:
        return None

    async def broker() -> None:
        if not feed.connected:
            raise Unavailable("no connection to the broker")

    application = probes(service="executor", ready={"broker": broker})
    return _Probes(
        uvicorn.Config(application, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")
    )


def main() -> None:
    """Run, or exit with 2 and a readable line when a setting is missing."""
    try:
        settings = Settings.from_environment(os.environ)
    except (Problem, ValueError) as problem:
        print(f"rapport.executor: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
    configure_logging("executor", os.environ.get("RAPPORT_LOG_LEVEL", "INFO"))
    asyncio.run(run(settings))
