"""Loads the demo data once per data folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from rapport.embedded.process import run_once
from rapport.launcher.folder import DataFolder
from rapport.launcher.issuer import why_no_demo_data
from rapport.launcher.services import Wiring, client_environment
from rapport.problem import Problem

MODULE = "rapport.demo_data"
MEMORY = "demo data loaded"


def load_demo_data(wiring: Wiring, folder: DataFolder, *, say: Callable[[str], None]) -> None:
    """Run the loader against the running system unless it ran here before, or RAPPORT_DEMO_DATA=no.

    The system is whole without it, so a failure is said and tried again at the next start.
    """
    unwanted = os.environ.get("RAPPORT_DEMO_DATA", "").lower() in {"no", "0", "false"}
    if unwanted or folder.remembered(MEMORY):
        return
    if reason := why_no_demo_data():
        say(reason)
        return
    say("loading the demo data (first start only)")
    try:
        run_once(
            [sys.executable, "-m", MODULE],
            folder=wiring.place.root,
            environment=client_environment(wiring),
            seconds=300.0,
            what="loading the demo data",
            remedy="start again: what was loaded is recognised and not loaded twice; "
            "RAPPORT_DEMO_DATA=no leaves it out",
        )
    except Problem as problem:
        say(str(problem))
    else:
        folder.remember(MEMORY, value=True)
