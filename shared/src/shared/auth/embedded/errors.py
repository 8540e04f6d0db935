"""OAuth 2 error answers (RFC 6749, section 5.2)."""

from __future__ import annotations


class OAuthError(Exception):
    """`code` is one of the RFC's; `description` is for the developer who reads it."""

    def __init__(self, code: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status
