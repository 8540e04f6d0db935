"""The background process: `python -m compliance.worker`."""

from __future__ import annotations

import asyncio

from compliance.bootstrap.worker import run
from compliance.settings import Settings
from shared.observability.settings import load


def main() -> None:
    """Put the rules in force, then relay, consume, release and watch until asked to stop."""
    asyncio.run(run(load(Settings)))


if __name__ == "__main__":
    main()
