"""A form that waits while its signatory proves who they are: in a cookie of their own browser, never in an address."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Request, Response

from portal.application.sessions import Session
from portal.entrypoints.console import console_of, see

FORM_COOKIE = "rapport_form"
_SECONDS = 600
_LONGEST = 3_800
"""Characters of a cookie's value; browsers keep some 4,096 with its name."""


def sign_in_again(request: Request, session: Session, path: str, form: Mapping[str, str]) -> Response:
    """To the issuer for a new proof of identity, and back to `path`. A form too long for a cookie loses its reason."""
    console = console_of(request)
    response = see(f"/auth/sign-in?fresh=true&next={quote(path, safe='')}")
    for kept in (dict(form), {**form, "reason": ""}):
        value = console.cookies.sign_form({**kept, "path": path, "subject": session.principal.subject})
        if len(value) <= _LONGEST:
            response.set_cookie(
                FORM_COOKIE, value, max_age=_SECONDS, httponly=True, samesite="lax", secure=console.secure, path=path
            )
            break
    return response


def kept_form(request: Request, session: Session) -> Mapping[str, str]:
    """What this person filled in on this page before they signed in again; empty where nothing waits."""
    kept = console_of(request).cookies.read_form(request.cookies.get(FORM_COOKIE)) or {}
    whose = (kept.pop("path", ""), kept.pop("subject", ""))
    return kept if whose == (request.url.path, session.principal.subject) else {}


def forget_form(response: Response, path: str) -> Response:
    """It is on the page now."""
    response.delete_cookie(FORM_COOKIE, path=path)
    return response
