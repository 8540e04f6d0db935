"""What a person reads when everything runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from rapport.launcher.issuer import own_issuer
from rapport.launcher.services import Wiring

_HOW_TO_SIGN_IN = "sign in by choosing a name; only commands in the terminal ask for a password: `demo`"


def _users(file: Path) -> Iterable[str]:
    document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    for user in document.get("users", ()):
        roles = ", ".join(user.get("roles", ()))
        yield f"    {user['subject']:<16} {user.get('name', ''):<18} {roles}"


def has_terminal() -> bool:
    """Whether this process has a terminal, so that Ctrl-C can reach it."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def welcome(wiring: Wiring, *, seconds: float, by_keyboard: bool) -> str:
    """Address, who may sign in, three things to try, how to stop: with Ctrl-C only where a keyboard reaches us."""
    stop = "Ctrl-C stops everything; so does `make down`." if by_keyboard else "`rapport down` stops everything."
    users = f"those of {wiring.issuer}"
    if not own_issuer():
        users = "\n".join((_HOW_TO_SIGN_IN, *_users(wiring.place.demo / "users.yaml")))
    return f"""
Rapport runs (started in {seconds:.1f} s).

  Console   {wiring.console}
  Users     {users}
  Data      {wiring.place.data}  (logs in {wiring.place.logs.name}/)

  Three things to try
    1. Sign in as {"a reviewer" if own_issuer() else "rosa.reviewer"} and decide on the action that waits in the queue.
    2. Look at the blocked action and its remedy, then try a sentence of your own in the box.
    3. In another terminal: make demo   (the whole story, step by step)

  {stop}
"""
