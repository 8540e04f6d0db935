"""Child processes that end with us: however we end."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rapport.problem import Problem

TETHER = Path(__file__).with_name("tether.py")
UNPRIVILEGED = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""As root: a user namespace in which we are an ordinary user. Needs no account and no root on disk."""


@dataclass(frozen=True, slots=True)
class Command:
    """One long-running process. Signals are numbers: `stop_signal` asks it to end, `orphan_signal` reaches it
    when the launcher is gone. `environment` is added to ours. `unprivileged` drops root where we are root.
    """

    name: str
    argv: tuple[str, ...]
    folder: Path
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 10.0
    orphan_signal: int = signal.SIGKILL
    unprivileged: bool = False
    module: tuple[str, ...] | None = None
    """A Python module and its arguments, where `argv` is that: such a process may also be forked."""


class Process(Protocol):
    """A running child: the part of subprocess.Popen that supervision needs."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def send_signal(self, sig: int, /) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


def unprivileged_prefix() -> tuple[str, ...]:
    """What to put before a command that refuses to run as root; empty for an ordinary user."""
    return UNPRIVILEGED if os.geteuid() == 0 else ()


def _tethered(argv: Iterable[str], *, unprivileged: bool, orphan_signal: int = signal.SIGKILL) -> list[str]:
    prefix = unprivileged_prefix() if unprivileged else ()
    return [*prefix, sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(int(orphan_signal)), *argv]


def start(command: Command) -> subprocess.Popen[bytes]:
    """Start `command`; its output is appended to its log.

    Call from a thread that lives as long as the process should: on Linux its death counts as ours.
    """
    command.log.parent.mkdir(parents=True, exist_ok=True)
    with command.log.open("ab") as log:
        return subprocess.Popen(
            _tethered(command.argv, unprivileged=command.unprivileged, orphan_signal=command.orphan_signal),
            cwd=command.folder,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the launcher, which then ends things in order
        )


def stop(process: Process, command: Command) -> bool:
    """Ask, wait, then kill. False when it had to be killed."""
    if process.poll() is not None:
        return True
    process.send_signal(command.stop_signal)
    try:
        process.wait(command.stop_seconds)
    except (subprocess.TimeoutExpired, TimeoutError):
        process.kill()
        process.wait()
        return False
    return True


def run_once(
    argv: Iterable[str],
    *,
    folder: Path,
    what: str,
    remedy: str,
    unprivileged: bool = False,
    environment: Mapping[str, str] | None = None,
    seconds: float = 120.0,
) -> str:
    """Run a short command to its end and return what it said.

    Raises Problem with its last lines when it fails or takes longer than `seconds`.
    """
    try:
        done = subprocess.run(
            _tethered(argv, unprivileged=unprivileged),
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=seconds,
        )
    except FileNotFoundError as error:
        raise Problem(f"{what}: the command {error.filename} is missing", remedy=remedy) from error
    except subprocess.TimeoutExpired as error:
        raise Problem(f"{what}: no end after {seconds:.0f} s", remedy=remedy) from error
    if done.returncode != 0:
        raise Problem(f"{what} failed:\n{indent((done.stdout + done.stderr).splitlines()[-8:])}", remedy=remedy)
    return done.stdout


def package_folder(name: str) -> Path:
    """Where an installed package lies, without importing it. Raises Problem when it is not installed."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise Problem(f"the package {name} is not installed", remedy="run `make setup`")
    return Path(spec.origin).parent


def last_lines(log: Path, count: int = 8) -> str:
    """The end of a log, indented, for an error message."""
    if not log.exists():
        return "  (no log yet)"
    with log.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - 8192))
        lines = file.read().decode(errors="replace").splitlines()[-count:]
    return indent(lines)


def indent(lines: Iterable[str]) -> str:
    """Somebody else's words inside our message."""
    return "\n".join(f"  | {line}" for line in lines)
