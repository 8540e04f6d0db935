"""Which port each part listens on: the usual one, the one of the last start, or the next free one."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from rapport.problem import Problem

DEFAULTS = {
    "portal": 7700,
    "registry": 7701,
    "audit": 7702,
    "planner": 7703,
    "compliance": 7704,
    "issuer": 7709,
    "registry-worker": 7711,
    "audit-worker": 7712,
    "planner-worker": 7713,
    "compliance-worker": 7714,
    "executor": 7715,
    "postgres": 7732,
    "kafka": 7792,
    "kafka-controller": 7793,
}
"""Usual port per part."""
TRIES = 200


def is_free(port: int) -> bool:
    """Whether we could listen on 127.0.0.1:`port` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Reservations:
    """Ports that this launcher holds, so that another one starting at the same moment takes others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[int, int] = {}

    def take(self, port: int) -> bool:
        """Whether nobody listens on `port` and no other launcher of this user holds it; held from then on."""
        if port in self._held:
            return True
        if not is_free(port):
            return False
        self._folder.mkdir(parents=True, exist_ok=True)
        mark = os.open(self._folder / str(port), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(mark)
            return False
        self._held[port] = mark  # until this process ends, however it ends
        return True

    def release(self) -> None:
        """Give all of them back."""
        while self._held:
            os.close(self._held.popitem()[1])


def reservations() -> Reservations:
    """Those of the user, whatever the data folder."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Reservations(Path(base) / "rapport" / "ports")


def choose(
    wanted: Iterable[str],
    remembered: Mapping[str, int],
    *,
    say: Callable[[str], None],
    free: Callable[[int], bool] = is_free,
) -> dict[str, int]:
    """A port for every part in `wanted`: the remembered one if free, else the next free one above its usual port.

    No port is given twice. A change against the last start is said. Raises Problem when there is none.
    """
    chosen: dict[str, int] = {}
    reserved = {**DEFAULTS, **remembered}
    for part in wanted:
        first = reserved[part]
        others = {port for name, port in reserved.items() if name != part} | set(chosen.values())
        chosen[part] = _next_free(part, first, others, free)
        if chosen[part] != first:
            say(f"port {first} is taken by another program: {part} uses {chosen[part]}")
    return chosen


def _next_free(part: str, first: int, others: set[int], free: Callable[[int], bool]) -> int:
    if free(first):
        return first
    for port in range(first + 1, first + TRIES):
        if port not in others and free(port):
            return port
    raise Problem(
        f"no free port for {part} between {first} and {first + TRIES - 1} on 127.0.0.1",
        remedy=f"free one of them; `ss -ltnp` (Linux) or `lsof -iTCP -sTCP:LISTEN` shows who listens on {first}",
    )
