"""The idempotent consumer's memory."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.db.driver import driver_of

# Answers with the duplicates, of which there are hardly any, instead of with all that is new.
_CLAIM = """WITH claimed AS (
        INSERT INTO inbox_messages (consumer, message_id) SELECT $1, given FROM unnest($2::uuid[]) AS given
        ON CONFLICT DO NOTHING RETURNING message_id)
    SELECT given FROM unnest($2::uuid[]) AS given WHERE given NOT IN (SELECT message_id FROM claimed)"""


async def claim(connection: AsyncConnection, consumer: str, message_ids: Sequence[str]) -> set[str]:
    """Mark messages as handled and return those that were not before. Ids are UUIDs in their canonical form.

    Part of the caller's transaction: if the handler fails, the mark is rolled back with it.
    """
    if not message_ids:
        return set()
    driver = await driver_of(connection)
    known = await driver.fetch(_CLAIM, consumer, list(message_ids))
    return set(message_ids) - {str(row[0]) for row in known}
