"""Whom the gate asks at a release, as servers of their own on this machine: token issuer, registry and audit in one.

    python -m bench.gate_peers PORT

They know everybody as `bench.gate` seeds them, permit every approach, and find every target as it was captured.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench.gate import FACTS
from support import platform
from support.realistic import POSTS


async def discovery(request: Request) -> JSONResponse:
    base = str(request.base_url).rstrip("/")
    return JSONResponse({"issuer": base, "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/jwks"})


async def token(_request: Request) -> JSONResponse:
    return JSONResponse({"access_token": "bench", "expires_in": 3600})


async def permission(request: Request) -> JSONResponse:
    person = request.path_params["person"]
    return JSONResponse({"stakeholder_id": person, "version": 1, "may_approach": True, "reasons": [], "facts": FACTS})


async def recapture(request: Request) -> JSONResponse:
    url: str = (await request.json())["url"]
    number = int(url.rpartition("/")[2])
    return JSONResponse({"state": "captured", "text": POSTS[number % len(POSTS)], "media_text": None})


def app() -> Starlette:
    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", discovery),
            Route("/token", token, methods=["POST"]),
            Route("/v1/stakeholders/{person}/permission", permission),
            Route("/v1/recaptures", recapture, methods=["POST"]),
        ]
    )


@contextmanager
def peers() -> Generator[str]:
    """Their address while the block runs."""
    port = platform.free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-m", "bench.gate_peers", str(port)])
    try:
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            httpx.get(f"{url}/.well-known/openid-configuration", trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the stand-ins did not start")


def main(*arguments: Any) -> None:
    uvicorn.run(app(), host="127.0.0.1", port=int(arguments[0]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
