"""Where the broker is."""

from __future__ import annotations

from pydantic import BaseModel


class KafkaSettings(BaseModel):
    """`bootstrap_servers` is `host:port[,host:port]`."""

    bootstrap_servers: str
    group_prefix: str = ""
