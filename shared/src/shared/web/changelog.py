"""One row of a changelog, as every service shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class ChangeRead(BaseModel):
    """Who changed what, when and why; `old` and `new` hold only what differs."""

    version: int
    what: str
    changed_by: str
    reason: str | None
    old: dict[str, Any]
    new: dict[str, Any]
    changed_at: datetime
