"""Rows of the changelog, written in the transaction of the change they tell of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, cast

from sqlalchemy import Table, delete

from shared.db.unit_of_work import SqlUnitOfWork


class Acting(Protocol):
    """Who changes things in a transaction."""

    def acting(self, by: str, why: str | None = None) -> None:
        """From here on `by` (a token subject, or `system:<service>`) changes things, because of `why`."""
        ...


class Changes:
    """The changes of one transaction. Whoever acts is said before the first of them; until then the service does."""

    def __init__(self, uow: SqlUnitOfWork, table: Table, *, service: str) -> None:
        self._uow = uow
        self._table = table
        self._by, self._why = f"system:{service}", None

    def acting(self, by: str, why: str | None = None) -> None:
        self._by, self._why = by, why

    def note(self, what: str, key: str, version: int, *, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """The aggregate `key` is now at `version`. Kept is what differs, one level deep: `draft.title`."""
        before, after = dict(_flat(old)), dict(_flat(new))
        differing = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        self._uow.stage(
            self._table,
            {
                "aggregate_id": key,
                "version": version,
                "what": what,
                "changed_by": self._by,
                "reason": self._why,
                "old": {name: before[name] for name in differing if name in before},
                "new": {name: after[name] for name in differing if name in after},
            },
        )

    async def forget(self, keys: Sequence[str]) -> None:
        """Erase what these went through; the digests of those days keep the hashes of it."""
        statement = delete(self._table).where(self._table.c.aggregate_id.in_(keys))
        await self._uow.flush()
        await self._uow.connection.execute(statement)


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            inner = cast("Mapping[str, Any]", value)
            yield from ((f"{name}.{key}", _plain(each)) for key, each in inner.items())
        else:
            yield name, _plain(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
