"""Clears the way for a start: whose folder it is, and what a killed launcher left running."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import psutil

from rapport.launcher.folder import DataFolder
from rapport.problem import Problem

LEFTOVER_SECONDS = 15.0


def check_rights(data: Path) -> None:
    """Raises Problem when the data folder belongs to somebody else."""
    owner = data.stat().st_uid
    if owner != os.geteuid():
        raise Problem(
            f"the data folder {data} belongs to user id {owner}, you are {os.geteuid()}",
            remedy="run as that user, name another folder in RAPPORT_DATA, or remove it with `make clean`",
        )


def end_leftovers(folder: DataFolder, *, say: Callable[[str], None]) -> None:
    """End what a killed launcher of this folder left, politely first."""
    alive = folder.leftovers()
    if not alive:
        return
    say(f"ending what an earlier start left: {', '.join(alive)}")
    for process in alive.values():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(list(alive.values()), timeout=LEFTOVER_SECONDS)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=LEFTOVER_SECONDS)
