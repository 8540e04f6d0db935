from __future__ import annotations

import sys
from typing import Any

import asyncpg
import pytest
from pydantic import BaseModel, ValidationError, field_validator
from sqlalchemy import exc

from shared.observability.causes import described, traceback_of, words_of

WORDS = "Maria Beispiel"


class Model(BaseModel):
    number: int
    known: str = ""

    @field_validator("known")
    @classmethod
    def check(cls, value: str) -> str:
        if value:
            raise ValueError(f"nobody knows {value}")
        return value


def malformed() -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        Model.model_validate({"number": WORDS, "known": WORDS})
    return raised.value


def violated() -> Any:
    error: Any = asyncpg.UniqueViolationError(f"duplicate {WORDS}")
    error.detail = f"Key (name)=({WORDS}) already exists."
    error.constraint_name = "uq_name"
    return error


def test_a_malformed_payload_is_described_by_its_places() -> None:
    assert words_of(malformed()) == "number: int_parsing; known: value_error"


def test_a_database_error_is_described_by_its_class_and_place() -> None:
    wrapped = exc.IntegrityError(f"INSERT {WORDS}", {"name": WORDS}, violated())
    assert words_of(violated()) == words_of(wrapped) == "UniqueViolationError SQLSTATE 23505 uq_name"


def test_other_errors_keep_their_words_and_one_without_words_is_named() -> None:
    assert described(RuntimeError("a defect")) == "RuntimeError: a defect"
    assert words_of(KeyError()) == "KeyError"


@pytest.mark.parametrize("make", [malformed, violated])
def test_a_traceback_names_frames_and_causes_without_what_they_were_raised_over(make: Any) -> None:
    def fail() -> None:
        try:
            raise make()  # noqa: TRY301 - the cause under test
        except Exception as error:
            raise ExceptionGroup("several", [error, RuntimeError("a defect")]) from error

    try:
        fail()
    except ExceptionGroup:
        kind, error, trace = sys.exc_info()
        assert kind is not None
        assert error is not None
        said = traceback_of((kind, error, trace))
    assert "in fail" in said
    assert "which led to:" in said
    assert "RuntimeError: a defect" in said
    assert WORDS not in said
