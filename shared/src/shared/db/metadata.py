"""Table conventions: named constraints and UTC timestamps."""

from __future__ import annotations

from sqlalchemy import DateTime, MetaData

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

UtcDateTime = DateTime(timezone=True)


def new_metadata() -> MetaData:
    """Metadata of one service; add `outbox_table` and `inbox_table` to it."""
    return MetaData(naming_convention=NAMING)
