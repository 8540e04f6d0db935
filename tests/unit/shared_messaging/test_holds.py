from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.outbox.holds import Holds, backoff
from shared.outbox.rows import DEFERRED, PUBLISHED, OutboxRow, Outcome

REFUSED = Outcome(refusal="too large")
MISSING = Outcome(refusal="no such topic", topic_missing=True)


def a_row(sequence: int, key: str, *, topic: str = "t", attempts: int = 0) -> OutboxRow:
    return OutboxRow(
        sequence, UUID(int=sequence), topic, key, "t.v1", b"{}", {}, datetime(2026, 1, 1, tzinfo=UTC), attempts
    )


def test_a_refused_row_holds_its_key_and_no_other() -> None:
    holds = Holds()
    holds.note(a_row(1, "ill"), REFUSED, now=0)
    holds.note(a_row(2, "well"), PUBLISHED, now=0)
    holds.note(a_row(3, "waiting"), DEFERRED, now=0)
    assert holds.keys(0.1) == [("t", "ill")]
    assert holds.topics(0.1) == []


def test_a_missing_topic_is_held_as_a_whole() -> None:
    holds = Holds()
    holds.note(a_row(1, "a", topic="gone"), MISSING, now=0)
    assert holds.topics(0.1) == ["gone"]
    assert holds.keys(0.1) == []


@given(st.integers(0, 1000))
def test_a_hold_ends_after_its_back_off_and_not_before(attempts: int) -> None:
    holds = Holds()
    holds.note(a_row(1, "ill", attempts=attempts), REFUSED, now=100.0)
    due = 100.0 + backoff(attempts + 1)
    assert holds.keys(due - 0.01) == [("t", "ill")]
    assert holds.keys(due) == []
    assert 0.5 <= due - 100.0 <= 60.0


@given(st.integers(1, 2000))
def test_back_off_never_shrinks(attempts: int) -> None:
    assert backoff(attempts) <= backoff(attempts + 1)
