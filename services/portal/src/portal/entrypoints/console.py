"""What every page needs: services, session, templates, and the rules for forms."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, cast
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.datastructures import FormData

from portal.application import moments, words
from portal.application.answers import Services
from portal.application.sessions import Cookies, Session, SignIn
from shared.auth.principal import Unauthenticated
from shared.auth.verifier import TokenVerifier
from shared.kernel.clock import Clock

SESSION_COOKIE = "rapport_session"
ATTEMPT_COOKIE = "rapport_sign_in"
CSRF_FIELD = "csrf_token"


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more; `came_from` is where to go on afterwards."""

    def __init__(self, came_from: str) -> None:
        super().__init__(came_from)
        self.came_from = came_from


class FormRefused(Exception):
    """The form did not come from a page of ours, or is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Bound by bootstrap."""

    services: Services
    cookies: Cookies
    sign_in: SignIn
    verifier: TokenVerifier
    clock: Clock
    templates: Environment
    secure: bool
    """The public address is https, so that cookies never travel in the clear."""


@cache
def templates() -> Environment:
    """Templates with everything escaped and nothing undefined; compiled once per process."""
    environment = Environment(
        loader=PackageLoader("portal.entrypoints"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = moments.plain
    environment.filters["readable"] = words.readable
    environment.globals["words"] = words  # pyright: ignore[reportArgumentType] - jinja2 declares only its own
    return environment


def console_of(request: Request) -> Console:
    """The composition of this application."""
    return cast("Console", request.app.state.console)  # Starlette's state is untyped


async def session_of(request: Request) -> Session | None:
    """The session in the cookie, if its token still holds."""
    console = console_of(request)
    held = console.cookies.read_session(request.cookies.get(SESSION_COOKIE))
    if held is None:
        return None
    token, csrf = held
    try:
        return Session(await console.verifier.verify(token), token, csrf)
    except Unauthenticated:
        return None


async def _signed_in(request: Request) -> Session:
    session = await session_of(request)
    if session is None:
        query = f"?{request.url.query}" if request.url.query else ""
        raise SignInNeeded(f"{request.url.path}{query}" if request.method == "GET" else "/")
    return session


SignedIn = Annotated[Session, Depends(_signed_in)]


async def checked_form(
    request: Request, session: Session, *, most_files: int = 0, most_bytes: int = 1024 * 1024
) -> FormData:
    """The form, if it carries the session's secret; `most_bytes` is the longest field. Raises FormRefused."""
    form = await request.form(max_files=most_files, max_fields=30 + 2 * most_files, max_part_size=most_bytes)
    given = form.get(CSRF_FIELD)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), session.csrf.encode()):
        await form.close()
        raise FormRefused
    return form


def text_of(form: FormData, name: str) -> str:
    """A text field, trimmed, with plain line ends; empty when it is absent."""
    value = form.get(name)
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else ""


def page(
    request: Request,
    name: str,
    session: Session | None,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """A rendered template."""
    console = console_of(request)
    context = {"session": session, "path": request.url.path, "now": console.clock.now(), **(values or {})}
    return HTMLResponse(console.templates.get_template(name).render(context), status_code=status)


def see(path: str, *, done: str | None = None) -> RedirectResponse:
    """Go on with a page of ours; `done` names the message it shows."""
    return RedirectResponse(f"{path}?done={quote(done)}" if done else path, status_code=303)


def inside(path: str | None) -> str:
    """`path` if it is one of our own pages, else the home page: no open redirects."""
    return path if path and path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
