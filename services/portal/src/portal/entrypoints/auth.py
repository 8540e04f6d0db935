"""Signing in and out."""

from __future__ import annotations

import hmac
import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from portal.application.sessions import SignInAttempt, SignInFailed
from portal.entrypoints.console import (
    ATTEMPT_COOKIE,
    SESSION_COOKIE,
    Console,
    SignedIn,
    checked_form,
    console_of,
    inside,
    see,
)
from shared.auth.principal import Unauthenticated

router = APIRouter(prefix="/auth")


@router.get("/sign-in")
async def start(
    request: Request,
    next: str = "/",  # noqa: A002 - the query parameter's public name
    fresh: bool = False,  # noqa: FBT001, FBT002 - the same
) -> Response:
    """Send the browser to the issuer; with `fresh`, for a new proof of who this is."""
    console = console_of(request)
    attempt = SignInAttempt(secrets.token_urlsafe(24), secrets.token_urlsafe(48), inside(next))
    response = RedirectResponse(await console.sign_in.address(attempt, fresh=fresh), status_code=303)
    _set(response, console, ATTEMPT_COOKIE, console.cookies.sign_attempt(attempt))
    return response


@router.get("/callback")
async def finish(
    request: Request, code: str = "", state: str = "", iss: str | None = None, error_description: str = ""
) -> Response:
    """Take the code the issuer sent along and open the session."""
    console = console_of(request)
    attempt = console.cookies.read_attempt(request.cookies.get(ATTEMPT_COOKIE))
    if attempt is None or not hmac.compare_digest(attempt.state.encode(), state.encode()):
        raise SignInFailed("This sign-in was not started here, or long ago. Start signing in again.")
    if not code:
        raise SignInFailed(error_description or "The sign-in service sent nobody back. Start signing in again.")
    token = await console.sign_in.token(code, attempt, issuer=iss)
    try:
        await console.verifier.verify(token)
    except Unauthenticated as error:
        raise SignInFailed(f"The sign-in service gave a token that does not hold: {error.message}.") from error
    response = RedirectResponse(inside(attempt.came_from), status_code=303)
    _set(response, console, SESSION_COOKIE, console.cookies.sign_session(token, secrets.token_urlsafe(24)))
    response.delete_cookie(ATTEMPT_COOKIE)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, session: SignedIn) -> Response:
    """Forget the session."""
    await checked_form(request, session)
    response = see("/")
    response.delete_cookie(SESSION_COOKIE)
    return response


def _set(response: Response, console: Console, name: str, value: str) -> None:
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=console.secure, path="/")
