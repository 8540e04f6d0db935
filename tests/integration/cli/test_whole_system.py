"""`rapport up` as a person meets it: it starts, heals, stops, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest

from rapport.launcher.services import SERVICES

pytestmark = [pytest.mark.platform, pytest.mark.timeout(600)]

START_SECONDS = 240
RAPPORT = (sys.executable, "-m", "rapport")


class System:
    """A launcher on its own data folder, with everything embedded."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._log = data.parent / "launcher.txt"
        unwanted = {"RAPPORT_POSTGRES_URL", "RAPPORT_KAFKA_BOOTSTRAP_SERVERS", "RAPPORT_AUTH_ISSUER"}
        kept = {name: value for name, value in os.environ.items() if name not in unwanted}
        self._environment = {**kept, "RAPPORT_DATA": str(data), "RAPPORT_DEMO_DATA": "no"}
        self.launcher: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        with self._log.open("wb") as log:
            self.launcher = subprocess.Popen([*RAPPORT, "up"], env=self._environment, stdout=log, stderr=log)
        self.wait_for(r"Rapport runs")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*RAPPORT, *command], env=self._environment, capture_output=True, text=True, check=False,
            timeout=START_SECONDS,
        )  # fmt: skip

    def up_detached(self) -> str:
        """What it says until everything answers; its launcher is then nobody's child."""
        started = self.run("up", "--detach")
        assert started.returncode == 0, started.stdout + started.stderr
        return started.stdout

    def launched(self) -> list[psutil.Process]:
        """The launcher that holds the data folder, and everything below it."""
        launcher = psutil.Process(int((self.data / "launcher.lock").read_text(encoding="ascii")))
        return [launcher, *launcher.children(recursive=True)]

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def wait_for(self, pattern: str) -> None:
        give_up = time.monotonic() + START_SECONDS
        while not re.search(pattern, self.said()):
            assert self.launcher is not None
            assert self.launcher.poll() is None, self.said()
            assert time.monotonic() < give_up, self.said()
            time.sleep(0.2)

    def processes(self) -> list[psutil.Process]:
        assert self.launcher is not None
        return psutil.Process(self.launcher.pid).children(recursive=True)

    def process(self, name: str) -> psutil.Process:
        return next(each for each in self.processes() if " ".join(each.cmdline()).startswith(f"{name}: "))

    def end(self) -> None:
        if self.launcher is not None and self.launcher.poll() is None:
            self.launcher.terminate()
            self.launcher.wait(90)
        self.run("down")  # a detached one


@pytest.fixture
def system(tmp_path: Path) -> Generator[System]:
    running = System(tmp_path / "rapport data")
    yield running
    running.end()


def _gone(processes: list[psutil.Process], seconds: float = 30) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return not alive


def test_the_system_starts_heals_survives_a_kill_and_leaves_nothing_behind(system: System) -> None:
    system.up()
    assert system.run("status").returncode == 0
    assert stat.S_IMODE(system.data.stat().st_mode) == 0o700
    ports = (system.data / "ports.json").read_text(encoding="utf-8")

    system.process("audit-worker").send_signal(signal.SIGKILL)
    system.wait_for(r"audit-worker ended \(killed by signal 9\)")
    system.wait_for(r"audit-worker is back")

    first = system.processes()
    assert system.launcher is not None
    system.launcher.kill()
    system.launcher.wait()
    assert _gone(first)
    assert system.run("status").returncode == 1

    said = system.up_detached()
    assert "Rapport runs" in said
    assert "databases migrated" not in said  # what the killed run stored is there
    assert system.run("status").returncode == 0
    assert (system.data / "ports.json").read_text(encoding="utf-8") == ports
    second = system.launched()
    assert len(second) > len(SERVICES)
    assert system.run("down").returncode == 0
    assert _gone(second, seconds=5)
    assert "was killed" not in (system.data / "logs" / "launcher.log").read_text(encoding="utf-8")
    assert system.run("status").returncode == 1
