"""Demo posts in the shapes in which the platforms hand them out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Any

Line = Mapping[str, Any]
"""`{id, platform, author, days_ago, text, name?}`."""


def x_file(lines: Iterable[Line], now: datetime) -> bytes:
    """The posts on X as one response of the X API v2."""
    posts = [line for line in lines if line["platform"] == "x"]
    numbers = {author: str(1000 + number) for number, author in enumerate(sorted({line["author"] for line in posts}))}
    data = [
        {"id": line["id"], "author_id": numbers[line["author"]], "created_at": _when(line, now), "text": line["text"]}
        for line in posts
    ]
    users = [{"id": number, "username": author, "name": author} for author, number in numbers.items()]
    return json.dumps({"data": data, "includes": {"users": users}}, ensure_ascii=False).encode()


def mastodon_file(lines: Iterable[Line], now: datetime) -> bytes:
    """The posts on Mastodon as one timeline of statuses."""
    statuses = [_status(line, now) for line in lines if line["platform"] == "mastodon"]
    return json.dumps(statuses, ensure_ascii=False).encode()


def _status(line: Line, now: datetime) -> dict[str, Any]:
    user, _, host = str(line["author"]).partition("@")
    url = f"https://{host}/@{user}/{line['id']}"
    return {
        "id": line["id"],
        "uri": url,
        "url": url,
        "created_at": _when(line, now),
        "content": f"<p>{escape(line['text'])}</p>",
        "account": {"acct": line["author"], "display_name": line["name"]},
        "mentions": [],
        "media_attachments": [],
    }


def _when(line: Line, now: datetime) -> str:
    """The day only: the same file gives the same posts all day long."""
    day = now.replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=line["days_ago"])
    return day.isoformat().replace("+00:00", "Z")
