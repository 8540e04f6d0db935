"""Logs, traces, metrics and settings: how a process starts and how it is watched.

Use::

    settings = load(Settings)                     # exit 2 with a readable line per wrong variable
    configure_logging("audit", settings.log_level)
    configure_tracing("audit", settings.otlp_endpoint)
"""

from shared.observability.logging import configure_logging
from shared.observability.settings import load
from shared.observability.tracing import configure_tracing

__all__ = ["configure_logging", "configure_tracing", "load"]
