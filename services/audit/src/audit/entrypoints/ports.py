"""What the routes need from the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends, Request

from audit.application.ports import Queries, ThresholdsInForce
from audit.domain.people import FinderFactory
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPorts:
    """Bound by bootstrap. `unit_of_work` makes a fresh one per use case."""

    unit_of_work: Callable[[], Any]
    queries: Queries
    finder: FinderFactory
    thresholds: ThresholdsInForce
    clock: Clock
    new_id: IdFactory


async def _ports(request: Request) -> AuditPorts:
    return cast("AuditPorts", request.app.state.ports)  # Starlette's state is untyped


Ports = Annotated[AuditPorts, Depends(_ports)]
