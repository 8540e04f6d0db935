"""The sandbox: our accounts as files, one line per published act, each permit at most once."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

RECALLED = "recalled"


class SandboxChannels:
    """`<folder>/<platform>.jsonl`, appended under a lock with the permit id as idempotency key.

    A recall is kept in `recalled.jsonl` before anything is taken down, so that what was allowed before it is not
    published after it. A line that a killed process left unfinished never happened: it is cut off before the next one
    is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def acted(self, platform: str, permit_id: str) -> bool:
        """Whether the permit was used here, by this process or an earlier one."""
        with self._open(platform) as file:
            return permit_id in _permits(file, having="content")

    def publish(
        self, platform: str, permit_id: str, *, action_id: str, content: Mapping[str, Any], at: datetime
    ) -> bool:
        """Append the act durably. False when the permit was used before, or recalled: nothing is written then."""
        with self._open(platform) as file:
            if permit_id in _permits(file) or self._is_recalled(permit_id):
                return False
            act = {"permit_id": permit_id, "action_id": action_id, "published_at": at.isoformat(), "content": content}
            _append(file, act)
            return True

    def take_down(self, permit_id: str, *, at: datetime) -> str | None:
        """Never publish under this permit, and take down what was: the platform it stood on, None where on none."""
        with self._open(RECALLED) as file:
            if permit_id not in _permits(file):
                _append(file, {"permit_id": permit_id, "recalled_at": at.isoformat()})
        for path in sorted(self._folder.glob("*.jsonl")):
            if path.stem == RECALLED:
                continue
            with self._open(path.stem) as file:
                if permit_id not in _permits(file, having="content"):
                    continue
                if permit_id not in _permits(file, having="taken_down_at"):
                    _append(file, {"permit_id": permit_id, "taken_down_at": at.isoformat()})
                return path.stem
        return None

    def _is_recalled(self, permit_id: str) -> bool:
        with self._open(RECALLED) as file:
            return permit_id in _permits(file)

    @contextmanager
    def _open(self, platform: str) -> Generator[Any]:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{platform}.jsonl"
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _permits(file: Any, *, having: str = "permit_id") -> set[str]:
    file.seek(0)
    lines = (json.loads(line) for line in file.read().splitlines(keepends=True) if line.endswith(b"\n"))
    return {line["permit_id"] for line in lines if having in line}


def _append(file: Any, line: Mapping[str, Any]) -> None:
    file.seek(_end_of_lines(file))
    file.truncate()
    file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _end_of_lines(file: Any) -> int:
    file.seek(0)
    return file.read().rfind(b"\n") + 1
