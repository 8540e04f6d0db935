"""Runs a command that must not outlive its parent. Started as a script: standard library only, imports little.

Usage: tether.py PARENT_PID SIGNAL COMMAND...
On Linux the kernel sends SIGNAL when the parent dies and this process becomes the command; elsewhere it
stays in between and watches.
"""

from __future__ import annotations

import os
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
WATCH_SECONDS = 0.5


def _become(parent: int, on_orphan: int, command: list[str]) -> None:
    import ctypes  # noqa: PLC0415 - costs start-up time that other systems need not pay

    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, on_orphan, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it died before we asked
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - becoming the command is the purpose


def _watch(parent: int, on_orphan: int, command: list[str]) -> int:
    child = os.posix_spawnp(command[0], command, os.environ)
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(name, lambda number, _frame: os.kill(child, number))
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if os.getppid() != parent:
            os.kill(child, on_orphan)
            os.waitpid(child, 0)
            return 1
        time.sleep(WATCH_SECONDS)


def main(arguments: list[str]) -> None:
    parent, on_orphan, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    if sys.platform == "linux":
        _become(parent, on_orphan, command)
    sys.exit(abs(_watch(parent, on_orphan, command)))


if __name__ == "__main__":
    main(sys.argv[1:])
