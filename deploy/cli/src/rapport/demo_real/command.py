"""`rapport demo-real FOLDER`: the story on real posts, against whatever system it is pointed to."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from rapport.demo_real.actions import block_one, open_plan, our_engager, release_one
from rapport.demo_real.audit import await_audit, import_posts, register_outlets, show_footprints
from rapport.demo_real.input import Collection, collection, read_input
from rapport.demo_real.safety import show_safety
from rapport.place import find_place
from rapport.story.client import System
from shared.kernel.clock import SystemClock

AUTHOR, REVIEWER = "noor.lead", "rosa.reviewer"


@click.command("demo-real")
@click.argument("posts", type=click.Path(path_type=Path))
def demo_real(posts: Path) -> None:
    """Audit the outlets in the folder POSTS and carry two actions on their posts: one released, one blocked."""
    found = collection(posts.expanduser().resolve(), read_input(find_place().demo / "real_input.yaml"))
    with System.open() as system:
        tell(system, found)


def tell(system: System, found: Collection) -> None:
    """Step by step; raises Problem at the first step that fails."""
    author, reviewer = system.sign_in(AUTHOR), system.sign_in(REVIEWER)
    _title(1, f"Register {len(found.files)} health-news outlets")
    ids = register_outlets(author, found, _say)
    await_audit(author, ids)
    _title(2, f"Import their posts from {found.folder}")
    import_posts(author, found, _say)
    _title(3, "Audit: who is active, present, mentioned?")
    show_footprints(author, found, ids, _say)
    _title(4, "Safety first: does any of these posts report an adverse event?")
    show_safety(reviewer, ids, _say)
    chosen = found.known.actions
    _title(5, "One real post on health policy goes all the way")
    plan, engager = open_plan(author, SystemClock().now(), _say), our_engager(author)
    release_one(
        author, reviewer, chosen.released,
        plan=plan, stakeholder=ids[chosen.released.author], engager=engager, starts=_soon, say=_say,
    )  # fmt: skip
    _title(6, "A real post that names a medicine with its use does not")
    block_one(
        author, reviewer, chosen.blocked,
        plan=plan, stakeholder=ids[chosen.blocked.author], engager=engager, starts=_soon, say=_say,
    )  # fmt: skip
    _title(7, "Done: released and carried out once, blocked once, every post accounted for")


def _soon() -> datetime:
    """A slot begins in the future: late enough to submit for it, early enough to watch."""
    return SystemClock().now() + timedelta(seconds=15)


def _title(number: int, text: str) -> None:
    _say(f"\n{number}. {text}")


def _say(line: str) -> None:
    click.echo(f"   {line}" if line and not line.startswith("\n") else line)
    sys.stdout.flush()
