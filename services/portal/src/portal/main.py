"""The portal's process: `uvicorn portal.main:create --factory`."""

from __future__ import annotations

from fastapi import FastAPI

from portal.bootstrap import build_console
from portal.settings import Settings
from shared.observability.logging import configure_logging
from shared.observability.settings import load
from shared.observability.tracing import configure_tracing


def create() -> FastAPI:
    """The application, from the environment. Exits with code 2 and a message when a setting is missing."""
    settings = load(Settings)
    configure_logging("portal", settings.log_level)
    configure_tracing("portal", settings.otlp_endpoint)
    return build_console(settings)
