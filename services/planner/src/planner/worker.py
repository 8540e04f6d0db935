"""The background process: `python -m planner.worker`."""

from __future__ import annotations

import asyncio

from planner.bootstrap import build_worker
from planner.settings import Settings
from shared.messaging.worker import run_worker
from shared.observability.settings import load


def main() -> None:
    """Relay and consume until asked to stop."""
    asyncio.run(run_worker(build_worker(load(Settings))))


if __name__ == "__main__":
    main()
