"""What is known of a captured post right now. No live connector exists: a person looks and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from audit.domain.post import PostState
from shared.kernel.errors import ConcurrentChange

Seen = Literal["unchanged", "changed", "deleted"]
RecaptureState = Literal["captured", "confirmed", "unconfirmed", "changed", "deleted", "unknown"]


class ContentChanged(ConcurrentChange):
    """What somebody compared with the source is not what the post holds by now."""

    code = "content_changed"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person saw at the source, of which words, and how long that may be relied upon."""

    text_sha256: str
    seen: Seen
    confirmed_by: str
    confirmed_by_name: str
    confirmed_at: datetime
    valid_until: datetime


def recapture_state(
    state: PostState, text_sha256: str, captured_at: datetime, latest: Confirmation | None, now: datetime
) -> RecaptureState:
    """The answer to "is it still as captured?".

    `captured` is kept for a live connector. A confirmation counts for the words it was given for only, and not for
    a capture that came after it.
    """
    if state == "erased":
        return "unknown"
    if state == "deleted":
        return "deleted"
    if latest is None or latest.text_sha256 != text_sha256 or latest.confirmed_at < captured_at:
        return "unconfirmed"
    if latest.seen == "changed":
        return "changed"
    return "confirmed" if latest.seen == "unchanged" and now < latest.valid_until else "unconfirmed"
