"""Starts Python modules as processes of their own from a server that has the heavy imports done.

Eleven processes that import the same libraries cost eleven times three seconds of processor time and 100 MB each;
forked they cost that once. On systems where forking after imports is unsafe, modules are started the plain way.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import runpy
import signal
import sys
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import setproctitle

from rapport.embedded.process import Command, Process, start
from rapport.embedded.tether import PR_SET_PDEATHSIG

PRELOADED = "rapport.launcher.preload"


class ForkedProcess:
    """A child of the fork server, with the few verbs of subprocess.Popen that supervision needs."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid = process.pid or 0

    def poll(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Exit code. Raises TimeoutError."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise TimeoutError(f"process {self.pid} still runs")
        return code


class ForkServer:
    """Starts commands; those that may be forked (`Command.module`) from the fork server. Use from the main thread."""

    def __init__(self) -> None:
        self._context: ForkServerContext | None = None
        if sys.platform == "linux" and os.environ.get("RAPPORT_FORK", "").lower() not in {"no", "0", "false"}:
            self._context = multiprocessing.get_context("forkserver")
            self._context.set_forkserver_preload([PRELOADED])

    def warm_up(self) -> None:
        """Let the server begin its imports now, beside other work."""
        if self._context is not None:
            self._context.Process(target=_nothing).start()

    def start(self, command: Command) -> Process:
        """Start `command`; see `rapport.embedded.process.start`."""
        if self._context is None or command.module is None:
            return start(command)
        command.log.parent.mkdir(parents=True, exist_ok=True)
        arguments = (command, command.module, dict(os.environ), os.getpid())
        process = self._context.Process(target=_become, args=arguments, name=command.name)
        process.start()
        return ForkedProcess(process)


def _nothing() -> None:
    """The first request makes the server start."""


def _become(command: Command, run: tuple[str, ...], inherited: dict[str, str], launcher: int) -> None:
    """In the child: its own session, log, environment and name; then the module, as `python -m` runs it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, command.orphan_signal, 0, 0, 0)
    parent = multiprocessing.parent_process()
    if parent is None or not parent.is_alive():  # it died before we asked
        os._exit(1)
    os.setsid()
    with command.log.open("ab") as log, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.chdir(command.folder)
    module, *arguments = run
    title = f"{command.name}: python -m {' '.join(run)} (launcher {launcher})"
    setproctitle.setproctitle(title)  # before the environment moves: it finds the name's place by it
    os.environ.clear()
    os.environ.update({**inherited, **command.environment})
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
