"""Runs histories: so many, from a seed, over a database that lives through all of them."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from soak.histories import Histories
from soak.scene import Scene

STEPS = 10
"""Operations of one history at most; the usual way counts as one and is five."""


@dataclass(slots=True)
class Ran:
    """What a run reached."""

    histories: int
    reached: Counter[str]


def run(url: str, *, histories: int, of: int, shrink: bool = True) -> Ran:
    """Raises what a history failed over, with that history as a program and the seed to repeat it."""
    with quiet(), stage(url) as machine:
        try:
            run_in(machine, histories=histories, of=of, shrink=shrink)
        except BaseException as error:
            error.add_note(f"to repeat: make soak SEED={of} HISTORIES={histories} WORKERS=1")
            raise
        return Ran(machine.begun, machine.scene.reached)


def share_of(url: str, histories: int, of: int) -> tuple[int, Counter[str]]:
    """A worker's part of a run: how many histories, and what they reached."""
    ran = run(url, histories=histories, of=of)
    return ran.histories, ran.reached


def run_in(machine: type[Histories], *, histories: int, of: int, shrink: bool) -> None:
    """The same with a machine that is there."""
    kept = settings(
        max_examples=histories,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.normal,
        print_blob=False,
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(seed(of)(machine), settings=kept)


@contextmanager
def stage(url: str) -> Generator[type[Histories]]:
    """A machine of its own with a process of the gate."""
    machine = type("Histories", (Histories,), {"begun": 0, "first_broken": None})
    with asyncio.Runner() as runner:
        opened = Scene.open(url)
        machine.runner, machine.scene = runner, runner.run(opened.__aenter__())
        try:
            yield machine
        finally:
            runner.run(opened.__aexit__(None, None, None))


@contextmanager
def quiet() -> Generator[None]:
    """Histories fail by intent and all the time: nobody wants to read about it."""
    before: Callable[..., object] = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        structlog.configure(wrapper_class=before)
        logging.disable(logging.NOTSET)
