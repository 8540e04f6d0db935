"""What the API of assignments and comments takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, Json

from compliance.domain.review.comment import Comment
from compliance.entrypoints.api.schemas import NO_NUL, AnchorBody, Taken, Words

Subject = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]


class AssigneeBody(Taken):
    """Who is asked instead."""

    assignee: Subject


class AssignmentBody(AssigneeBody):
    """Who is asked to look at the case, or at one step of its review."""

    step: Annotated[str, Field(min_length=1, max_length=80, pattern=NO_NUL)] | None = None


class AssignmentRead(BaseModel):
    """`away_until` and the delegate are set while the one who is asked is absent. An assignment permits nothing."""

    assignment_id: str
    version: int
    action_id: str
    assignee: str
    name: str
    step: str | None
    away_until: datetime | None = None
    delegate: str | None = None
    delegate_name: str | None = None


class CommentBody(Taken):
    """What is said about the version of the action that was read; `anchor` is a place in its words.

    `@subject` names a colleague, who then finds it under GET /v1/mentions.
    """

    action_version: Annotated[int, Field(ge=1, le=2_000_000_000)]
    text: Words
    anchor: AnchorBody | None = None


class ReplyBody(Taken):
    """An answer in a discussion."""

    text: Words


class CorrectionBody(Taken):
    """Puts right the own entry `corrects`, counted from 0; what was said stays."""

    text: Words
    corrects: Annotated[int, Field(ge=0, le=1_000)]


class AnchorRead(BaseModel):
    field: str
    start: int
    end: int
    quote: str


class SaidRead(BaseModel):
    """One entry; its text is null once the person it may be about was erased."""

    by: str
    name: str
    at: datetime
    kind: Literal["comment", "reply", "correction"]
    text: str | None
    corrects: int | None
    mentions: list[str]


class CommentRead(BaseModel):
    """A discussion; `said` are its entries in order. `version` is what If-Match has to name."""

    comment_id: str
    version: int
    state: Literal["open", "resolved", "erased"]
    action_id: str
    action_version: int
    anchor: AnchorRead | None
    said: list[SaidRead]


class CommentRow(BaseModel):
    """The same as it comes from the read pool."""

    comment_id: str
    version: int
    state: Literal["open", "resolved", "erased"]
    action_id: str
    action_version: int
    anchor: Json[AnchorRead | None]
    said: Json[list[SaidRead]]

    def read(self) -> CommentRead:
        """As the API tells it."""
        return CommentRead.model_validate(self.model_dump())


class MentionRead(BaseModel):
    """Where you were named; `text` is what was said there, null once it was erased."""

    mention_id: str
    comment_id: str
    action_id: str
    number: int
    by: str
    name: str
    text: str | None
    at: datetime
    read_at: datetime | None


def comment_read(comment: Comment) -> CommentRead:
    """The discussion as the API tells it."""
    about = comment.details
    return CommentRead.model_validate(
        {
            "comment_id": comment.record_id,
            "version": comment.version,
            "state": comment.state,
            "action_id": about.action_id,
            "action_version": about.action_version,
            "anchor": None if about.anchor is None else about.anchor.as_json(),
            "said": [{**each.as_json(), "by": each.by, "name": each.name, "at": each.at} for each in about.said],
        }
    )
