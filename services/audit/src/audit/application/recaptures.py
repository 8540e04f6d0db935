"""Is a captured post still as it was? A person looks at the source and says what they see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from audit.application.ports import Queries, ThresholdsInForce, UnitOfWorkFactory
from audit.domain.recapture import Confirmation, ContentChanged, Seen, recapture_state
from shared.kernel.clock import Clock
from shared.kernel.errors import InvalidTransition
from shared.kernel.ids import IdFactory

_NOTHING: Mapping[str, Any] = {"state": "unknown"}


async def recapture(*, post_id: str | None, url: str | None, queries: Queries, clock: Clock) -> Mapping[str, Any]:
    """The state of the post and, where it is known, its words as captured and who confirmed them until when."""
    row = await queries.captured(post_id=post_id, url=url)
    if row is None:
        return _NOTHING
    latest: Confirmation | None = row["confirmation"]
    state = recapture_state(row["state"], row["text_sha256"], row["captured_at"], latest, clock.now())
    if state == "unknown":
        return _NOTHING
    answer: dict[str, Any] = {
        name: row[name] for name in ("id", "url", "author_handle", "text", "media_text", "text_sha256", "captured_at")
    }
    if latest is not None and state in {"confirmed", "changed"}:
        answer |= {
            "confirmed_by": latest.confirmed_by,
            "confirmed_by_name": latest.confirmed_by_name,
            "confirmed_at": latest.confirmed_at,
            "valid_until": latest.valid_until,
        }
    return answer | {"state": state}


async def confirm_post(
    post_id: str,
    seen: Seen,
    *,
    text_sha256: str,
    by: str,
    by_name: str,
    uow_factory: UnitOfWorkFactory,
    thresholds: ThresholdsInForce,
    clock: Clock,
    new_id: IdFactory,
) -> Confirmation:
    """Keep who saw what, of the words with `text_sha256`. "deleted" also makes the post deleted.

    Raises ContentChanged when the post holds other words by now: nobody has compared those.
    """
    now = clock.now()
    async with uow_factory() as uow:
        uow.changes.acting(by, f"seen {seen} at its source")
        await uow.posts.lock()
        post = await uow.posts.get(post_id)
        if post.state != "captured":
            raise InvalidTransition(
                f"the post is {post.state}", field="post_id", remedy="import it again if its source shows it again"
            )
        if post.text_sha256 != text_sha256:
            raise ContentChanged(
                "the post was captured with other words since you read it",
                field="text_sha256",
                remedy="read the post again, compare it with its source and confirm what you see then",
            )
        valid_for = timedelta(hours=thresholds(now.date()).confirmation_valid_hours)
        confirmation = Confirmation(post.text_sha256, seen, by, by_name, now, now + valid_for)
        await uow.posts.confirm(new_id(), post_id, confirmation)
        if seen == "deleted":
            post.delete(now)
            await uow.posts.save([post])
            await uow.footprints.request(sorted(post.links.ids()))
        await uow.commit()
    return confirmation
