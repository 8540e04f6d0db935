"""`id|date|text` files: split on the first two pipes, every further pipe belongs to the text."""

from __future__ import annotations

import re

from audit.domain.cleaning import CONTROL_CHARACTERS, Line, lines_of, storable, without_entities
from audit.domain.dates import moment
from audit.domain.handles import post_url
from audit.domain.imported import Defaults, ImportedPost, Reading

EXTRA_PIPES = "further pipes kept as part of the text"
QUOTED_LINE = "quotation marks of a spreadsheet around the line removed"
HTML_ENTITIES = "HTML entities decoded"
_ID = re.compile(r"^[\w.:/@-]{1,200}$")
_URL = re.compile(r"https?://[^\s<>\"]+")


def split_line(line: str) -> tuple[str, str, str] | None:
    """Id, date and text, or None when there are fewer than two pipes."""
    parts = line.split("|", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else None  # noqa: PLR2004 - the three fields


def read_pipe(raw: bytes, defaults: Defaults) -> Reading:
    """All posts of one author's file. The author comes with the import, the file does not name one."""
    reading = Reading()
    author = (defaults.author or "").strip().lstrip("@")
    if not author:
        reading.reject(0, "this shape names no author", "give the handle whose posts these are as `author`")
        return reading
    for line in lines_of(raw):
        _read_line(line, defaults.platform, author, reading)
    return reading


def _read_line(line: Line, platform: str, author: str, reading: Reading) -> None:
    stated, quoted = _unquoted(line.text)
    fields = split_line(stated)
    if fields is None:
        reading.reject(line.number, "fewer than two pipes", "write the line as id|date|text")
        return
    external_id, date, text = (field.strip() for field in fields)
    posted_at = moment(date)
    clean, cleaned = storable(without_entities(text))
    if not _ID.match(external_id):
        reading.reject(line.number, f"no usable id: {external_id[:40]!r}", "put the post's id before the first pipe")
    elif posted_at is None:
        reading.reject(
            line.number,
            f"not a date: {date[:40]!r}",
            "write it as `Thu Apr 09 01:31:50 +0000 2015` or `2015-04-09T01:31:50Z`",
        )
    elif not clean.strip():
        reading.reject(line.number, "no text", "leave the line out or add the post's words after the second pipe")
    else:
        for what in (*line.repairs, *quoted, *_repairs(text, cleaned=cleaned)):
            reading.repair(line.number, what)
        reading.posts.append(
            ImportedPost(
                line=line.number,
                platform=platform,
                external_id=external_id,
                author_handle=author,
                text=clean.strip(),
                posted_at=posted_at,
                url=post_url(platform, author, external_id),
                links=tuple(_URL.findall(clean)),
            )
        )


def _unquoted(line: str) -> tuple[str, tuple[str, ...]]:
    """A spreadsheet puts a line that holds quotation marks into quotation marks and doubles its own."""
    bare = line.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        return bare[1:-1].replace('""', '"'), (QUOTED_LINE,)
    return line, ()


def _repairs(text: str, *, cleaned: bool) -> list[str]:
    found = [EXTRA_PIPES] if "|" in text else []
    if without_entities(text) != text:
        found.append(HTML_ENTITIES)
    return [*found, CONTROL_CHARACTERS] if cleaned else found
