"""All routes of money."""

from __future__ import annotations

from compliance.entrypoints.api.money import contracts, disclosure, giving, rounds

MONEY = (
    rounds.bands,
    rounds.needs,
    contracts.router,
    giving.transfers,
    giving.recipients,
    disclosure.router,
)
