from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.audit import PostCapturedV1
from shared.contracts.catalog import CATALOG
from shared.contracts.registry import STAKEHOLDER_STATES, StakeholderErasedV1
from shared.messaging.headers import event_headers
from shared.messaging.incoming import Router
from shared.messaging.subscription import Subscription
from shared.messaging.verdicts import Unreadable


async def handle(_event: Any, _envelope: Any, _uow: Any) -> None:
    """Never called: these tests only read."""


ROUTER = Router(
    [
        Subscription((*STAKEHOLDER_STATES, StakeholderErasedV1), handle),
        Subscription((PostCapturedV1,), handle),
    ]
)


@dataclass(frozen=True)
class Record:
    topic: str
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None = b'{"stakeholder_id": "lena", "version": 3}'
    key: bytes | None = b"lena"
    partition: int = 0
    offset: int = 0
    timestamp: int = field(default=0)


def a_record(topic: str, event_type: bytes) -> Record:
    headers = event_headers(
        message_id="0198f2a0-0000-7000-8000-000000000001",
        event_type="x",
        source="test",
        time=datetime(2026, 1, 1, tzinfo=UTC),
        subject="lena",
        extra={},
    )
    return Record(topic, [(name, event_type if name == "ce_type" else value) for name, value in headers])


def test_a_handled_type_is_read():
    delivery = ROUTER.read(a_record("registry.stakeholder", b"registry.stakeholder.erased.v1"))
    assert delivery is not None
    assert delivery.event == StakeholderErasedV1(stakeholder_id="lena", version=3)


@pytest.mark.parametrize(
    "event_type", [b"audit.post.deleted.v1", b"audit.post.captured.v2", b"audit.post.liked_by.v12"]
)
def test_a_type_of_a_stream_that_nobody_here_handles_is_skipped(event_type: bytes):
    assert ROUTER.read(a_record("audit.post", event_type)) is None


@pytest.mark.parametrize("event_type", [b"registry.stakeholder.opted_out.v2", b"registry.stakeholder.paused.v1"])
def test_a_state_of_a_later_release_is_never_ignored(event_type: bytes):
    with pytest.raises(Unreadable, match=event_type.decode()):
        ROUTER.read(a_record("registry.stakeholder", event_type))


@pytest.mark.parametrize(
    "event_type", [b"\xff\xfe", b"", b"captured", b"audit.post.captured", b"audit.post.captured.v0", b"a.b.c.v1\n"]
)
@pytest.mark.parametrize("topic", ["audit.post", "registry.stakeholder"])
def test_what_is_no_type_is_no_event_of_ours(topic: str, event_type: bytes):
    with pytest.raises(Unreadable, match="ce_type"):
        ROUTER.read(a_record(topic, event_type))


@given(st.binary(max_size=60))
def test_no_type_is_dropped_without_being_one(event_type: bytes):
    try:
        assert ROUTER.read(a_record("audit.post", event_type)) is None
    except Unreadable:
        return
    assert event_type.decode("ascii").count(".") == 3


def test_every_published_type_has_the_form_of_one():
    others = [name for name, contract in CATALOG.items() if contract.TOPIC not in ROUTER.topics]
    assert all(ROUTER.read(a_record("audit.post", name.encode())) is None for name in others)
