from __future__ import annotations

import asyncio
import json

import pytest

from support.registry_builders import Registry, a_file

pytestmark = pytest.mark.platform

LENA = {"name": "Lena Brandt", "type": "journalist", "country": "DE", "handles": "x:lenabrandt"}
IDA = {"name": "Ida Roth", "type": "hcp", "country": "AT"}


def counts(report: dict[str, int]) -> tuple[int, int, int, int]:
    return report["imported"], report["updated"], report["unchanged"], report["rejected_count"]


async def test_good_rows_are_kept_and_bad_ones_reported_with_their_place(registry: Registry):
    bad_country, sold = {**IDA, "name": "Bo", "country": "UK"}, {**IDA, "name": "Cy"}
    report = await registry.load(a_file(LENA, bad_country, IDA, {**sold, "type": "docter"}))
    assert counts(report) == (2, 0, 0, 2)
    first, second = sorted(report["rejected"], key=lambda bad: bad["line"])
    assert (first["line"], first["column"], first["value"], first["remedy"]) == (3, "country", "UK", "use GB")
    assert (second["line"], second["column"], second["value"]) == (5, "type", "docter")
    assert len(await registry.published()) == 2


async def test_importing_the_same_file_again_changes_nothing(registry: Registry):
    content = a_file(LENA, IDA)
    assert counts(await registry.load(content)) == (2, 0, 0, 0)
    assert counts(await registry.load(content)) == (0, 0, 2, 0)
    assert len(await registry.published()) == 2


async def test_a_changed_row_updates_what_it_states_and_keeps_the_rest(registry: Registry):
    await registry.load(a_file({**LENA, "followers": "10", "lawful_basis": "consent"}))
    report = await registry.load(a_file({**LENA, "handles": "x:@LENAbrandt blog:lena.example", "followers": "12"}))
    assert counts(report) == (0, 1, 0, 0)
    (person,) = (await registry.http.get("/v1/stakeholders")).json()["items"]
    assert (person["followers"], person["lawful_basis"], person["version"]) == (12, "consent", 2)
    assert [handle["name"] for handle in person["handles"]] == ["lenabrandt", "lena.example"]


async def test_validate_only_reports_the_same_and_keeps_nothing(registry: Registry):
    content = a_file(LENA, IDA, {**IDA, "name": ""})
    rehearsed = await registry.load(content, validate_only="true")
    assert rehearsed["validate_only"] is True
    assert counts(rehearsed) == (2, 0, 0, 1)
    assert (await registry.http.get("/v1/stakeholders")).json()["items"] == []
    assert await registry.published() == []
    assert counts(await registry.load(content)) == counts(rehearsed)


async def test_a_repeated_row_counts_once_and_a_contradicting_one_is_rejected(registry: Registry):
    report = await registry.load(a_file(LENA, LENA, {**LENA, "followers": "5"}))
    assert counts(report) == (1, 0, 1, 1)
    assert report["repaired"] == [{"line": 3, "what": "repeats line 2"}]
    assert (report["rejected"][0]["line"], report["rejected"][0]["column"]) == (4, "handles")


async def test_accounts_of_two_people_in_one_row_are_rejected(registry: Registry):
    await registry.load(a_file(LENA, {**IDA, "handles": "x:idaroth"}))
    report = await registry.load(a_file({**LENA, "handles": "x:lenabrandt;x:idaroth"}))
    assert counts(report) == (0, 0, 0, 1)
    assert "different stakeholders" in report["rejected"][0]["message"]


async def test_namesakes_without_accounts_are_asked_for_one(registry: Registry):
    await registry.register(name="Ida Roth", type="hcp", country="AT")
    await registry.register(name="Ida Roth", type="hcp", country="AT")
    report = await registry.load(a_file(IDA))
    assert "2 stakeholders have this name" in report["rejected"][0]["message"]


async def test_an_imported_opt_out_stops_and_a_later_no_never_lifts_it(registry: Registry):
    await registry.load(a_file({**LENA, "opted_out": "yes"}))
    await registry.load(a_file({**LENA, "opted_out": "no"}))
    (person,) = (await registry.http.get("/v1/stakeholders")).json()["items"]
    assert person["opted_out"] is True
    assert json.loads((await registry.published())[-1][1])["opted_out"] is True


async def test_marketing_without_a_reason_is_rejected_and_with_one_kept(registry: Registry):
    header = ("name", "type", "owner_function", "owner_reason")
    rows = (
        {"name": "A", "type": "hcp", "owner_function": "marketing"},
        {"name": "B", "type": "hcp", "owner_function": "marketing", "owner_reason": "symposium host"},
        {"name": "C", "type": "hcp", "owner_function": "sales", "owner_reason": "friends"},
    )
    report = await registry.load(a_file(*rows, header=header))
    assert counts(report) == (1, 0, 0, 2)
    assert [bad["column"] for bad in report["rejected"]] == ["owner_reason", "owner_function"]


async def test_a_multipart_upload_is_read_like_the_plain_body(registry: Registry):
    answer = await registry.http.post(
        "/v1/stakeholder-imports", files={"file": ("people.csv", b"\xef\xbb\xbf" + a_file(LENA), "text/csv")}
    )
    assert counts(answer.json()) == (1, 0, 0, 0)


@pytest.mark.parametrize("content", [b"", b"Lena,journalist\n", b"name,type,opt_out\nLena,hcp,yes\n"])
async def test_an_unreadable_file_is_refused_as_a_whole(registry: Registry, content: bytes):
    answer = await registry.http.post("/v1/stakeholder-imports", content=content, headers={"Content-Type": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_file")
    assert answer.json()["remedy"]


async def test_the_same_file_imported_by_many_at_once_registers_everybody_once(registry: Registry):
    content = a_file(*({**LENA, "name": f"P{n}", "handles": f"x:p{n}"} for n in range(60)))
    reports = await asyncio.gather(*(registry.load(content) for _ in range(4)))
    assert sum(report["imported"] for report in reports) == 60
    assert len(await registry.published()) == 60
    assert (await registry.fetch("SELECT count(*) FROM stakeholders"))[0][0] == 60


async def test_batches_larger_than_one_transaction_are_all_kept_and_idempotent(registry: Registry):
    content = a_file(*({**LENA, "name": f"P{n}", "handles": f"x:p{n}"} for n in range(1_201)))
    assert counts(await registry.load(content)) == (1_201, 0, 0, 0)
    assert counts(await registry.load(content)) == (0, 0, 1_201, 0)
