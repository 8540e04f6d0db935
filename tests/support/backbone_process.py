"""A relay or a consumer as a process of its own, to be killed.

python -m support.backbone_process ROLE DATABASE_URL KAFKA SERVICE TOPIC
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from shared.db.engine import create_engine
from shared.db.settings import DatabaseSettings
from shared.messaging.settings import KafkaSettings
from support.backbone import Backbone, counted_on
from support.running import consumer, relay


def start(role: str, service: Backbone, log: Path | None = None) -> subprocess.Popen[bytes]:
    """The process, in a session of its own; its output goes to `log`."""
    output = subprocess.DEVNULL if log is None else log.open("ab")
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "support.backbone_process",
            role,
            service.database_url,
            service.kafka.bootstrap_servers,
            service.service,
            service.topic,
        ],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=output,
        stderr=output,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """Without warning, and wait until it is gone."""
    process.send_signal(signal.SIGKILL)
    process.wait()


async def main(role: str, url: str, servers: str, service: str, topic: str) -> None:
    engine = create_engine(DatabaseSettings(url=url), application_name=f"{service}-{role}")
    built = Backbone(url, KafkaSettings(bootstrap_servers=servers), engine, topic, service, counted_on(topic))
    await (relay(built) if role == "relay" else consumer(built)).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
