"""Random histories over the real gate and a real database keep every invariant. `make soak` runs ten thousand."""

from __future__ import annotations

import os
import subprocess

import pytest

from soak.coverage import never
from soak.databases import Databases
from soak.running import run
from support.sources import ROOT

pytestmark = [pytest.mark.platform, pytest.mark.timeout(900)]
A_FEW = 300


def test_random_histories_keep_the_invariants(soak_databases: Databases) -> None:
    """Other ones with every commit, the same ones for the same; a failure prints the history, and the seed."""
    ran = run(soak_databases.new(), histories=A_FEW, of=int(os.environ.get("SOAK_SEED") or _of_this_commit()))
    assert never(ran.reached, everything=False) == []


def _of_this_commit() -> int:
    """Outside a repository always the same."""
    asked = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short=7", "HEAD"], capture_output=True, check=False, text=True
    )
    return int(asked.stdout.strip() or "0", 16)
