from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import Envelope
from shared.messaging.headers import to_envelope, to_headers
from shared.messaging.verdicts import Unreadable

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SOME_YEARS = (datetime(1970, 1, 3), datetime(2200, 1, 1))  # noqa: DTZ001 - hypothesis adds the zones
envelopes = st.builds(
    Envelope,
    id=st.uuids().map(str),
    type=words,
    source=words,
    time=st.datetimes(min_value=SOME_YEARS[0], max_value=SOME_YEARS[1], timezones=zones),
    subject=words,
    dataschema=words,
    correlation_id=st.none() | words,
    causation_id=st.none() | words,
    traceparent=st.none() | words,
)
COMPLETE = to_headers(
    Envelope(
        id="0198f2a0-0000-7000-8000-000000000001",
        type="a.b.c.v1",
        source="a",
        time=datetime(2026, 1, 1, tzinfo=UTC),
        subject="x",
        dataschema="y",
        traceparent="00-1",
    )
)


@given(envelopes)
def test_what_goes_out_in_headers_comes_back(envelope: Envelope) -> None:
    assert to_envelope(to_headers(envelope)) == envelope


@given(envelopes)
def test_attributes_travel_in_binary_mode(envelope: Envelope) -> None:
    headers = dict(to_headers(envelope))
    assert headers["ce_specversion"] == b"1.0"
    assert headers["content-type"] == b"application/json"
    assert headers["ce_id"].decode() == envelope.id
    assert datetime.fromisoformat(headers["ce_time"].decode()).utcoffset() == timedelta(0)


@pytest.mark.parametrize("name", ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_subject"])
def test_a_missing_attribute_is_named(name: str) -> None:
    with pytest.raises(Unreadable, match=name):
        to_envelope([header for header in COMPLETE if header[0] != name])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_id", b"17"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-01-01T00:00:00"),
        ("ce_subject", b"\xff"),
        ("ce_source", None),
        ("traceparent", b"\xff"),
        ("ce_specversion", b"0.3"),
    ],
)
def test_a_malformed_attribute_is_named(name: str, value: bytes) -> None:
    with pytest.raises(Unreadable, match=name):
        to_envelope([(each, value if each == name else said) for each, said in COMPLETE])


@given(
    st.lists(st.tuples(st.text(max_size=12) | st.sampled_from([name for name, _ in COMPLETE]), st.binary() | st.none()))
)
def test_rubbish_is_unreadable_and_nothing_worse(headers: list[tuple[str, bytes]]) -> None:
    with suppress(Unreadable):
        assert to_envelope(headers).id
