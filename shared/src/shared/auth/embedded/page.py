"""The sign-in page: plain HTML that works without scripts, by keyboard and with a screen reader."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from shared.auth.embedded.directory import Directory, User

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_STYLE = """
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 34rem; padding: 2rem 1rem }
ul { list-style: none; margin: 1.5rem 0; padding: 0 }
button { border: 2px solid; border-radius: .5rem; cursor: pointer; font: inherit; margin: 0 0 .75rem;
  padding: .75rem 1rem; text-align: left; width: 100% }
button:hover, button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px }
strong, span { display: block }
"""


def sign_in_page(directory: Directory, client_name: str, query: Mapping[str, str]) -> str:
    """A form with one button per demo user; the request travels along in hidden fields."""
    hidden = "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in query.items())
    choices = "".join(f"<li>{_choice(user)}</li>" for user in directory.users)
    return _document(
        f"Sign in to {client_name}",
        "<p>This is the development issuer of this machine. It asks for no password: choose who you are.</p>"
        f'<form method="post" action="authorize">{hidden}<ul>{choices}</ul></form>',
    )


def refusal_page(description: str) -> str:
    """Shown when the request may not be answered by a redirect."""
    return _document("Signing in is not possible", f"<p>{escape(description)}.</p><p>Go back and start again.</p>")


def _choice(user: User) -> str:
    about = f"<span>{escape(user.about)}</span>" if user.about else ""
    return (
        f'<button name="subject" value="{escape(user.subject)}"><strong>{escape(user.name)}</strong>'
        f"{about}<span>{escape(user.subject)}</span></button>"
    )


def _document(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{content}</main></body></html>"
    )
