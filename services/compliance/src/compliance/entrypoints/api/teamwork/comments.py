"""What people say to one another about a case, and where they were named."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from compliance.application.teamwork import comments
from compliance.application.teamwork.comments import Answer, Remark
from compliance.application.teamwork.desk import TeamworkDesk
from compliance.application.teamwork.meeting import read_mention
from compliance.application.teamwork.ports import Colleague
from compliance.domain.review.comment import Comment
from compliance.entrypoints.api.ports import Reader, Reviewer, ensure_person
from compliance.entrypoints.api.teamwork.answers import Desk, colleague_of, created, meet
from compliance.entrypoints.api.teamwork.schemas import (
    CommentBody,
    CommentRead,
    CommentRow,
    CorrectionBody,
    MentionRead,
    ReplyBody,
    comment_read,
)
from shared.auth.principal import Principal
from shared.kernel.errors import NotFound
from shared.web.etag import IfMatch, etag
from shared.web.idempotency import Once
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1", tags=["review"])


@router.get("/cases/{action_id}/comments")
async def list_comments(action_id: str, _reader: Reader, desk: Desk, cursor: Cursor) -> Page[CommentRead]:
    """Every discussion about the action, of all its versions, the first one in front."""
    rows = await desk.queries.comments(action_id, after=cursor.after, limit=cursor.limit + 1)
    return page([CommentRow.model_validate(row).read() for row in rows], cursor, key=lambda each: each.comment_id)


@router.post("/cases/{action_id}/comments", status_code=HTTP_201_CREATED, response_model=CommentRead)
async def write_comment(action_id: str, body: CommentBody, reader: Reader, desk: Desk, once: Once) -> Response:
    """Begin a discussion: reviewers, and whoever wrote or edited the action."""
    who = _person(reader)
    anchor = None if body.anchor is None else body.anchor.anchor()
    remark = Remark(action_version=body.action_version, text=body.text, anchor=anchor)
    return await created(
        once,
        desk,
        who.subject,
        lambda uow: comments.write(action_id, remark, who, uow=uow, means=desk.means),
        _made,
    )


@router.get("/comments/{comment_id}")
async def read_comment(comment_id: str, _reader: Reader, desk: Desk, response: Response) -> CommentRead:
    """One discussion."""
    row = await desk.queries.comment(comment_id)
    if row is None:
        raise NotFound(f"there is no comment {comment_id}", remedy="GET /v1/cases/{action_id}/comments lists them")
    response.headers["ETag"] = etag(row["version"])
    return CommentRow.model_validate(row).read()


@router.post("/comments/{comment_id}/replies", status_code=HTTP_201_CREATED, response_model=CommentRead)
async def reply(comment_id: str, body: ReplyBody, reader: Reader, desk: Desk, once: Once) -> Response:
    """Answer in an open discussion."""
    return await _answered(comment_id, Answer(text=body.text), _person(reader), desk, once)


@router.post("/comments/{comment_id}/corrections", status_code=HTTP_201_CREATED, response_model=CommentRead)
async def correct(comment_id: str, body: CorrectionBody, reader: Reader, desk: Desk, once: Once) -> Response:
    """Put right what you said yourself; nothing that was said is removed."""
    return await _answered(comment_id, Answer(text=body.text, corrects=body.corrects), _person(reader), desk, once)


@router.post("/comments/{comment_id}/resolution")
async def resolve(
    comment_id: str, *, reviewer: Reviewer, expected: IfMatch, desk: Desk, response: Response
) -> CommentRead:
    """Nothing is left to discuss."""
    return await _settled(comment_id, reviewer, expected, desk, response, resolved=True)


@router.post("/comments/{comment_id}/reopening")
async def reopen(
    comment_id: str, *, reviewer: Reviewer, expected: IfMatch, desk: Desk, response: Response
) -> CommentRead:
    """Something is left to discuss."""
    return await _settled(comment_id, reviewer, expected, desk, response, resolved=False)


@router.get("/mentions")
async def list_mentions(
    reader: Reader, desk: Desk, cursor: Cursor, *, unread: Annotated[bool, Query()] = False
) -> Page[MentionRead]:
    """Where you were named, the latest in front."""
    await meet(reader, desk)
    rows = await desk.queries.mentions(reader.subject, unread=unread, after=cursor.after, limit=cursor.limit + 1)
    return page([MentionRead.model_validate(row) for row in rows], cursor, key=lambda each: each.mention_id)


@router.post("/mentions/{mention_id}/reading", status_code=HTTP_204_NO_CONTENT)
async def note_reading(mention_id: str, reader: Reader, desk: Desk) -> None:
    """You have seen it."""
    await read_mention(mention_id, reader.subject, uow=desk.unit_of_work(), clock=desk.means.clock)


async def _answered(comment_id: str, given: Answer, who: Colleague, desk: TeamworkDesk, once: Once) -> Response:
    return await created(
        once,
        desk,
        who.subject,
        lambda uow: comments.answer(comment_id, given, who, uow=uow, means=desk.means),
        _made,
    )


async def _settled(
    comment_id: str, reviewer: Principal, expected: int, desk: TeamworkDesk, response: Response, *, resolved: bool
) -> CommentRead:
    settled = await comments.settle(
        comment_id, _person(reviewer), expected, resolved=resolved, uow=desk.unit_of_work(), means=desk.means
    )
    response.headers["ETag"] = etag(settled.version)
    return comment_read(settled)


def _person(caller: Principal) -> Colleague:
    ensure_person(caller, "takes part in a discussion")
    return colleague_of(caller)


def _made(comment: Comment) -> tuple[str, int, CommentRead]:
    return f"/v1/comments/{comment.record_id}", comment.version, comment_read(comment)
