"""Cookies signed with the portal's secret. Readable to nobody's script (HttpOnly), changeable by nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from portal.application.sessions import SignInAttempt

SESSION_SECONDS = 8 * 3600
ATTEMPT_SECONDS = 600


class SignedCookies:
    """Meets `Cookies`. The kinds have salts of their own, so that one never passes for the other."""

    def __init__(self, secret: str) -> None:
        self._sessions = URLSafeTimedSerializer(secret, salt="rapport.session")
        self._forms = URLSafeTimedSerializer(secret, salt="rapport.form")
        self._attempts = URLSafeTimedSerializer(secret, salt="rapport.sign-in")

    def sign_session(self, token: str, csrf: str) -> str:
        return _text(self._sessions.dumps({"token": token, "csrf": csrf}))

    def read_session(self, cookie: str | None) -> tuple[str, str] | None:
        held = _read(self._sessions, cookie, SESSION_SECONDS)
        return None if held is None else (str(held["token"]), str(held["csrf"]))

    def sign_attempt(self, attempt: SignInAttempt) -> str:
        return _text(self._attempts.dumps([attempt.state, attempt.verifier, attempt.came_from]))

    def read_attempt(self, cookie: str | None) -> SignInAttempt | None:
        held = _read(self._attempts, cookie, ATTEMPT_SECONDS)
        return None if held is None else SignInAttempt(*(str(each) for each in held))

    def sign_form(self, form: Mapping[str, str]) -> str:
        return _text(self._forms.dumps(dict(form)))

    def read_form(self, cookie: str | None) -> dict[str, str] | None:
        held = _read(self._forms, cookie, ATTEMPT_SECONDS)
        return None if held is None else {str(name): str(value) for name, value in held.items()}


def _read(serializer: URLSafeTimedSerializer, cookie: str | None, seconds: int) -> Any:
    if not cookie:
        return None
    try:
        return serializer.loads(cookie, max_age=seconds)
    except BadSignature:
        return None


def _text(signed: str | bytes) -> str:
    return signed if isinstance(signed, str) else signed.decode()
