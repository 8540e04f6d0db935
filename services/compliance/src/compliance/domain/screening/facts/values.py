"""Single facts as conditions can use them: what is of another kind, or cannot be true, is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

LARGEST_NUMBER = 2**53
"""What JSON carries exactly; neither NaN nor infinity is below it."""
_CODE_LENGTH = 2
_CURRENCY_LENGTH = 3
_ISO_CODES = {"UK": "GB", "EL": "GR"}
"""What the European institutions write for two countries, to the ISO 3166-1 code of the schema."""


def yes_or_no(value: Any) -> bool | None:
    """A JSON boolean; 1 and "true" are none."""
    return value if isinstance(value, bool) else None


def amount(value: Any) -> float | None:
    """A number from 0 up to what JSON carries exactly."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST_NUMBER:
        return None
    return float(value)


def count(value: Any) -> int | None:
    """A whole number from 0 on."""
    number = amount(value)
    return int(number) if number is not None and number == int(number) else None


def text(value: Any) -> str | None:
    """A text, as it was given."""
    return value if isinstance(value, str) else None


def texts(value: Any) -> Sequence[str] | None:
    """A list of texts."""
    listed = parts(value)
    return listed if listed is not None and all(isinstance(each, str) for each in listed) else None


def country(value: Any) -> str | None:
    """An ISO 3166-1 alpha-2 code in capitals."""
    if not isinstance(value, str):
        return None
    code = value.strip().upper()
    return _ISO_CODES.get(code, code) if len(code) == _CODE_LENGTH and code.isascii() and code.isalpha() else None


def currency(value: Any) -> str | None:
    """An ISO 4217 code in capitals; `€` is none."""
    if not isinstance(value, str):
        return None
    code = value.strip().upper()
    return code if len(code) == _CURRENCY_LENGTH and code.isascii() and code.isalpha() else None


def day(value: Any) -> str | None:
    """An ISO date."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError:
        return None


def moment(value: Any) -> str | None:
    """A date and time as ISO text in UTC, so that texts compare as times do; without an offset it is read as UTC."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None


def part(value: Any) -> Mapping[str, Any] | None:
    """A JSON object."""
    return value if value.__class__ is dict or isinstance(value, Mapping) else None  # pyright: ignore[reportUnknownVariableType] - keys of JSON are texts


def parts(value: Any) -> Sequence[Any] | None:
    """A list; what is in it is checked one by one."""
    return value if isinstance(value, list | tuple) else None  # pyright: ignore[reportUnknownVariableType] - JSON


Reader = Callable[[Any], Any]


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: spaces, line ends, and characters without a shape."""
    return all(sign.isspace() or not sign.isprintable() or sign in _SHAPELESS for sign in text)


_SHAPELESS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
