"""The API process: `uvicorn compliance.main:create --factory`."""

from __future__ import annotations

from fastapi import FastAPI

from compliance.bootstrap.api import build_api
from compliance.settings import Settings
from shared.observability.settings import load


def create() -> FastAPI:
    """The gate's API, configured from the environment."""
    return build_api(load(Settings))
