from __future__ import annotations

import pytest
from fastapi import APIRouter
from pydantic import BaseModel

from shared.kernel.ids import new_id
from shared.web.etag import IfMatch, ensure_version, etag
from shared.web.pages import Cursor, Page, Position, decode, encode, page
from shared.web.problem import Malformed
from support.web import a_client


class Item(BaseModel):
    id: str


def versioned() -> APIRouter:
    router = APIRouter()

    @router.patch("/v1/thing")
    async def change(expected_version: IfMatch) -> dict[str, int]:
        ensure_version(expected_version, 7)
        return {"version": 8}

    return router


def listing(count: int) -> APIRouter:
    ids = [f"{number:03}" for number in range(count)]
    router = APIRouter()

    @router.get("/v1/items")
    async def items(cursor: Cursor) -> Page[Item]:
        rows = [each for each in ids if cursor.after is None or each > cursor.after][: cursor.limit + 1]
        return page([Item(id=row) for row in rows], cursor, key=lambda item: item.id)

    return router


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ('"v7"', 200, None),
        ('"v6"', 412, "precondition_failed"),
        ('"v8"', 412, "precondition_failed"),
        (None, 428, "precondition_required"),
        ("v7", 400, "bad_request"),
        ("*", 400, "bad_request"),
        ('W/"v7"', 400, "bad_request"),
        ('"v-1"', 400, "bad_request"),
        ('"v' + "9" * 40 + '"', 400, "bad_request"),
    ],
)
async def test_a_change_must_name_the_version_it_was_made_on(header: str | None, status: int, code: str | None) -> None:
    async with a_client(versioned()) as client:
        response = await client.patch("/v1/thing", headers={} if header is None else {"If-Match": header})
    assert response.status_code == status
    assert response.json().get("code") == code
    if code:
        assert response.json()["errors"][0]["field"] == "If-Match"
        assert response.json()["remedy"]


def test_an_etag_is_a_strong_one() -> None:
    assert etag(7) == '"v7"'


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 25])
async def test_pages_show_every_item_once_and_then_end(count: int) -> None:
    seen: list[str] = []
    cursor: str | None = None
    async with a_client(listing(count)) as client:
        for _ in range(5):
            params = {"limit": "10", **({"cursor": cursor} if cursor else {})}
            body = (await client.get("/v1/items", params=params)).json()
            assert len(body["items"]) <= 10
            seen += [item["id"] for item in body["items"]]
            cursor = body["next_cursor"]
            if cursor is None:
                break
    assert cursor is None
    assert seen == [f"{number:03}" for number in range(count)]


@pytest.mark.parametrize("after", ["7", "Łódź", "2026-11-22T10:00:00+00:00|0192", "a" * 300])
def test_a_cursor_gives_back_what_was_put_in(after: str) -> None:
    assert decode(encode(after)) == after


@pytest.mark.parametrize("cursor", ["MDA5=", "MDA5==", "!!", "MDB", "_w", "AA", "MD A5", "é"])
async def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(Malformed):
        decode(cursor)
    async with a_client(listing(3)) as client:
        response = await client.get("/v1/items", params={"cursor": cursor})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "cursor")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "many"])
async def test_a_limit_out_of_range_is_refused(limit: str) -> None:
    async with a_client(listing(3)) as client:
        response = await client.get("/v1/items", params={"limit": limit})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "limit")


def test_a_list_ordered_by_ids_goes_on_from_an_id_only() -> None:
    known = new_id()
    assert Position(after=known.upper(), limit=1).after_id == known
    assert Position(after=None, limit=1).after_id is None
    with pytest.raises(Malformed) as refused:
        _ = Position(after="009", limit=1).after_id
    assert refused.value.field == "cursor"
