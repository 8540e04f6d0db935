"""Tables of money. A record is a document, read and written as a whole; beside it stand columns to find it by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from compliance.adapters.tables import metadata
from shared.db.metadata import UtcDateTime
from shared.web.idempotency import idempotency_table


def _records(name: str, key: str, *more: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        Column(key, Text, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("state", Text, nullable=False),
        *more,
        Column("document", JSONB, nullable=False),
        Column("changed_at", UtcDateTime, nullable=False, server_default=text("now()")),
    )


fee_bands = _records(
    "fee_bands",
    "fee_band_id",
    Column("country", Text, nullable=False),
    Column("specialty", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("currency", Text, nullable=False),
)
Index("ix_fee_bands_of", fee_bands.c.country, fee_bands.c.specialty, fee_bands.c.tier, fee_bands.c.currency)

needs_assessments = _records("needs_assessments", "needs_assessment_id")

contracts = _records("contracts", "contract_id", Column("stakeholder_id", Text, nullable=False, index=True))

recipients = _records(
    "recipients",
    "recipient_id",
    Column("stakeholder_id", Text, nullable=False, unique=True),
    Column("country", Text, nullable=False),
)

transfers_of_value = _records(
    "transfers_of_value",
    "transfer_id",
    Column("stakeholder_id", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("standing", Text, nullable=False),
)
Index("ix_transfers_of_value_person", transfers_of_value.c.stakeholder_id, transfers_of_value.c.transfer_id)
Index("ix_transfers_of_value_year", transfers_of_value.c.country, transfers_of_value.c.year)

transfer_versions = Table(
    "transfer_of_value_versions",
    metadata,
    Column("transfer_id", Text, ForeignKey("transfers_of_value.transfer_id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("what", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("document", JSONB, nullable=False),
)

disclosure_runs = _records(
    "disclosure_runs",
    "disclosure_run_id",
    Column("regime", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("year", Integer, nullable=False),
)

idempotency_keys = idempotency_table(metadata)
