"""Databases for histories: one is migrated, the others are copies of it."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from shared.db.migrations import upgrade
from support import platform

_INI = Path(__file__).parents[2] / "services/compliance/alembic.ini"


class Databases:
    """Copies of a migrated database on the server at `url`. Nothing in here has to survive a power cut."""

    def __init__(self, url: str) -> None:
        self._server = url
        self._template = self._make("")
        upgrade(_INI, self._template)

    def new(self) -> str:
        """The address of another copy."""
        return self._make(f' TEMPLATE "{self._template.rpartition("/")[2]}"')

    def _make(self, like: str) -> str:
        name = f"soak_{secrets.token_hex(4)}"
        self._execute(f'CREATE DATABASE "{name}"{like}')
        self._execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        return f"{self._server.rpartition('/')[0]}/{name}"

    def _execute(self, statement: str) -> None:
        work: Any = lambda: asyncio.run(platform.execute(self._server, statement))  # noqa: E731 - a loop may run here
        with ThreadPoolExecutor(1) as pool:
            pool.submit(work).result()
