"""Times as posts spell them, independent of this machine's locale."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_C_STYLE = re.compile(r"^[A-Za-z]{3} ([A-Za-z]{3}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2}) (\d{4})$")


def moment(text: str) -> datetime | None:
    """The UTC time meant by `Thu Apr 09 01:31:50 +0000 2015` or an ISO 8601 time with an offset.

    None when it cannot be read or names no offset: a local time without a place is not a moment.
    """
    text = text.strip()
    styled = _C_STYLE.match(text)
    try:
        parsed = _c_style(styled) if styled else datetime.fromisoformat(text)
    except (ValueError, KeyError, OverflowError):
        return None
    if parsed.tzinfo is None:
        return None
    try:
        return parsed.astimezone(UTC)
    except OverflowError:
        return None


def _c_style(found: re.Match[str]) -> datetime:
    month, day, hour, minute, second, sign, offset_hours, offset_minutes, year = found.groups()
    offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
    return datetime(
        int(year), _MONTHS[month.casefold()], int(day), int(hour), int(minute), int(second),
        tzinfo=timezone(-offset if sign == "-" else offset),
    )  # fmt: skip
