"""What dies is started again, later and later; what cannot start is said."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from rapport.embedded.process import Command, Process, start
from rapport.launcher.supervisor import SILENT_SECONDS, Part, Supervisor
from rapport.problem import Problem

FOREVER = "import time; time.sleep(60)"


def _part(folder: Path, code: str, *, ready: Callable[[], bool] = lambda: True, stop_seconds: float = 5.0) -> Part:
    command = Command(
        "part", (sys.executable, "-c", code), folder=folder, log=folder / "part.log", stop_seconds=stop_seconds
    )
    return Part(command, ready)


def _supervisor(
    said: list[str], started: list[Process] | None = None, *, silent_seconds: float = SILENT_SECONDS
) -> Supervisor:
    """Appends to `started` what it starts."""

    def noted(command: Command) -> Process:
        process = start(command)
        if started is not None:
            started.append(process)
        return process

    return Supervisor(say=said.append, on_change=lambda _: None, start=noted, silent_seconds=silent_seconds)


def _tick_until(supervisor: Supervisor, condition: Callable[[], bool], seconds: float = 15.0) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not happen"
        supervisor.tick()
        time.sleep(0.02)


def test_a_part_that_was_killed_is_started_again_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    started: list[Process] = []
    supervisor = _supervisor(said, started)
    supervisor.add(_part(tmp_path, FOREVER))
    _tick_until(supervisor, lambda: supervisor.is_ready("part"))
    started[0].send_signal(signal.SIGKILL)
    started[0].wait()
    _tick_until(supervisor, lambda: any("is back" in line for line in said))
    assert any("killed by signal 9" in line and "starting it again" in line for line in said)
    supervisor.stop_all()


def test_a_part_that_hangs_is_said_once_and_left_alone_until_it_answers_again(tmp_path: Path) -> None:
    said: list[str] = []
    started: list[Process] = []
    answering = True

    def ask() -> bool:
        if not answering:
            raise TimeoutError("no answer in time")
        return True

    supervisor = _supervisor(said, started, silent_seconds=0.3)
    supervisor.add(_part(tmp_path, FOREVER, ready=ask))
    _tick_until(supervisor, lambda: supervisor.is_ready("part"))
    answering = False
    _tick_until(supervisor, lambda: any("part does not answer since" in line for line in said))
    later = time.monotonic() + 1
    _tick_until(supervisor, lambda: time.monotonic() > later)
    answering = True
    _tick_until(supervisor, lambda: any("part answers again" in line for line in said))
    assert sum("does not answer" in line for line in said) == 1
    assert len(started) == 1
    assert started[0].poll() is None
    supervisor.stop_all()


def test_a_part_that_never_starts_is_given_up_with_the_end_of_its_log(tmp_path: Path) -> None:
    supervisor = _supervisor([])
    supervisor.add(_part(tmp_path, "import sys; sys.exit('variable AUDIT_DB_URL is missing')", ready=lambda: False))
    with pytest.raises(Problem) as given_up:
        _tick_until(supervisor, lambda: False, seconds=30)
    assert "AUDIT_DB_URL is missing" in given_up.value.message
    assert "part.log" in given_up.value.remedy
    supervisor.stop_all()


def test_bad_settings_are_said_at_once(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = _supervisor(said)
    supervisor.add(_part(tmp_path, "import sys; print('AUDIT_PORT is invalid'); sys.exit(2)", ready=lambda: False))
    with pytest.raises(Problem, match="AUDIT_PORT is invalid"):
        _tick_until(supervisor, lambda: False)
    assert said == []
    supervisor.stop_all()


def test_a_part_that_ignores_the_request_to_end_is_killed_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    started: list[Process] = []
    supervisor = _supervisor(said, started)
    deaf = (
        "import signal, time, pathlib; signal.signal(15, signal.SIG_IGN); pathlib.Path('deaf').touch(); time.sleep(60)"
    )
    supervisor.add(_part(tmp_path, deaf, ready=(tmp_path / "deaf").exists, stop_seconds=0.5))
    _tick_until(supervisor, lambda: supervisor.is_ready("part"))
    supervisor.stop_all()
    assert any("was killed" in line for line in said)
    assert not psutil.pid_exists(started[0].pid)
