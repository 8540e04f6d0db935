"""up, status, down, clean."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click

from rapport.launcher.folder import DataFolder
from rapport.place import Place, find_place
from rapport.problem import Problem

DOWN_SECONDS = 90.0
DETACHED_SECONDS = 300.0


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()  # progress must be seen where the output is a file or a pipe


@click.command()
@click.option("--detach", is_flag=True, help="Return once everything answers; `rapport down` stops it.")
def up(*, detach: bool) -> None:
    """Start everything on this machine; Ctrl-C stops all of it."""
    place = find_place()
    if detach:
        _up_detached(place)
        return
    from rapport.launcher.up import Launch  # noqa: PLC0415 - drivers and all: only for this command

    Launch(place, say=_say).run()


def _up_detached(place: Place) -> None:
    folder = DataFolder(place.data)
    folder.refuse_second()
    folder.make()
    log = place.logs / "launcher.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "rapport", "up"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _follow(launcher, log, place)


def _follow(launcher: subprocess.Popen[bytes], log: Path, place: Place) -> None:
    """Show the launcher's words until the system is ready."""
    give_up = time.monotonic() + DETACHED_SECONDS
    folder = DataFolder(place.data)
    with log.open(encoding="utf-8", errors="replace") as said:
        while True:
            ended = launcher.poll() is not None
            is_ready = folder.holder() == launcher.pid and bool(folder.remembered("ready"))
            click.echo(said.read(), nl=False)
            sys.stdout.flush()
            if ended:
                raise SystemExit(launcher.returncode or 1)
            if is_ready:
                click.echo(said.read(), nl=False)
                return
            if time.monotonic() > give_up:
                raise Problem(
                    f"not ready after {DETACHED_SECONDS:.0f} s", remedy=f"read {log}; `rapport down` stops it"
                )
            time.sleep(0.2)


@click.command()
def status() -> None:
    """Who answers; exit code 0 only when everything does."""
    from rapport.launcher.status import ask  # noqa: PLC0415 - drivers

    place = find_place()
    found = ask(place)
    if found.launcher is None:
        click.echo(f"nothing runs on {place.data}; `rapport up` starts it")
        raise SystemExit(1)
    for answer in found.answers:
        click.echo(f"{'ok ' if answer.fine else '-- '} {answer.part:<18} {answer.address:<28} {answer.said}")
    if not found.complete:
        click.echo("the launcher is still starting")
    raise SystemExit(0 if found.fine else 1)


@click.command()
def down() -> None:
    """Stop a running `rapport up`, from any terminal."""
    place = find_place()
    folder = DataFolder(place.data)
    holder = folder.holder()
    if holder is None:
        click.echo(f"nothing runs on {place.data}")
        return
    try:
        os.kill(holder, signal.SIGTERM)
    except PermissionError as error:
        raise Problem(
            f"the launcher (process {holder}) belongs to another user", remedy="run `rapport down` as that user"
        ) from error
    _say(f"stopping the launcher (process {holder})")
    give_up = time.monotonic() + DOWN_SECONDS
    while folder.holder() == holder:
        if time.monotonic() > give_up:
            raise Problem(
                f"the launcher (process {holder}) still runs after {DOWN_SECONDS:.0f} s",
                remedy=f"kill -9 {holder}: its parts end with it",
            )
        time.sleep(0.1)
    click.echo("stopped")


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def clean(*, yes: bool) -> None:
    """Remove the data folder. The user's cache of jars stays."""
    place = find_place()
    if not place.data.exists():
        click.echo(f"{place.data} does not exist")
        return
    holder = DataFolder(place.data).holder()
    if holder is not None:
        raise Problem(f"the launcher (process {holder}) runs on {place.data}", remedy="`rapport down` first")
    if not _is_data_folder(place.data):
        raise Problem(
            f"{place.data} does not look like a data folder of ours", remedy="remove it yourself if you are sure"
        )
    if not yes:
        click.confirm(f"Remove {place.data} with all databases and messages in it?", abort=True)
    from rapport.launcher.leftovers import end_leftovers  # noqa: PLC0415 - only here and at start

    end_leftovers(DataFolder(place.data), say=_say)
    shutil.rmtree(place.data)
    click.echo(f"removed {place.data}")


def _is_data_folder(path: Path) -> bool:
    return not any(path.iterdir()) or any((path / name).exists() for name in ("launcher.lock", "logs", "ports.json"))
