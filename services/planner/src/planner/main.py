"""The API process: `uvicorn planner.main:create --factory`."""

from __future__ import annotations

from fastapi import FastAPI

from planner.bootstrap import build_api
from planner.settings import Settings
from shared.observability.settings import load


def create() -> FastAPI:
    """The planner's API, configured from the environment."""
    return build_api(load(Settings))
