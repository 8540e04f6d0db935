"""The people and clients the development issuer knows, read from a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.auth.discovery import is_loopback

Grant = Literal["code", "password", "service"]
PASSWORD_CLIENT = "cli"  # noqa: S105 - a client id
"""Passwords are typed into a terminal only; every other client uses the code flow."""


class DirectoryError(Exception):
    """The file cannot be used; the message names the place."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class User(_Strict):
    """A person. `scopes` names a scope set or lists scopes."""

    subject: str
    name: str
    password: str
    about: str = ""
    roles: tuple[str, ...] = ()
    scopes: str | tuple[str, ...] = ()


class Client(_Strict):
    """An application. `scopes` is what it may do for itself (grant "service"); without a secret it is public."""

    id: str
    name: str = ""
    secret: str | None = None
    grants: tuple[Grant, ...]
    scopes: str | tuple[str, ...] = ()
    redirect_uris: tuple[str, ...] = ()

    def may_redirect_to(self, uri: str) -> bool:
        """Exact match; for a loopback address the port may differ (RFC 8252, section 7.3)."""
        return any(uri == known or _without_port(uri) == known for known in self.redirect_uris)


class Directory(_Strict):
    """The whole file."""

    audience: str
    scope_sets: Mapping[str, tuple[str, ...]] = {}
    users: tuple[User, ...] = ()
    clients: tuple[Client, ...] = ()

    def user(self, subject: str) -> User | None:
        return next((user for user in self.users if user.subject == subject), None)

    def client(self, client_id: str) -> Client | None:
        return next((client for client in self.clients if client.id == client_id), None)

    def scopes_of(self, holder: User | Client) -> tuple[str, ...]:
        """The scopes somebody may get, in the order of the file."""
        return self.scope_sets[holder.scopes] if isinstance(holder.scopes, str) else holder.scopes


def read_directory(file: Path) -> Directory:
    """The directory in `file`. Raises DirectoryError naming what is wrong and where."""
    try:
        directory = Directory.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except OSError as error:
        raise DirectoryError(f"cannot read {file}: {error.strerror}; set ISSUER_USERS_FILE to a users file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DirectoryError(f"{file} is not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise DirectoryError(f"{file}: {place}: {first['msg']}") from error
    _check(directory, file)
    return directory


def _check(directory: Directory, file: Path) -> None:
    for holder in (*directory.users, *directory.clients):
        if isinstance(holder.scopes, str) and holder.scopes not in directory.scope_sets:
            raise DirectoryError(f"{file}: there is no scope set called {holder.scopes}")
    for client in directory.clients:
        if "password" in client.grants and client.id != PASSWORD_CLIENT:
            raise DirectoryError(f"{file}: client {client.id}: the grant password is for {PASSWORD_CLIENT} only")
        if "service" in client.grants and not client.secret:
            raise DirectoryError(f"{file}: client {client.id}: the grant service needs a secret")


def _without_port(uri: str) -> str | None:
    try:
        parts = urlsplit(uri)
        port, host = parts.port, parts.hostname
    except ValueError:
        return None
    if parts.scheme != "http" or port is None or not is_loopback(host) or parts.username is not None:
        return None
    netloc = parts.netloc.rpartition(":")[0]
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, parts.fragment))
