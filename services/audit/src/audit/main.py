"""The audit's API process: `uvicorn audit.main:create --factory`."""

from __future__ import annotations

from fastapi import FastAPI

from audit.bootstrap.services import build_api
from audit.settings import Settings
from shared.observability.logging import configure_logging
from shared.observability.settings import load
from shared.observability.tracing import configure_tracing


def create() -> FastAPI:
    """The application, from the environment. Exits with code 2 and a message when a setting is missing."""
    settings = load(Settings)
    configure_logging("audit", settings.log_level)
    configure_tracing("audit", settings.otlp_endpoint)
    return build_api(settings)
