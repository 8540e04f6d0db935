"""The audit service as an archive of captured posts."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from planner.domain.facts import CapturedPost
from shared.auth.client import BearerTokens, ServiceAuth
from shared.kernel.errors import InvalidValue, Unavailable


class _Post(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    url: str | None = None
    author_handle: str
    author_stakeholder_id: str | None = None
    text: str
    media_text: str | None = None
    links: tuple[str, ...] = ()
    captured_at: datetime
    state: str = "captured"


class HttpPostArchive:
    """Implements `PostArchive` over `GET /v1/posts/{id}`. `http` has the audit's base URL and a timeout."""

    def __init__(self, http: httpx.AsyncClient, tokens: BearerTokens) -> None:
        self._http = http
        self._auth = ServiceAuth(tokens)

    async def capture(self, post_id: str) -> CapturedPost:
        try:
            response = await self._http.get(f"/v1/posts/{post_id}", auth=self._auth)
        except httpx.HTTPError as error:
            raise _silent(f"the audit does not answer ({type(error).__name__})") from error
        if response.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}:
            raise InvalidValue(
                f"no post {post_id} was ever captured",
                field="target_post_id",
                remedy="import the post into the audit first, or give target with its url, author and text",
            )
        if response.status_code != HTTPStatus.OK:
            raise _silent(f"the audit answered {response.status_code}")
        return _read(response)


def _read(response: httpx.Response) -> CapturedPost:
    try:
        post = _Post.model_validate_json(response.content)
    except ValidationError as error:
        raise _silent("the audit's answer cannot be read") from error
    if post.state != "captured":
        raise InvalidValue(
            f"post {post.id} is {post.state} at its source", field="target_post_id", remedy="choose another target"
        )
    return CapturedPost(
        id=post.id,
        url=post.url,
        author=post.author_handle,
        author_stakeholder_id=post.author_stakeholder_id,
        text=post.text,
        media_text=post.media_text,
        links=post.links,
        captured_at=post.captured_at,
    )


def _silent(message: str) -> Unavailable:
    return Unavailable(
        message, field="target_post_id", remedy="nothing was submitted; try again once the audit answers"
    )
