"""OpenID Connect discovery: where an issuer's endpoints are. Nobody is believed who speaks for another issuer."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import httpx


async def discovered(issuer: str, http: httpx.AsyncClient) -> dict[str, Any]:
    """The discovery document of `issuer`. Raises httpx.HTTPError, or ValueError when it belongs to another issuer."""
    document = await json_object(f"{issuer.rstrip('/')}/.well-known/openid-configuration", http)
    if str(document.get("issuer")).rstrip("/") != issuer.rstrip("/"):
        raise ValueError("the discovery document belongs to another issuer")
    return document


def endpoint(document: Mapping[str, Any], name: str) -> str:
    """The address under `name`. Raises ValueError unless nobody on the way can read what is sent there."""
    address = document.get(name)
    if not isinstance(address, str) or not is_safe(address):
        raise ValueError(f"{name} must be https, or http on this machine")
    return address


async def json_object(url: str, http: httpx.AsyncClient) -> dict[str, Any]:
    """The JSON object at `url`, itself and not where it redirects to. Raises httpx.HTTPError or ValueError."""
    answer = await http.get(url, timeout=5.0, follow_redirects=False)
    answer.raise_for_status()
    document: object = answer.json()
    if not isinstance(document, dict):
        raise ValueError(f"{url} is not a JSON object")  # noqa: TRY004 - one error for every bad document
    return cast("dict[str, Any]", document)  # JSON object keys are str


def is_loopback(host: str | None) -> bool:
    """Whether `host` can only mean this machine."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe(url: str) -> bool:
    """Whether what is sent to `url` stays secret on the way: https, or http on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
