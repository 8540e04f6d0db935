"""Random histories over the real gate and a real database keep every invariant. `make soak` runs ten thousand."""

from __future__ import annotations

import os
import time

import pytest

from soak.coverage import never
from soak.databases import Databases
from soak.running import run

pytestmark = [pytest.mark.platform, pytest.mark.timeout(900)]
A_FEW = 100


def test_random_histories_keep_the_invariants(soak_databases: Databases) -> None:
    """Other ones every day; a failure prints the history as a program, and the seed."""
    seed = int(os.environ.get("SOAK_SEED") or time.time() // 86_400)
    ran = run(soak_databases.new(), histories=A_FEW, of=seed)
    assert never(ran.reached, everything=False) == []
