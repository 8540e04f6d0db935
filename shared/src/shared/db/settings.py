"""Where the service's database is and how patient to be with it."""

from __future__ import annotations

from pydantic import BaseModel, SecretStr


class DatabaseSettings(BaseModel):
    """`url` is `postgresql://user:password@host:port/name`; times in seconds."""

    url: SecretStr
    pool_size: int = 10
    statement_timeout: float = 15.0
    lock_timeout: float = 5.0
    connect_timeout: float = 5.0
