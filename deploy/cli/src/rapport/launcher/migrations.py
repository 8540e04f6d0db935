"""Runs every service's Alembic migrations, and skips those that are known to be at their head."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rapport.embedded.process import run_once
from rapport.launcher.databases import revisions
from rapport.launcher.folder import DataFolder

MEMORY = "migrations"


def fingerprint(folder: Path) -> str:
    """Changes when any migration of the folder does."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def migrate(root: Path, urls: Mapping[str, str], folder: DataFolder, *, say: Callable[[str], None]) -> None:
    """Bring every database in `urls` (service to address) to its head, all at once. Raises Problem.

    A service is skipped when its files are those of the last run and its database is still at that revision.
    """
    wanted = {service: fingerprint(root / "services" / service / "migrations") for service in urls}
    known: dict[str, dict[str, str]] = folder.remembered(MEMORY) or {}
    at = asyncio.run(revisions(urls))
    behind = [s for s in urls if at[s] is None or known.get(s) != {"files": wanted[s], "revision": at[s]}]
    if not behind:
        return

    def upgrade(service: str) -> None:
        _upgrade(root, service, urls[service])

    with ThreadPoolExecutor(len(behind)) as pool:
        list(pool.map(upgrade, behind))
    say(f"databases migrated: {', '.join(behind)}")
    now = asyncio.run(revisions(urls))
    folder.remember(MEMORY, {s: {"files": wanted[s], "revision": now[s]} for s in urls})


def _upgrade(root: Path, service: str, url: str) -> None:
    run_once(
        [sys.executable, "-m", "alembic", "-c", f"services/{service}/alembic.ini", "upgrade", "head"],
        folder=root,
        environment={f"{service.upper()}_DB_URL": url},
        seconds=600.0,
        what=f"migrating the database of {service}",
        remedy=f"no revision is half applied; correct the cause in services/{service}/migrations and run "
        "`rapport migrate` again",
    )
