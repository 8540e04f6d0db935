"""How accounts are named, so that the same account is always spelled the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_X_STATUS = re.compile(
    r"^https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/[^/]+/(?:web/)?status(?:es)?/(\d+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One account on one platform; `handle` is normalised: no leading @, lower case."""

    platform: str
    handle: str


def account(platform: str, handle: str) -> Account:
    """The account behind any spelling of its handle."""
    return Account(platform, normalised_handle(handle))


def normalised_handle(handle: str) -> str:
    """`@Some_One` and `some_one` are the same account."""
    return unicodedata.normalize("NFKC", handle).strip().lstrip("@").strip().casefold()


def status_id_of(url: str) -> str | None:
    """The id of a post on X, whatever spelling of its address; None for any other page."""
    found = _X_STATUS.match(url.strip())
    return found.group(1) if found else None


def normalised_url(url: str) -> str:
    """Scheme, `www.`, query, fragment and trailing slash make no difference to which page is meant."""
    bare = re.sub(r"^https?://(?:www\.)?", "", url.strip(), flags=re.IGNORECASE)
    host, slash, path = bare.split("#", 1)[0].split("?", 1)[0].partition("/")
    return (host.casefold() + slash + path).rstrip("/")


def post_url(platform: str, author_handle: str, external_id: str) -> str | None:
    """The public address of a post where the platform's scheme makes it known."""
    if platform == "x":
        return f"https://x.com/{author_handle or 'i/web'}/status/{external_id}"
    return None
