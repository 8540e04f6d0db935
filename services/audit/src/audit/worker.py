"""The audit's background process: `python -m audit.worker`."""

from __future__ import annotations

import asyncio

from audit.bootstrap.services import build_worker
from audit.settings import Settings
from shared.messaging.worker import run_worker
from shared.observability.logging import configure_logging
from shared.observability.settings import load
from shared.observability.tracing import configure_tracing


def main() -> None:
    """Run until SIGTERM. Exits with code 2 and a message when a setting is missing."""
    settings = load(Settings)
    configure_logging("audit-worker", settings.log_level)
    configure_tracing("audit-worker", settings.otlp_endpoint)
    asyncio.run(run_worker(build_worker(settings)))


if __name__ == "__main__":
    main()
