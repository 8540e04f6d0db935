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


class SandboxChannels:
    """`<folder>/<platform>.jsonl`, appended under a lock with the permit id as idempotency key.

    A line that a killed process left unfinished never happened: it is cut off before the next one is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def acted(self, platform: str, permit_id: str) -> bool:
        """Whether the permit was used here, by this process or an earlier one."""
        with self._open(platform) as file:
            return permit_id in _permits(file)

    def publish(
        self, platform: str, permit_id: str, *, action_id: str, content: Mapping[str, Any], at: datetime
    ) -> bool:
        """Append the act durably. False when the permit had been used before: nothing is written then."""
        with self._open(platform) as file:
            if permit_id in _permits(file):
                return False
            act = {"permit_id": permit_id, "action_id": action_id, "published_at": at.isoformat(), "content": content}
            file.seek(_end_of_lines(file))
            file.truncate()
            file.write(json.dumps(act, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            return True

    @contextmanager
    def _open(self, platform: str) -> Generator[Any]:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{platform}.jsonl"
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _permits(file: Any) -> set[str]:
    file.seek(0)
    return {json.loads(line)["permit_id"] for line in file.read().splitlines(keepends=True) if line.endswith(b"\n")}


def _end_of_lines(file: Any) -> int:
    file.seek(0)
    return file.read().rfind(b"\n") + 1
