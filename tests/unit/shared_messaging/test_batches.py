from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.batches import BATCH_BYTES, MAX_MESSAGE_BYTES, partition_of, plan
from shared.outbox.rows import DEFERRED, OutboxRow

SMALL, HALF, HUGE = 10, BATCH_BYTES // 2, MAX_MESSAGE_BYTES + 1
PARTITIONS = {"one": 1, "many": 12, "missing": 0}


def rows_of(shapes: list[tuple[str, str, int]]) -> list[OutboxRow]:
    return [
        OutboxRow(number, UUID(int=number), topic, key, "t.v1", bytes(size), {}, datetime(2026, 1, 1, tzinfo=UTC), 0)
        for number, (topic, key, size) in enumerate(shapes)
    ]


shapes = st.lists(
    st.tuples(st.sampled_from(list(PARTITIONS)), st.sampled_from("abc"), st.sampled_from([SMALL, HALF, HUGE])),
    max_size=12,
)


@given(shapes)
def test_no_row_overtakes_an_earlier_one_of_its_key(given_shapes: list[tuple[str, str, int]]) -> None:
    rows = rows_of(given_shapes)
    sent = {index for batch in plan(rows, PARTITIONS).batches.values() for index, _ in batch}
    for index, row in enumerate(rows):
        if index in sent:
            earlier = [i for i in range(index) if (rows[i].topic, rows[i].key) == (row.topic, row.key)]
            assert sent.issuperset(earlier)


@given(shapes)
def test_every_row_is_sent_refused_or_deferred_and_every_batch_is_in_order(
    given_shapes: list[tuple[str, str, int]],
) -> None:
    rows = rows_of(given_shapes)
    made = plan(rows, PARTITIONS)
    sent = [index for batch in made.batches.values() for index, _ in batch]
    assert len(sent) == len(set(sent))
    for index, row in enumerate(rows):
        refused = made.outcomes[index].refusal is not None
        assert not (refused and index in sent)
        if row.topic == "missing":
            assert made.outcomes[index].topic_missing
        elif index not in sent and not refused:
            assert made.outcomes[index] == DEFERRED
    for (topic, partition), batch in made.batches.items():
        indexes = [index for index, _ in batch]
        assert indexes == sorted(indexes)
        assert all(partition_of(rows[index].key, PARTITIONS[topic]) == partition for index in indexes)


@given(shapes)
def test_a_refused_row_holds_back_its_own_key_only(given_shapes: list[tuple[str, str, int]]) -> None:
    with_a_good_one = rows_of([*given_shapes, ("many", "somebody else", SMALL)])
    made = plan(with_a_good_one, {**PARTITIONS, "many": 1_000_003})
    assert any(index == len(given_shapes) for batch in made.batches.values() for index, _ in batch)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 100))
def test_a_key_always_has_one_partition_of_its_topic(key: str, count: int) -> None:
    assert 0 <= partition_of(key, count) < count
