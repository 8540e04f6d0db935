"""`rapport up`: from nothing to a system that answers, and back."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import FrameType
from typing import TypeVar

from rapport.launcher import ports as port_choice
from rapport.launcher.demo_data import load_demo_data
from rapport.launcher.folder import DataFolder
from rapport.launcher.forking import ForkServer
from rapport.launcher.issuer import check_own_issuer, why_no_executor
from rapport.launcher.leftovers import check_rights, end_leftovers
from rapport.launcher.platform import Platform, check_own_broker, check_own_database, make_platform, own_ports
from rapport.launcher.provisioning import provide_storage, provide_topics
from rapport.launcher.services import (
    CLIENTS,
    SERVICES,
    Wiring,
    executor_part,
    is_installed,
    issuer_part,
    make_wiring,
    service_parts,
)
from rapport.launcher.supervisor import TICK_SECONDS, Part, Supervisor
from rapport.launcher.welcome import has_terminal, welcome
from rapport.place import Place
from rapport.problem import Problem

READY_SECONDS = 180.0
Say = Callable[[str], None]
T = TypeVar("T")


class _Stop(Exception):
    """Somebody asked us to end."""


class Launch:
    """One run of the whole system on one data folder."""

    def __init__(self, place: Place, *, say: Say) -> None:
        self._place = place
        self._folder = DataFolder(place.data)
        self._say = say
        self._reservations = port_choice.reservations()
        self._fork_server = ForkServer()
        self._supervisor = Supervisor(say=say, on_change=self._folder.note_processes, start=self._fork_server.start)
        self._platform: list[str] = []
        self._began = time.monotonic()
        self._asked_to_stop: float | None = None

    def run(self) -> None:
        """Start everything, watch over it until asked to end, end everything. Raises Problem."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        previous = {number: signal.signal(number, self._stop) for number in numbers}
        try:
            with self._folder.held():
                try:
                    self._start()
                    while True:
                        self._tick()
                except _Stop:
                    self._say("stopping: services, then Kafka, then PostgreSQL")
                finally:
                    self._end()
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked_to_stop is None:
            self._asked_to_stop = now
        elif now - self._asked_to_stop > 1.0:  # a terminal may deliver one Ctrl-C twice
            self._say("still stopping; every part has its own deadline")

    def _start(self) -> None:
        check_rights(self._place.data)
        self._folder.remember("ready", value=False)
        end_leftovers(self._folder, say=self._say)
        self._place.logs.mkdir(parents=True, exist_ok=True)
        check_own_issuer(CLIENTS)
        check_own_database()
        check_own_broker()
        ports = self._ports()
        self._fork_server.warm_up()
        platform = self._wait_for(lambda: make_platform(self._place, ports, say=self._say))
        for part in platform.parts:
            self._add(part)
            self._platform.append(part.name)
        self._await_parts([part.name for part in platform.parts if part is platform.postgres_part])
        wiring = make_wiring(
            self._place,
            self._folder,
            ports,
            admin_url=platform.admin_url,
            bootstrap_servers=platform.bootstrap_servers,
        )
        self._provide(wiring, platform)
        self._start_services(wiring)
        self._wait_for(lambda: load_demo_data(wiring, self._folder, say=self._say))
        self._say(welcome(wiring, seconds=time.monotonic() - self._began, by_keyboard=has_terminal()))
        self._folder.remember("ready", value=True)  # last: who waits for it has all our words by then

    def _ports(self) -> dict[str, int]:
        wanted = [name for name in port_choice.DEFAULTS if name not in {"postgres", "kafka", "kafka-controller"}]
        ports = port_choice.choose(
            [*wanted, *own_ports()], self._folder.ports, say=self._say, free=self._reservations.take
        )
        self._folder.ports = {**self._folder.ports, **ports}
        return ports

    def _provide(self, wiring: Wiring, platform: Platform) -> None:
        """Databases and migrations while the broker still starts; then the topics."""
        storage = self._in_background(lambda: provide_storage(wiring, self._folder, say=self._say))
        if platform.kafka_part is not None:
            self._await_parts([platform.kafka_part.name])
        topics = self._in_background(lambda: provide_topics(wiring, say=self._say))
        self._await_future(topics)
        self._await_future(storage)

    def _start_services(self, wiring: Wiring) -> None:
        missing = [s.name for s in SERVICES if not is_installed(f"{s.name}.main")]
        if missing:
            self._say(f"not in this checkout, left out: {', '.join(missing)}")
        if reason := why_no_executor():
            self._say(reason)
        parts = [part for part in (issuer_part(wiring), *service_parts(wiring), executor_part(wiring)) if part]
        for part in parts:
            self._add(part)
        self._await_parts([part.name for part in parts])

    def _add(self, part: Part) -> None:
        self._supervisor.add(part)

    def _tick(self) -> None:
        if self._asked_to_stop is not None:
            raise _Stop
        self._supervisor.tick()
        time.sleep(TICK_SECONDS)

    def _await_parts(self, names: list[str]) -> None:
        give_up = time.monotonic() + READY_SECONDS
        while not self._supervisor.is_ready(*names):
            self._tick()
            if time.monotonic() > give_up:
                raise Problem(
                    f"no answer after {READY_SECONDS:.0f} s from: {', '.join(self._supervisor.waiting())}",
                    remedy=f"their logs in {self._place.logs} say what they wait for",
                )

    def _in_background(self, work: Callable[[], T]) -> Future[T]:
        """Run `work` in a thread that does not hold up our end."""
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whoever awaits the future raises it again
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return future

    def _wait_for(self, work: Callable[[], T]) -> T:
        return self._await_future(self._in_background(work))

    def _await_future(self, future: Future[T]) -> T:
        """Its result; meanwhile everything that runs is watched."""
        while not future.done():
            self._tick()
        return future.result()

    def _end(self) -> None:
        """Services first, so that they finish what they began; then the broker, then the database."""
        self._folder.remember("ready", value=False)
        self._supervisor.stop([name for name in self._supervisor.names if name not in self._platform])
        self._supervisor.stop_all()
        self._say("everything has ended")
