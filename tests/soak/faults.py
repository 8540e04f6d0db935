"""Faults of one operation: its process dies at a statement or after its commit, or its connection is cut."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.unit_of_work import SqlUnitOfWork

Kind = Literal["dies", "loses its connection", "dies after its commit"]


class Crash(BaseException):
    """The process is gone: nothing that catches errors may catch this."""


@dataclass(slots=True)
class Fault:
    """Hits before statement number `at`, counted from 1; `dies after its commit` at the commit of that number."""

    kind: Kind
    at: int
    seen: int = 0
    hit: bool = False

    def is_due(self) -> bool:
        self.seen += 1
        if self.hit or self.seen != self.at:
            return False
        self.hit = True
        return True


class Faults:
    """Watches the statements of one engine. At most one fault is armed, for one operation."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.armed: Fault | None = None
        self._ends = "SELECT pg_terminate_backend($1)"
        self._killer: Any = None
        event.listen(engine.sync_engine, "before_cursor_execute", self._before)

    def kills_by(self, connection: Any) -> None:
        """The connection from which others are cut."""
        self._killer = connection

    @contextmanager
    def during(self, fault: Fault | None) -> Generator[None]:
        """Arm `fault` for the block."""
        self.armed = fault
        commit = SqlUnitOfWork.commit

        async def commit_and_die(uow: SqlUnitOfWork) -> None:
            await commit(uow)
            if fault is not None and fault.is_due():
                raise Crash

        if fault is not None and fault.kind == "dies after its commit":
            SqlUnitOfWork.commit = commit_and_die
        try:
            yield
        finally:
            SqlUnitOfWork.commit = commit
            self.armed = None

    def _before(self, connection: Any, _cursor: Any, _statement: str, *_rest: Any) -> None:
        fault = self.armed
        if fault is None or fault.kind == "dies after its commit" or not fault.is_due():
            return
        if fault.kind == "dies":
            raise Crash
        adapted = connection.connection.dbapi_connection
        adapted.run_async(lambda driver: self._killer.execute(self._ends, driver.get_server_pid()))


def was_a_crash(error: BaseException) -> bool:
    """Whether a crash is all there is in it: tasks that ran beside the one that died are gone with it."""
    if isinstance(error, BaseExceptionGroup):
        return any(was_a_crash(each) for each in error.exceptions)
    return isinstance(error, Crash)
