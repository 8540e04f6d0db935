"""Who signs the access tokens: the development issuer, or one of your own; and with which client secrets we ask it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from rapport.problem import Problem

ISSUER_VARIABLE = "RAPPORT_AUTH_ISSUER"
EXECUTOR_SECRET = "RAPPORT_CLIENT_SECRET_EXECUTOR_"  # noqa: S105 - a variable's name
PLAYED_BY_THE_DEMO = "RAPPORT_CLIENT_SECRET_EXECUTOR_MASTODON"
DEMO_AUTHORS = ("AMIRA_MEDICAL", "JONAS_COMMS", "ROSA_REVIEWER")


def own_issuer() -> str | None:
    """The issuer the user named; None where the development issuer serves."""
    return os.environ.get(ISSUER_VARIABLE)


def check_own_issuer(prefixes: Iterable[str]) -> None:
    """Raises Problem naming every client secret that an issuer of your own needs and the environment lacks."""
    if not own_issuer():
        return
    missing = [name for name in (f"{prefix}_CLIENT_SECRET" for prefix in prefixes) if not os.environ.get(name)]
    if missing:
        raise Problem(
            f"{ISSUER_VARIABLE} names an issuer of your own, and {', '.join(missing)} not set",
            remedy="register these clients at your issuer and set their secrets (and <SERVICE>_CLIENT_ID where a "
            f"client has another name); or unset {ISSUER_VARIABLE} to use the development issuer",
        )


def client_settings(prefix: str, client: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """CLIENT_ID and CLIENT_SECRET of a service: the user's at an issuer of their own, else the development issuer's,
    which knows no other clients. `secrets` maps the latter to their secrets.
    """
    if not own_issuer():
        return {"CLIENT_ID": client, **({"CLIENT_SECRET": secrets[client]} if client in secrets else {})}
    check_own_issuer([prefix])
    return {
        "CLIENT_ID": os.environ.get(f"{prefix}_CLIENT_ID") or client,
        "CLIENT_SECRET": os.environ[f"{prefix}_CLIENT_SECRET"],
    }


def audience(prefix: str) -> str:
    """The audience of our access tokens; only an issuer of your own may know it by another name."""
    return (own_issuer() and os.environ.get(f"{prefix}_AUTH_AUDIENCE")) or "rapport"


def demo_client_secrets(users_file: Path) -> dict[str, str]:
    """Client id to secret, of the development issuer's clients."""
    if not users_file.exists():
        return {}
    document: dict[str, Any] = yaml.safe_load(users_file.read_text(encoding="utf-8"))
    return {str(client["id"]): str(client["secret"]) for client in document.get("clients", ()) if client.get("secret")}


def why_no_executor() -> str | None:
    """Why the sandbox executor has nobody to play, and what to do; None where it has."""
    given = {name for name in os.environ if name.startswith(EXECUTOR_SECRET) and os.environ[name]}
    if not os.environ.get("RAPPORT_SANDBOX_AUDIENCES"):
        given.discard(PLAYED_BY_THE_DEMO)
    if not own_issuer() or given:
        return None
    return f"no sandbox executor: your issuer's executor clients have no secret here; set {EXECUTOR_SECRET}<PLATFORM>"


def why_no_demo_data() -> str | None:
    """Why nobody can sign in to load the demo data, and what to do; None where somebody can."""
    tokens = [f"RAPPORT_TOKEN_{author}" for author in DEMO_AUTHORS]
    if not own_issuer() or os.environ.get("RAPPORT_DEMO_PASSWORD") or all(os.environ.get(name) for name in tokens):
        return None
    return f"no demo data: its authors are not known to your issuer; to load it, set {', '.join(tokens)}"
