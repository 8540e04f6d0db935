"""The whole system as a user starts it, and the means to hurt it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from rapport.embedded import tether
from rapport.launcher.ports import DEFAULTS
from support.platform import free_port

ROOT = Path(__file__).parents[2]
TETHER = tether.__file__
"""A killed test run must not leave a whole system behind."""
OWN_PLATFORM = ("RAPPORT_POSTGRES_URL", "RAPPORT_KAFKA_BOOTSTRAP_SERVERS")


@dataclass(slots=True)
class RunningSystem:
    """One `rapport up` on a data folder of its own."""

    data: Path
    launcher: subprocess.Popen[bytes]

    def note(self, name: str) -> dict[str, Any]:
        """What the launcher wrote into `<name>.json`, empty while it has not."""
        file = self.data / f"{name}.json"
        return json.loads(file.read_text("utf-8")) if file.exists() else {}

    def address(self, service: str) -> str:
        return f"http://127.0.0.1:{self.note('ports')[service]}"

    @property
    def kafka(self) -> str:
        return f"127.0.0.1:{self.note('ports')['kafka']}"

    def database(self, service: str) -> str:
        """The address of a service's database, as the service itself uses it."""
        password = self.note("secrets")[f"database {service}"]
        return f"postgresql://rapport_{service}:{password}@127.0.0.1:{self.note('ports')['postgres']}/rapport_{service}"

    def pid(self, part: str) -> int:
        return int(self.note("processes")[part]["pid"])

    def kill(self, part: str) -> int:
        """`kill -9`; the process id that died."""
        pid = self.pid(part)
        os.kill(pid, signal.SIGKILL)
        return pid

    def await_ready(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.note("remembered").get("ready"):
            if self.launcher.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the system is not up:\n{self.said()}")
            time.sleep(0.2)

    def said(self) -> str:
        return (self.data / "said.log").read_text("utf-8", errors="replace")[-4000:]

    def environment(self) -> dict[str, str]:
        """For commands that shall talk to this system."""
        return {**_without_platform(), "RAPPORT_DATA": str(self.data)}

    def rapport(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run the `rapport` command against this system."""
        return subprocess.run(
            [sys.executable, "-m", "rapport", *arguments],
            env=self.environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def token(self, user: str) -> str:
        """An access token of a demo user, as the command line gets one."""
        return self._token({"grant_type": "password", "client_id": "cli", "username": user, "password": "demo"})

    def client_token(self, client: str) -> str:
        """An access token of a service or an executor."""
        users = yaml.safe_load((ROOT / "deploy" / "demo" / "users.yaml").read_text("utf-8"))
        secret = next(each["secret"] for each in users["clients"] if each["id"] == client)
        return self._token({"grant_type": "client_credentials", "client_id": client, "client_secret": secret})

    def _token(self, form: dict[str, str]) -> str:
        answer = httpx.post(f"{self.address('issuer')}/token", data=form)
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def as_user(self, user: str, service: str) -> httpx.Client:
        """A client of one service's API, signed in as a demo user."""
        headers = {"Authorization": f"Bearer {self.token(user)}"}
        return httpx.Client(base_url=self.address(service), headers=headers, timeout=30)

    def stop(self) -> None:
        if self.launcher.poll() is None:
            self.launcher.send_signal(signal.SIGINT)
            self.launcher.wait(60)


def _without_platform() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in OWN_PLATFORM}


def start(data: Path, *, environment: Mapping[str, str] | None = None) -> RunningSystem:
    """`rapport up` on `data`, not yet ready. Ports are remembered, so a second start gets the same."""
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "ports.json").exists():
        (data / "ports.json").write_text(json.dumps({name: free_port() for name in DEFAULTS}))
    with (data / "said.log").open("ab") as said:
        launcher = subprocess.Popen(
            [sys.executable, TETHER, str(os.getpid()), str(int(signal.SIGTERM)), sys.executable, "-m", "rapport", "up"],
            env={**_without_platform(), "RAPPORT_DATA": str(data), "CI": "", **(environment or {})},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    return RunningSystem(data, launcher)


@contextmanager
def running_system(data: Path, *, ready_within: float = 180) -> Generator[RunningSystem]:
    """The whole system for the block."""
    system = start(data)
    try:
        system.await_ready(ready_within)
        yield system
    finally:
        system.stop()
