"""What services find when they start: databases at their head, topics as declared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rapport.launcher.broker import apply_topics
from rapport.launcher.databases import provide_databases
from rapport.launcher.folder import DataFolder
from rapport.launcher.migrations import migrate
from rapport.launcher.services import Wiring
from rapport.launcher.topics import read_topics

Say = Callable[[str], None]


def provide_storage(wiring: Wiring, folder: DataFolder, *, say: Say) -> None:
    """Roles, databases and migrations of every service that has any. Raises Problem."""
    asyncio.run(provide_databases(wiring.admin_url, wiring.passwords))
    root = wiring.place.root
    present = {
        service: url
        for service, url in wiring.database_urls().items()
        if (root / "services" / service / "alembic.ini").exists()
    }
    migrate(root, present, folder, say=say)


def provide_topics(wiring: Wiring, *, say: Say) -> None:
    """Topics as declared. Raises Problem."""
    asyncio.run(apply_topics(wiring.bootstrap_servers, read_topics(wiring.place.topics), say=say))
