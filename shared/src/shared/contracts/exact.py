"""Facts that are read as they stand: no text is taken for a number, no number for a date or a truth value.

The JSON Schema of each is that of its plain type. Days and moments are given as ISO 8601 text, or as themselves.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*", re.ASCII)
_MOMENTS = TypeAdapter(datetime)


def _day(given: object) -> date:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        if isinstance(given, str) and _DAY.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise PydanticCustomError("date_parsing", "Input should be a valid date in the format YYYY-MM-DD")


def _moment(given: object) -> datetime:
    if isinstance(given, datetime):
        return given
    try:
        if isinstance(given, str) and _MOMENT.fullmatch(given):
            return _MOMENTS.validate_strings(given, strict=True)
    except ValidationError:
        pass
    raise PydanticCustomError("datetime_parsing", "Input should be a valid date and time, such as 2026-01-31T09:00:00Z")


Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(ge=0, strict=True)]
Figure = Annotated[float, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
