"""The data folder: one launcher at a time, and what the next start must know."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from rapport.problem import Problem

PRIVATE = 0o700
CONTENTS = frozenset(
    {"kafka", "keys", "launcher.lock", "logs", "ports.json", "postgres", "processes.json", "remembered.json"}
    | {"sandbox-channels", "secrets.json"}
)
"""Every name that a run creates in its data folder."""


def write_private(path: Path, text: str) -> None:
    """Replace `path` in one step, readable by its owner only."""
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The object in `path`, empty when there is no file. Raises Problem when it does not parse."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise Problem(
            f"{path} is not readable JSON: {error}", remedy=f"remove {path}; it is written again at the next start"
        ) from error


class DataFolder:
    """Typed access to the small files of one data folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = path / "launcher.lock"

    def make(self) -> None:
        """Create it, readable by its owner only: the broker's logs hold personal data and permits.

        A wider folder of ours is narrowed; one that holds anything else is somebody's, and stays as it is. Raises
        Problem.
        """
        try:
            self.path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        found = self.path.stat()
        is_ours = found.st_uid == os.geteuid() and {each.name for each in self.path.iterdir()} <= CONTENTS
        if is_ours and stat.S_IMODE(found.st_mode) & ~PRIVATE:
            self.path.chmod(PRIVATE)

    @contextmanager
    def held(self) -> Generator[None]:
        """Be the one launcher of this folder. Raises Problem naming the other's process id."""
        self.make()
        try:
            lock = self._lock.open("a+", encoding="ascii")
        except OSError as error:
            raise self._unwritable(error) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.refuse_second()
                raise
            lock.seek(0)
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def _unwritable(self, error: OSError) -> Problem:
        return Problem(
            f"the data folder {self.path} cannot be written: {error.strerror}",
            remedy="choose another one with RAPPORT_DATA, or run as the user it belongs to",
        )

    def holder(self) -> int | None:
        """Process id of the launcher that runs on this folder, None when there is none."""
        try:
            with self._lock.open("r+", encoding="ascii") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    said = lock.read().strip()
                    return int(said) if said.isdigit() else 0
        except OSError:
            return None
        return None

    def refuse_second(self) -> None:
        """Raises Problem while another launcher runs on this folder."""
        holder = self.holder()
        if holder is not None:
            raise Problem(
                f"another launcher (process {holder}) already runs on {self.path}",
                remedy="use that one (`rapport status`), stop it with `rapport down`, "
                "or name another folder in RAPPORT_DATA",
            )

    @property
    def ports(self) -> dict[str, int]:
        """The ports of the last start, so that addresses stay the same."""
        return read_json(self.path / "ports.json")

    @ports.setter
    def ports(self, ports: dict[str, int]) -> None:
        write_private(self.path / "ports.json", json.dumps(ports, indent=1))

    def secret(self, name: str) -> str:
        """A random secret, made at its first use and kept."""
        path = self.path / "secrets.json"
        known = read_json(path)
        if name not in known:
            known[name] = secrets.token_urlsafe(24)
            write_private(path, json.dumps(known, indent=1))
        return str(known[name])

    def remembered(self, name: str) -> Any:
        """What an earlier start noted under `name`, None when nothing."""
        return read_json(self.path / "remembered.json").get(name)

    def remember(self, name: str, value: Any) -> None:
        path = self.path / "remembered.json"
        write_private(path, json.dumps({**read_json(path), name: value}, indent=1))

    def note_processes(self, processes: dict[str, int]) -> None:
        """Write down which processes run, with their start times, for whoever cleans up after us."""
        rows: dict[str, dict[str, float]] = {}
        for name, pid in processes.items():
            if psutil.pid_exists(pid):
                rows[name] = {"pid": pid, "started": psutil.Process(pid).create_time()}
        write_private(self.path / "processes.json", json.dumps(rows, indent=1))

    def leftovers(self) -> dict[str, psutil.Process]:
        """Processes of an earlier launcher that still live: same id and same start time."""
        alive: dict[str, psutil.Process] = {}
        for name, row in read_json(self.path / "processes.json").items():
            try:
                process = psutil.Process(int(row["pid"]))
                if abs(process.create_time() - row["started"]) < 1 and process.status() != psutil.STATUS_ZOMBIE:
                    alive[name] = process
            except psutil.NoSuchProcess:
                continue
        return alive
