"""Import and read posts; say what became of them at their source."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response

from audit.application.import_posts import import_posts
from audit.application.ports import AuditUnitOfWork
from audit.application.recaptures import confirm_post, recapture
from audit.domain.imported import Defaults
from audit.domain.reading import Shape, names_no_author
from audit.entrypoints.ports import Ports
from audit.entrypoints.schemas import (
    NO_NUL,
    ConfirmationRead,
    ConfirmationRequest,
    ImportRead,
    ImportRecordRead,
    PostDetailRead,
    PostRead,
    RecaptureRead,
    RecaptureRequest,
)
from audit.entrypoints.uploads import BODY, uploaded
from shared.auth.dependencies import require
from shared.auth.principal import Principal
from shared.contracts.vocabulary import Platform
from shared.kernel.errors import Forbidden
from shared.web.changelog import ChangeRead
from shared.web.etag import etag
from shared.web.idempotency import Once, Reply
from shared.web.pages import Cursor, Page, page
from shared.web.problem import Malformed

router = APIRouter(prefix="/v1", tags=["posts"])

Reader = Annotated[Principal, Depends(require("audit:read"))]
Writer = Annotated[Principal, Depends(require("audit:write"))]
Author = Annotated[str | None, Query(max_length=200, pattern=NO_NUL, description="handle")]
_HOME: dict[Shape, Platform] = {"x_v2": "x", "mastodon": "mastodon", "pipe": "x"}


@router.post("/post-imports", openapi_extra=BODY)
async def import_file(
    *,
    shape: Annotated[Shape, Query(description="what the file holds")],
    principal: Writer,
    ports: Ports,
    request: Request,
    platform: Annotated[Platform | None, Query(description="where the posts stood; the shape's own by default")] = None,
    author: Author = None,
) -> ImportRead:
    """Import a file (plain body or multipart). Repeat it freely: what is unchanged is only counted."""
    if names_no_author(shape, author):
        raise Malformed(
            f"author is missing: lines of the shape {shape} name none",
            field="author",
            remedy="add ?author= with the handle whose posts these are",
        )
    raw = await uploaded(request)
    log = structlog.get_logger("audit.import")

    def progress(done: int, total: int) -> None:
        log.info("posts.imported", done=done, total=total, shape=shape)

    report = await import_posts(
        raw,
        shape=shape,
        defaults=Defaults(platform or _HOME[shape], author),
        imported_by=principal.subject,
        uow_factory=ports.unit_of_work,
        finder=ports.finder,
        clock=ports.clock,
        new_id=ports.new_id,
        progress=progress,
    )
    return ImportRead.of(report)


@router.get("/post-imports")
async def list_imports(_principal: Reader, ports: Ports, cursor: Cursor) -> Page[ImportRecordRead]:
    """Imports in order, running ones with their progress."""
    rows = await ports.queries.imports(after=cursor.after_id, limit=cursor.limit + 1)
    return page([ImportRecordRead.model_validate(dict(row)) for row in rows], cursor, key=lambda each: each.id)


@router.get("/posts")
async def list_posts(
    _principal: Reader,
    ports: Ports,
    cursor: Cursor,
    author: Author = None,
    stakeholder_id: Annotated[str | None, Query(max_length=200, pattern=NO_NUL)] = None,
) -> Page[PostRead]:
    """Posts in order of capture, by one author or by and about one stakeholder."""
    rows = await ports.queries.posts(
        author=author, stakeholder_id=stakeholder_id, after=cursor.after_id, limit=cursor.limit + 1
    )
    return page([PostRead.model_validate(dict(row)) for row in rows], cursor, key=lambda each: each.id)


@router.get("/posts/{post_id}")
async def show_post(post_id: UUID, _principal: Reader, ports: Ports, response: Response) -> PostDetailRead:
    """One post with the hashes of its earlier words and what people confirmed."""
    post = PostDetailRead.model_validate(dict(await ports.queries.post(str(post_id))), from_attributes=True)
    response.headers["ETag"] = etag(post.version)
    return post


@router.get("/posts/{post_id}/changes")
async def list_changes(post_id: UUID, _principal: Reader, ports: Ports) -> list[ChangeRead]:
    """Who changed what and why, the newest 100 first; words are told by their hash."""
    return [ChangeRead.model_validate(row) for row in await ports.queries.changes(str(post_id))]


@router.post("/recaptures")
async def recapture_post(wanted: RecaptureRequest, _principal: Reader, ports: Ports) -> RecaptureRead:
    """Is the post still as captured? Only `confirmed` (or `captured`, by a live connector) may be relied upon."""
    answer = await recapture(
        post_id=str(wanted.post_id) if wanted.post_id else None,
        url=wanted.url,
        queries=ports.queries,
        clock=ports.clock,
    )
    return RecaptureRead.of(answer)


@router.post("/posts/{post_id}/confirmations", status_code=201, response_model=ConfirmationRead)
async def confirm(post_id: UUID, said: ConfirmationRequest, principal: Writer, ports: Ports, once: Once) -> Response:
    """A person looked at the source just now; services cannot look."""
    if principal.kind != "person":
        raise Forbidden("only a person can say what they saw", remedy="sign in as a person and confirm")

    async def perform(uow: AuditUnitOfWork) -> Reply:
        confirmation = await confirm_post(
            str(post_id),
            "deleted" if said.deleted else "unchanged" if said.unchanged else "changed",
            text_sha256=said.text_sha256,
            by=principal.subject,
            by_name=principal.name,
            uow_factory=lambda: uow,
            thresholds=ports.thresholds,
            clock=ports.clock,
            new_id=ports.new_id,
        )
        return Reply(201, ConfirmationRead.model_validate(confirmation))

    return await once(principal.subject, ports.unit_of_work, perform)
