"""What the routes need from the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from registry.application.ports import CountryCode, ReadRows
from registry.application.queries import RegistryQueries
from registry.domain.owner_routing import OwnerRouting
from shared.kernel.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryPorts:
    """Bound by bootstrap. `unit_of_work` makes a fresh one per use case."""

    unit_of_work: Callable[[], Any]
    queries: RegistryQueries
    routing: OwnerRouting
    country_code: CountryCode
    read_rows: ReadRows
    new_id: IdFactory


async def _ports(request: Request) -> RegistryPorts:
    return cast("RegistryPorts", request.app.state.ports)  # Starlette's state is untyped


Ports = Annotated[RegistryPorts, Depends(_ports)]
