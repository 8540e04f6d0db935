"""Row to aggregate and back, by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from audit.domain.footprint import Footprint
from audit.domain.footprint_values import ChannelActivity, Evidence, FootprintState, Window
from audit.domain.handles import Account, account, normalised_url
from audit.domain.imported import ImportedPost
from audit.domain.people import Links, Person
from audit.domain.post import Post

Row = dict[str, Any]


def telling_row(post: Post) -> Row:
    """What the changelog keeps of a post: its words are told by their hash, its people by their ids."""
    return {
        "platform": post.content.platform,
        "external_id": post.content.external_id,
        "state": post.state,
        "text_sha256": post.text_sha256,
        "author_stakeholder_id": post.links.author_id,
        "mentioned": [who for who, _ in post.links.mentioned],
        "captured_at": post.captured_at,
        "deleted_at": post.deleted_at,
    }


def post_row(post: Post, version: int) -> dict[str, Any]:
    """Every column of `posts`."""
    content = post.content
    return {
        "id": post.id,
        "version": version,
        "platform": content.platform,
        "external_id": content.external_id,
        "url": content.url,
        "url_key": normalised_url(content.url) if content.url else None,
        "author_handle": content.author_handle,
        "author_account": account(content.platform, content.author_handle).handle,
        "author_name": content.author_name,
        "author_stakeholder_id": post.links.author_id,
        "text": content.text,
        "text_sha256": post.text_sha256,
        "media_text": content.media_text,
        "mentions": list(content.mentions),
        "links": list(content.links),
        "repost_of": content.repost_of,
        "reply_to": content.reply_to,
        "posted_at": content.posted_at,
        "captured_at": post.captured_at,
        "state": post.state,
        "deleted_at": post.deleted_at,
    }


def mention_rows(post: Post) -> list[dict[str, Any]]:
    """Rows of `post_mentions`."""
    return [{"post_id": post.id, "stakeholder_id": who, "matched_by": how} for who, how in post.links.mentioned]


def post_of(row: RowMapping, mentioned: Sequence[tuple[str, Any]]) -> Post:
    """The aggregate behind a row of `posts` and its mentions."""
    content = ImportedPost(
        line=0,
        platform=row["platform"],
        external_id=row["external_id"],
        author_handle=row["author_handle"],
        text=row["text"],
        posted_at=row["posted_at"],
        author_name=row["author_name"],
        url=row["url"],
        media_text=row["media_text"],
        mentions=tuple(row["mentions"]),
        links=tuple(row["links"]),
        repost_of=row["repost_of"],
        reply_to=row["reply_to"],
    )
    return Post(
        post_id=row["id"],
        content=content,
        links=Links(row["author_stakeholder_id"], tuple(sorted(mentioned))),
        captured_at=row["captured_at"],
        state=row["state"],
        deleted_at=row["deleted_at"],
        version=row["version"],
    )


def person_of(row: RowMapping) -> Person:
    """A row of `stakeholder_view`."""
    accounts = tuple(Account(platform, handle) for platform, handle in row["accounts"])
    return Person(row["stakeholder_id"], row["name"], accounts)


def footprint_row(footprint: Footprint, state: FootprintState, version: int) -> dict[str, Any]:
    """Every column of `footprints`."""
    evidence = state.evidence
    return {
        "stakeholder_id": footprint.stakeholder_id,
        "version": version,
        "audited_at": state.audited_at,
        "window_from": state.window.start,
        "window_to": state.window.end,
        "thresholds": state.thresholds,
        "activity": state.activity,
        "channels": [{name: _plain(value) for name, value in asdict(channel).items()} for channel in evidence.channels],
        "own_posts": evidence.own_posts,
        "mentions_by_others": evidence.mentions_by_others,
        "mentioned_by": evidence.mentioned_by,
    }


def footprint_of(row: RowMapping) -> Footprint:
    """The aggregate behind a row of `footprints`."""
    channels = tuple(
        ChannelActivity(
            platform=each["platform"],
            handle=each["handle"],
            posts=each["posts"],
            first_post_at=_moment(each, "first"),
            last_post_at=_moment(each, "last"),
            observed=each["observed"],
            undated_posts=each["undated_posts"],
        )
        for each in row["channels"]
    )
    state = FootprintState(
        stakeholder_id=row["stakeholder_id"],
        audited_at=row["audited_at"],
        window=Window(row["window_from"], row["window_to"]),
        thresholds=row["thresholds"],
        activity=row["activity"],
        evidence=Evidence(channels, row["mentions_by_others"], row["mentioned_by"]),
    )
    return Footprint(row["stakeholder_id"], state, version=row["version"])


def _moment(channel: Mapping[str, Any], which: str) -> datetime | None:
    value = channel[f"{which}_post_at"]
    return None if value is None else datetime.fromisoformat(value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
