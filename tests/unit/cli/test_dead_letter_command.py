"""`rapport dlt` says whose dead letter is meant, and where it looked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from rapport.commands.dead_letters import chosen
from rapport.launcher.databases import admin_url_of, readable
from rapport.problem import Problem
from shared.messaging.dead_letters import DeadLetter

ID = "0198f2a0-0000-7000-8000-000000000001"


def held_by(*consumers: str) -> list[DeadLetter]:
    def letters() -> Iterator[DeadLetter]:
        for consumer in consumers:
            yield DeadLetter(
                message_id=ID,
                consumer=consumer,
                topic="registry.stakeholder",
                key="lena",
                partition=0,
                offset=1,
                type="unreadable",
                headers=[],
                payload=None,
                error_class="Unreadable",
                error_message="the value is null",
                attempts=1,
                parked_at=datetime(2026, 11, 22, tzinfo=UTC),
                replay_requested_at=None,
                behind=0,
            )

    return list(letters())


def test_whose_is_meant_must_be_said_where_several_hold_the_same_message() -> None:
    with pytest.raises(Problem, match=r"2 services hold .*: audit, planner") as ambiguous:
        chosen(held_by("audit", "planner"), ID, None)
    assert "--service audit" in ambiguous.value.remedy


def test_the_one_that_is_named_is_taken_and_a_single_one_needs_no_name() -> None:
    assert chosen(held_by("audit", "planner"), ID, "planner").consumer == "planner"
    assert chosen(held_by("compliance"), ID, None).consumer == "compliance"


@pytest.mark.parametrize(
    ("service", "said"), [(None, f"no service has a dead letter {ID}"), ("audit", f"audit has no dead letter {ID}")]
)
def test_a_dead_letter_that_is_not_there_is_said(service: str | None, said: str) -> None:
    with pytest.raises(Problem, match=said):
        chosen(held_by("planner") if service else [], ID, service)


def test_dead_letters_are_read_with_the_user_password_and_options_given() -> None:
    given = "postgresql://boss:p%40ss@db.example:6000/postgres?sslmode=require"
    assert admin_url_of(given, "audit") == "postgresql://boss:p%40ss@db.example:6000/rapport_audit?sslmode=require"


@pytest.mark.parametrize(
    "given", ["banana", "postgresql://", "http://host/db", "postgresql://host:many/db", "postgresql://[x"]
)
def test_what_is_no_address_is_refused_before_anything_starts(given: str) -> None:
    with pytest.raises(Problem, match="RAPPORT_POSTGRES_URL"):
        readable(given)
