"""Keeps processes running: starts them, waits for their answer, starts them again when they die."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from rapport.embedded.process import Command, Process, last_lines, start, stop
from rapport.launcher.probe import listens
from rapport.problem import Problem

Say = Callable[[str], None]

TICK_SECONDS = 0.1
ASK_SECONDS = 0.3
FIRST_BACK_OFF, LONGEST_BACK_OFF = 0.5, 30.0
ASK_AGAIN_SECONDS = 3.0
"""How often a part that was ready is asked whether it still answers."""
SILENT_SECONDS = 10.0
"""After this long without an answer it is said, once. It is not ended: it may be waiting for something else."""
STEADY_SECONDS = 60.0
"""After this long without dying, a part's back-off starts anew."""
TRIES_AT_START = 5
BAD_SETTINGS_EXIT_CODE = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One process to keep running. `ready` asks it, `prepare` runs before every start; both may block.

    `port` is where it listens: an answer from there counts only if the process itself gives it.
    """

    command: Command
    ready: Callable[[], bool]
    prepare: Callable[[], None] | None = None
    port: int | None = None

    @property
    def name(self) -> str:
        return self.command.name


@dataclass(slots=True)
class _State:
    part: Part
    process: Process | None = None
    preparing: Future[None] | None = None
    asking: Future[bool] | None = None
    ready: bool = False
    was_ready: bool = False
    deaths: int = 0
    started_at: float = 0.0
    start_at: float = 0.0
    ask_at: float = 0.0
    answered_at: float = 0.0
    is_silent: bool = False


class Supervisor:
    """Call `tick` from the main thread: on Linux, children are tied to the thread that started them."""

    def __init__(
        self,
        *,
        say: Say,
        on_change: Callable[[dict[str, int]], None],
        start: Callable[[Command], Process] = start,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._silent_seconds = silent_seconds
        self._ask_again_seconds = min(ASK_AGAIN_SECONDS, silent_seconds / 3)
        self._start = start
        self._states: dict[str, _State] = {}
        self._say = say
        self._on_change = on_change
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="ask")

    def add(self, part: Part) -> None:
        """Start `part` at the next tick and keep it running."""
        self._states[part.name] = _State(part)

    def tick(self) -> None:
        """One look at every part. Raises Problem when a part cannot be started at all."""
        before = self._processes()
        now = time.monotonic()
        for state in self._states.values():
            self._look_at(state, now)
        if self._processes() != before:
            self._on_change(self._processes())

    def is_ready(self, *names: str) -> bool:
        return all(self._states[name].ready for name in names)

    def waiting(self) -> list[str]:
        """Names of the parts that do not answer yet."""
        return [name for name, state in self._states.items() if not state.ready]

    def stop(self, names: Iterable[str]) -> None:
        """End the named parts, all at once, each within its own deadline."""
        states = [self._states.pop(name) for name in list(names) if name in self._states]
        running = [(state.process, state.part.command) for state in states if state.process is not None]
        with ThreadPoolExecutor(max(1, len(running))) as pool:
            endings = [pool.submit(stop, process, command) for process, command in running]
            clean = [ending.result() for ending in endings]
        for (_, command), was_clean in zip(running, clean, strict=True):
            if not was_clean:
                self._say(f"{command.name} did not end within {command.stop_seconds:.0f} s and was killed")
        self._on_change(self._processes())

    def stop_all(self) -> None:
        """What is left, in the reverse order of its start."""
        for name in reversed(list(self._states)):
            self.stop([name])
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def names(self) -> list[str]:
        return list(self._states)

    def _processes(self) -> dict[str, int]:
        return {name: state.process.pid for name, state in self._states.items() if state.process is not None}

    def _look_at(self, state: _State, now: float) -> None:
        if state.process is None:
            self._bring_up(state, now)
        elif (code := state.process.poll()) is not None:
            self._mourn(state, code, now)
        elif not state.ready:
            self._ask(state, now)
        else:
            self._listen(state, now)
            if state.deaths and now - state.started_at > STEADY_SECONDS:
                state.deaths = 0

    def _bring_up(self, state: _State, now: float) -> None:
        if now < state.start_at:
            return
        if state.part.prepare is not None:
            if state.preparing is None:
                state.preparing = self._pool.submit(state.part.prepare)
            if not state.preparing.done():
                return
            preparing, state.preparing = state.preparing, None
            preparing.result()
        state.process = self._start(state.part.command)
        state.started_at = now

    def _mourn(self, state: _State, code: int, now: float) -> None:
        name, log = state.part.name, state.part.command.log
        state.process, state.asking, state.ready, state.is_silent = None, None, False, False
        state.deaths += 1
        hopeless = code == BAD_SETTINGS_EXIT_CODE or state.deaths >= TRIES_AT_START
        if hopeless and not state.was_ready:
            raise Problem(
                f"{name} does not start (exit code {code}):\n{last_lines(log)}",
                remedy=f"the lines above say why; all of them are in {log}",
            )
        pause = min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2 ** (state.deaths - 1))
        state.start_at = now + pause
        self._say(f"{name} ended ({_ending(code)}); starting it again in {pause:g} s; its log: {log}")

    def _ask(self, state: _State, now: float) -> None:
        if state.asking is None:
            if now >= state.ask_at:
                state.asking = self._pool.submit(_answers, state.part, state.process)
            return
        if not state.asking.done():
            return
        asking, state.asking = state.asking, None
        state.ask_at = now + ASK_SECONDS
        if asking.result():
            state.ready = True
            self._say(f"{state.part.name} {'is back' if state.was_ready else 'is up'} ({now - state.started_at:.1f} s)")
            state.was_ready = True
            state.answered_at, state.ask_at = now, now + self._ask_again_seconds

    def _listen(self, state: _State, now: float) -> None:
        """Say when a part that was ready stops answering, and when it answers again."""
        name = state.part.name
        if not state.is_silent and now - state.answered_at > self._silent_seconds:
            state.is_silent = True
            since = time.strftime("%H:%M:%S", time.localtime(time.time() - (now - state.answered_at)))
            self._say(f"{name} does not answer since {since}; its log: {state.part.command.log}")
        if state.asking is None:
            if now >= state.ask_at:
                state.asking = self._pool.submit(_answers, state.part, state.process)
            return
        if not state.asking.done():
            return
        asking, state.asking = state.asking, None
        state.ask_at = now + self._ask_again_seconds
        if asking.exception() is None and asking.result():  # a question that fails is no answer, and no reason to end
            if state.is_silent:
                self._say(f"{name} answers again, after {now - state.answered_at:.0f} s")
            state.answered_at, state.is_silent = now, False


def _answers(part: Part, process: Process | None) -> bool:
    if process is None or not part.ready():
        return False
    return part.port is None or listens(process.pid, part.port)


def _ending(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"
