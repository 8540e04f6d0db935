"""Every published event type, and the one way to read it from the wire."""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts import audit, changelog, compliance, desk_events, planner, registry, review_events
from shared.contracts.envelope import IntegrationEvent


def _published(module: object) -> Iterable[type[IntegrationEvent]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, IntegrationEvent) and hasattr(value, "TYPE"):
            yield value


def _by_type() -> dict[str, type[IntegrationEvent]]:
    catalog: dict[str, type[IntegrationEvent]] = {}
    for module in (registry, audit, planner, compliance, desk_events, review_events, changelog):
        for contract in _published(module):
            if catalog.setdefault(contract.TYPE, contract) is not contract:
                raise TypeError(f"two contracts claim the type {contract.TYPE}")
    return catalog


CATALOG: dict[str, type[IntegrationEvent]] = _by_type()
"""Wire type to contract."""


def parse(event_type: str, data: bytes) -> IntegrationEvent | None:
    """The event in `data`, or None for a type this release does not know (a tolerant reader skips it).

    Raises pydantic.ValidationError when the payload does not fit its contract.
    """
    contract = CATALOG.get(event_type)
    return None if contract is None else contract.model_validate_json(data)
