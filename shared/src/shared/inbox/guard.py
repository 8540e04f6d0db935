"""The idempotent consumer's memory."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_CLAIM = text(
    """INSERT INTO inbox_messages (consumer, message_id)
       SELECT :consumer, claimed FROM unnest(CAST(:ids AS uuid[])) AS claimed
       ON CONFLICT DO NOTHING RETURNING message_id"""
)


async def claim(connection: AsyncConnection, consumer: str, message_ids: Sequence[str]) -> set[str]:
    """Mark messages as handled and return those that were not before.

    Part of the caller's transaction: if the handler fails, the mark is rolled back with it.
    """
    rows = await connection.execute(_CLAIM, {"consumer": consumer, "ids": [UUID(each) for each in message_ids]})
    return {str(row[0]) for row in rows}
