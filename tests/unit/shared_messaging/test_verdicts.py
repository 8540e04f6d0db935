from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy import exc

from shared.kernel.errors import ConcurrentChange, InvalidTransition, TransientError, Unavailable
from shared.messaging.verdicts import Unreadable, Verdict, verdict


def from_database(error: Exception) -> Exception:
    return exc.DBAPIError("SELECT 1", None, error)


@pytest.mark.parametrize(
    "error",
    [
        TransientError("later"),
        Unavailable("nobody answers"),
        ConcurrentChange("lost the race"),
        ConnectionRefusedError(),
        TimeoutError(),
        exc.TimeoutError("pool"),
        from_database(asyncpg.DeadlockDetectedError("x")),
        from_database(asyncpg.LockNotAvailableError("x")),
        from_database(asyncpg.AdminShutdownError("x")),
        from_database(asyncpg.TooManyConnectionsError("x")),
        from_database(asyncpg.UndefinedTableError("x")),
        asyncpg.ConnectionDoesNotExistError("x"),
        asyncpg.InterfaceError("connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
    ],
)
def test_what_waiting_may_mend_is_transient(error: Exception) -> None:
    assert verdict(error) is Verdict.TRANSIENT


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a defect"),
        KeyError("field"),
        Unreadable("rubbish"),
        from_database(asyncpg.UniqueViolationError("x")),
        from_database(asyncpg.DataError("x")),
        from_database(asyncpg.PostgresSyntaxError("x")),
    ],
)
def test_what_waiting_never_mends_is_poison(error: Exception) -> None:
    assert verdict(error) is Verdict.POISON


def test_a_rule_that_says_no_is_a_refusal() -> None:
    assert verdict(InvalidTransition("too late")) is Verdict.REFUSED
