"""The API process: `uvicorn planner.main:create --factory`."""

from __future__ import annotations

from fastapi import FastAPI
from shared.observability.settings import load

from planner.bootstrap import build_api
from planner.settings import Settings


def create() -> FastAPI:
    """The planner's API, configured from the environment."""
    return build_api(load(Settings))
