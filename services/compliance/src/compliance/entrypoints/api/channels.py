"""Our channels: registered, activated once somebody watches them, deactivated with a reason."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from compliance.application.channels import revision
from compliance.domain.channel import EXECUTOR, Channel, ChannelDescription, ChannelState, Hold
from compliance.domain.events import Occasion
from compliance.entrypoints.api.ports import Ports, Reader, Reviewer, ensure_person
from compliance.entrypoints.api.schemas import NO_NUL, Country, ReasonBody, Taken
from shared.auth.principal import Principal
from shared.contracts.vocabulary import Platform
from shared.kernel.errors import NotFound
from shared.web.etag import IfMatch, etag
from shared.web.pages import Cursor, Page, page

router = APIRouter(prefix="/v1/channels", tags=["channels"])
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]
Executor = Annotated[str, Field(pattern=EXECUTOR)]
Account = Literal["corporate", "personal", "third_party"]


class ChannelBody(Taken):
    """`account` null stands for any account of the platform; `hold` says how the channel is ours."""

    platform: Platform
    account: Account | None = None
    country: Country | None = None
    hold: Hold = "owned"
    moderation_owner: Name | None = None
    screening_owner: Name | None = None
    executor: Executor


class ChannelChange(Taken):
    """What changes; a part that is left out stays."""

    country: Country | None = None
    hold: Hold = "owned"
    moderation_owner: Name | None = None
    screening_owner: Name | None = None
    executor: Executor = ""


class ChannelRead(BaseModel):
    """`version` is what If-Match has to name."""

    channel_id: str
    version: int
    state: ChannelState
    platform: Platform
    account: Account | None
    country: str | None
    hold: Hold
    moderation_owner: str | None
    screening_owner: str | None
    executor: str


@router.get("")
async def list_channels(
    _reader: Reader, ports: Ports, cursor: Cursor, state: Annotated[ChannelState | None, Query()] = None
) -> Page[ChannelRead]:
    """Our channels; only active ones speak."""
    rows = await ports.queries.channels(state=state, after=cursor.after, limit=cursor.limit + 1)
    return page([ChannelRead.model_validate(row) for row in rows], cursor, key=lambda each: each.channel_id)


@router.get("/{channel_id}")
async def read_channel(channel_id: str, _reader: Reader, ports: Ports, response: Response) -> ChannelRead:
    """One channel."""
    channel = await _channel(channel_id, ports)
    response.headers["ETag"] = etag(channel.version)
    return channel


@router.post("", status_code=HTTP_201_CREATED)
async def register_channel(body: ChannelBody, reviewer: Reviewer, ports: Ports, response: Response) -> ChannelRead:
    """Register a channel as a draft; a second request for the same account is refused with `channel_exists`."""
    ensure_person(reviewer, "changes a channel")
    channel_id = await ports.register_channel(ChannelDescription(**body.model_dump()), reviewer.subject)
    response.headers["Location"] = f"/v1/channels/{channel_id}"
    return await read_channel(channel_id, reviewer, ports, response)


@router.patch("/{channel_id}", status_code=HTTP_204_NO_CONTENT)
async def revise_channel(
    channel_id: str, body: ChannelChange, *, reviewer: Reviewer, expected: IfMatch, ports: Ports
) -> None:
    """Change owners, country, hold or executor; an active channel keeps both its owners."""
    changes = body.model_dump(include=body.model_fields_set)
    await ports.change_channel(channel_id, revision(changes), expected, _signed(reviewer, "revised", ports))


@router.post("/{channel_id}/activation", status_code=HTTP_204_NO_CONTENT)
async def activate_channel(channel_id: str, *, reviewer: Reviewer, expected: IfMatch, ports: Ports) -> None:
    """Let the channel speak; refused with `owner_missing` until both owners are named."""
    await ports.change_channel(channel_id, Channel.activate, expected, _signed(reviewer, "activated", ports))


@router.post("/{channel_id}/deactivation", status_code=HTTP_204_NO_CONTENT)
async def deactivate_channel(
    channel_id: str, body: ReasonBody, *, reviewer: Reviewer, expected: IfMatch, ports: Ports
) -> None:
    """Silence the channel, with a reason: nothing more is released on it."""
    await ports.change_channel(channel_id, Channel.deactivate, expected, _signed(reviewer, body.reason, ports))


def _signed(reviewer: Principal, why: str, ports: Ports) -> Occasion:
    ensure_person(reviewer, "changes a channel")
    return Occasion(by=reviewer.subject, at=ports.gate.clock.now(), why=why)


async def _channel(channel_id: str, ports: Ports) -> ChannelRead:
    row = await ports.queries.channel(channel_id)
    if row is None:
        raise NotFound(f"there is no channel {channel_id}", remedy="GET /v1/channels lists all")
    return ChannelRead.model_validate(row)
