"""`rapport demo`: the life of one action, told step by step against a running system."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import click

from rapport.demo.release import ReleasePart
from rapport.demo.review import ReviewPart
from rapport.demo.setting import SettingPart
from rapport.demo.telling import Telling
from rapport.story.client import System


def tell(system: System, telling: Telling, *, mark: str) -> None:
    """The whole story. Raises StepFailed at the first step that does not happen."""
    setting = SettingPart(system, telling, mark).play()
    review = ReviewPart(setting, telling).play()
    ReleasePart(setting, review, telling).play()
    telling.finish()


@click.command()
def demo() -> None:
    """Tell the whole story against a running system, step by step."""
    click.echo("One action, from the first name to the last proof. Everybody in it is invented.\n")
    with System.open() as system:
        tell(system, Telling(click.echo), mark=_mark())


def _mark() -> str:
    """A few characters that no other run has."""
    now = datetime.now(UTC)  # noqa: TID251 - only tells runs apart
    return f"{now:%d%H%M}{secrets.token_hex(2)}"
