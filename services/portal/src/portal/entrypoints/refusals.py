"""Errors as pages people can act on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from portal.application.answers import ServiceRefused
from portal.application.sessions import Session, SignInFailed
from portal.entrypoints.console import SESSION_COOKIE, FormRefused, SignInNeeded, page, session_of
from shared.kernel.errors import DomainError
from shared.observability.context import current_message

_BACK = "Go back to the start page and choose from there."


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says."""

    title: str
    detail: str
    remedy: str | None
    code: str


_NOT_FOUND = Words("Not found", "There is no such page.", _BACK, "not_found")


def add_refusals(app: FastAPI) -> None:
    """Answer every expected error with a page instead of a stack trace."""
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(SignInFailed, _not_signed_in)
    app.add_exception_handler(FormRefused, _stale_form)
    app.add_exception_handler(ServiceRefused, _service)
    app.add_exception_handler(DomainError, _issuer_silent)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)


def unexpected(request: Request) -> Response:
    """The page for an error nobody foresaw."""
    reference = current_message().correlation_id
    remedy = f"Try again. If it lasts, tell whoever runs the system this reference: {reference}."
    detail = "It is our fault, not yours. Look whether what you did was kept before you repeat it."
    return _page(request, None, 500, Words("Something went wrong here", detail, remedy, "internal"))


async def _sign_in(_request: Request, error: Exception) -> Response:
    came_from = error.came_from if isinstance(error, SignInNeeded) else "/"
    return RedirectResponse(f"/auth/sign-in?next={quote(came_from)}", status_code=303)


async def _not_signed_in(request: Request, error: Exception) -> Response:
    remedy = "Start signing in again."
    return _page(request, None, 400, Words("You are not signed in", str(error), remedy, "sign_in_failed"))


async def _stale_form(request: Request, _error: Exception) -> Response:
    detail = "This form does not belong to your session; perhaps you signed in again in another tab."
    said = Words("Nothing was changed", detail, "Go back, reload the page and try again.", "form_refused")
    return _page(request, await session_of(request), 403, said)


async def _service(request: Request, error: Exception) -> Response:
    if not isinstance(error, ServiceRefused):
        raise error
    problem = error.problem
    if problem.is_signed_out:
        response = RedirectResponse("/auth/sign-in", status_code=303)
        response.delete_cookie(SESSION_COOKIE)
        return response
    if problem.status == HTTPStatus.NOT_FOUND:  # its remedy speaks to programs
        return _page(request, await session_of(request), 404, replace(_NOT_FOUND, detail=problem.detail))
    title = "That did not work" if problem.status else "A service does not answer"
    said = Words(title, problem.detail, problem.remedy, problem.code)
    return _page(request, await session_of(request), problem.status or 503, said)


async def _issuer_silent(request: Request, error: Exception) -> Response:
    if not isinstance(error, DomainError):
        raise error
    said = Words("Signing in cannot be checked", error.message, error.remedy, error.code)
    return _page(request, None, 503, said)


async def _malformed(request: Request, _error: Exception) -> Response:
    return _page(request, await session_of(request), 404, _NOT_FOUND)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == HTTPStatus.NOT_FOUND:
        return _page(request, None, status, _NOT_FOUND)
    detail = str(getattr(error, "detail", ""))
    return _page(request, None, status, Words("That did not work", detail, _BACK, f"http_{status}"))


def _page(request: Request, session: Session | None, status: int, said: Words) -> Response:
    return page(request, "refusal.html", session, {"said": said}, status=status)
