"""What an error says about itself, without the values it was raised over: they may be personal data."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import cast

from pydantic import ValidationError

_LONGEST = 2000
_MOST_PLACES = 5


def words_of(error: BaseException) -> str:
    """The words to log or send for `error`: never an input value, a row, or a parameter of a statement."""
    if isinstance(error, ValidationError):
        return places_of(error)
    if (said := _from_database(error)) is not None:
        return said
    try:
        return str(error)[:_LONGEST] or type(error).__name__
    except Exception:  # noqa: BLE001 - an error whose own words fail
        return type(error).__name__


def places_of(error: ValidationError) -> str:
    """`field: kind` of what does not fit, such as `handles.0.name: string_type`; at most five."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    said = [f"{'.'.join(str(part) for part in each['loc']) or 'payload'}: {each['type']}" for each in found]
    return "; ".join(said[:_MOST_PLACES])[:_LONGEST]


def described(error: BaseException) -> str:
    """`Kind: words`, for one line of a log."""
    return f"{type(error).__name__}: {words_of(error)}"


def traceback_of(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """The frames and words of an error and of what caused it, for structlog's `ExceptionRenderer`."""
    return "\n".join(_lines(exc_info[1], set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield "which led to:"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    yield described(error)
    if isinstance(error, BaseExceptionGroup):
        for part in cast("BaseExceptionGroup[BaseException]", error).exceptions:  # whatever it groups
            if id(part) not in seen:
                yield "with:"
                yield from _lines(part, seen)


def _from_database(error: BaseException) -> str | None:
    """Class, SQLSTATE and place of a database error; its message and DETAIL quote the row. None for another error."""
    chain = list(_wrapped(error))
    said = [each for each in chain if isinstance(getattr(each, "sqlstate", None), str)]
    if not said:
        return type(error).__name__ if len(chain) > 1 else None
    driver = said[-1]
    names = ("table_name", "column_name", "constraint_name")
    places = [str(place) for name in names if (place := getattr(driver, name, None))]
    return " ".join([type(driver).__name__, f"SQLSTATE {getattr(driver, 'sqlstate', '')}", *places])


def _wrapped(error: BaseException) -> Iterator[BaseException]:
    """The error, and beneath SQLAlchemy's (which has `orig`) the driver's own."""
    yield error
    wrapped: object = getattr(error, "orig", None)
    if isinstance(wrapped, BaseException):
        yield wrapped
        if wrapped.__cause__ is not None:
            yield wrapped.__cause__
