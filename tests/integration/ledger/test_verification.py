"""`rapport ledger verify` finds what somebody did to a database behind its back, and names it."""

# ruff: noqa: S608 - the statements are made of numbers that the test itself has read

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from click.testing import CliRunner, Result

from compliance.commands import ledger
from support.checkpoint_builders import REBUILD, Kept
from support.compliance_stage import Stage
from support.ledger_builders import append, behind_its_back, rows

pytestmark = pytest.mark.platform


async def command(*arguments: str) -> Result:
    """What `rapport ledger` answers; it brings its own event loop."""
    return await asyncio.to_thread(CliRunner().invoke, ledger, list(arguments))


class Checked:
    """A ledger with cases, permits and checkpoints, and the command that checks it."""

    def __init__(self, database: str, stage: Stage, kept: Kept) -> None:
        self.database, self.stage, self.kept = database, stage, kept

    async def verify(self, *more: str, source: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
        """What the command names; its exit code has to fit."""
        given = source or ("--database", self.database)
        places = ("--checkpoints", str(self.kept.folder / "checkpoints"), "--key", self.kept.verifier)
        run = await command("verify", *given, *places, *(more or ("--processes", "1")), "--json")
        assert run.exception is None or isinstance(run.exception, SystemExit), run.exception
        result = json.loads(run.stdout)
        assert run.exit_code == (0 if result["ok"] else 1)
        assert result["ok"] == (not result["discrepancies"])
        return result["discrepancies"]

    async def spoil(self, *statements: str) -> list[dict[str, Any]]:
        """Do this to the database, then verify."""
        await behind_its_back(self.database, *statements)
        return await self.verify()

    async def entry(self, what: str) -> tuple[int, int]:
        """Sequence and position of the case's entry of that kind."""
        query = "SELECT sequence, position FROM ledger_entries WHERE aggregate_id = $1 AND what = $2"
        [(sequence, position)] = await rows(self.database, query, self.stage.action, what)
        return sequence, position


@pytest_asyncio.fixture
async def checked(database: str, tmp_path: Path) -> AsyncGenerator[Checked]:
    async with Stage.open(database) as stage:
        kept = Kept(stage.engine, tmp_path)
        await kept.sequencer.run()
        await kept.checkpoint()
        await stage.approved()
        await stage.release()
        await stage.redeem(await stage.permit())
        await kept.sequencer.run()
        await kept.checkpoint()
        await append(stage.engine, 5)
        await kept.sequencer.run()
        yield Checked(database, stage, kept)


async def test_an_untouched_ledger_is_right(checked: Checked) -> None:
    assert await checked.verify() == []
    assert await checked.verify("--processes", "2") == []


async def test_a_verdict_row_changed_by_update_is_found_and_named(checked: Checked) -> None:
    """T124: a direct change of a verdict row is found by the check and reported."""
    [found] = await checked.spoil("UPDATE cases SET verdict = 'block'")
    assert (found["kind"], found["aggregate"], found["aggregate_id"], found["field"]) == (
        "row_changed",
        "case",
        checked.stage.action,
        "verdict",
    )
    assert "verdict is 'block', the ledger says" in found["message"]


async def test_every_recorded_column_changed_by_update_is_found_and_named(checked: Checked) -> None:
    found = await checked.spoil(
        "UPDATE cases SET votes = jsonb_set(votes, '{0,by}', '\"eve\"')",
        "UPDATE cases SET judgement = jsonb_set(judgement, '{findings}', '[]')",
        "UPDATE cases SET snapshot = jsonb_set(snapshot, '{text}', '\"Buy it\"')",
        "UPDATE cases SET state = 'approved'",
        "UPDATE permits SET state = 'issued', redeemed_at = NULL",
        "UPDATE rule_sets SET rules = 7",
        "UPDATE channels SET screening_owner = 'nobody'",
    )
    assert {(each["kind"], each["aggregate"], each["field"]) for each in found} == {
        *(("row_changed", "case", field) for field in ("votes", "judgement", "snapshot", "state")),
        *(("row_changed", "permit", field) for field in ("state", "redeemed_at")),
        ("row_changed", "rule_set", "rules"),
        ("row_changed", "channel", "screening_owner"),
    }


async def test_a_row_that_is_gone_and_one_nobody_recorded_are_named(checked: Checked) -> None:
    [gone] = await checked.spoil("DELETE FROM cases")
    assert (gone["kind"], gone["aggregate_id"]) == ("row_removed", checked.stage.action)
    found = await checked.spoil("UPDATE permits SET permit_id = 'forged'")
    assert {(each["kind"], each["aggregate_id"]) for each in found if each["aggregate"] == "permit"} >= {
        ("row_unrecorded", "forged")
    }


FLIPPED = {
    "case_opened": ("leaf = set_byte(leaf, 40, get_byte(leaf, 40) # 1)", "leaf"),
    "case_screened": ("leaf_sha256 = reverse(leaf_sha256)", "leaf_sha256"),
    "case_voted": ("what = 'case_voided'", "what"),
    "case_approved": ("new_state = 'expired'", "new_state"),
    "case_released": ("at = at + interval '1 microsecond'", "at"),
    "case_redeemed": ("aggregate_version = 77", "aggregate_version"),
}


async def test_a_flipped_bit_is_found_with_its_entry_and_field(checked: Checked) -> None:
    entries = {what: await checked.entry(what) for what in FLIPPED}
    changes = [
        f"UPDATE ledger SET {change} WHERE sequence = {entries[what][0]}" for what, (change, _) in FLIPPED.items()
    ]
    found = await checked.spoil(*changes)
    named = {(each["sequence"], each["position"], each["field"]) for each in found if each["kind"] == "entry_changed"}
    assert named >= {(*entries[what], field) for what, (_, field) in FLIPPED.items()}
    assert {sequence for sequence, *_ in named} == {sequence for sequence, _ in entries.values()}


async def test_an_entry_rewritten_with_its_own_hash_is_named_by_its_entry(checked: Checked) -> None:
    sequence, position = await checked.entry("case_screened")
    found = await checked.spoil(
        f"UPDATE ledger SET leaf = replace(convert_from(leaf, 'UTF8'), 'verdict', 'Verdict')::bytea"
        f" WHERE sequence = {sequence}",
        f"UPDATE ledger SET leaf_sha256 = encode(sha256(leaf), 'hex') WHERE sequence = {sequence}",
    )
    assert {(each["kind"], each["position"]) for each in found} == {("entry_changed", position)}


async def test_a_changed_reason_or_name_does_not_open_the_commitment(checked: Checked) -> None:
    sequence, _ = await checked.entry("case_approved")
    of = f"WHERE entry_id = (SELECT entry_id FROM ledger WHERE sequence = {sequence})"
    [who] = await checked.spoil(f"UPDATE ledger_personal SET who = jsonb_set(who, '{{value}}', '\"eve\"') {of}")
    assert (who["kind"], who["field"], who["sequence"]) == ("value_changed", "who", sequence)
    found = await checked.spoil(
        f"UPDATE ledger_personal SET personal = jsonb_set(personal, '{{why,value}}', '\"x\"') {of}"
    )
    assert {each["field"] for each in found} == {"who", "why"}
    found = await checked.spoil(f"DELETE FROM ledger_personal {of}")
    assert [(each["kind"], each["sequence"]) for each in found] == [("value_changed", sequence)]


async def test_a_removed_entry_is_named(checked: Checked) -> None:
    sequence, position = await checked.entry("case_voted")
    found = await checked.spoil(f"DELETE FROM ledger WHERE sequence = {sequence}")
    assert ("entry_removed", sequence, position) in {
        (each["kind"], each.get("sequence"), each.get("position")) for each in found
    }
    assert {each["kind"] for each in found} == {"entry_removed"}


async def test_an_inserted_entry_is_named(checked: Checked) -> None:
    await append(checked.stage.engine)
    found = await checked.spoil("DELETE FROM ledger_pending")
    [(newest,)] = await rows(checked.database, "SELECT max(sequence) FROM ledger")
    assert [(each["kind"], each["sequence"]) for each in found] == [("entry_inserted", newest)]


async def test_an_entry_forged_through_the_front_door_has_no_row(checked: Checked) -> None:
    """The sequencer takes in what is committed; that nothing of it is true is seen on the row."""
    await rows(
        checked.database,
        """INSERT INTO ledger (entry_id, aggregate, aggregate_id, aggregate_version, what, old_state, new_state, at,
             leaf, leaf_sha256)
           SELECT gen_random_uuid(), aggregate, aggregate_id, aggregate_version + 1, 'case_approved', new_state,
             'approved', now(), leaf, leaf_sha256 FROM ledger WHERE aggregate_id = $1
           ORDER BY aggregate_version DESC LIMIT 1""",
        checked.stage.action,
    )
    await checked.kept.sequencer.run()
    kinds = {(each["kind"], each.get("aggregate_id")) for each in await checked.verify()}
    assert ("row_changed", checked.stage.action) in kinds
    assert ("entry_changed", checked.stage.action) in kinds


async def test_a_changed_node_of_the_tree_is_named_and_nothing_else(checked: Checked) -> None:
    for level in (0, 1, 2):
        spoil = f"UPDATE ledger_nodes SET hash = sha256(hash) WHERE level = {level} AND position = 1"
        await behind_its_back(checked.database, "DROP TABLE IF EXISTS kept", "CREATE TABLE kept AS TABLE ledger_nodes")
        [found] = await checked.spoil(spoil)
        assert (found["kind"], found["position"]) == ("tree_changed", 1 << level)
        await behind_its_back(
            checked.database, "DELETE FROM ledger_nodes", "INSERT INTO ledger_nodes SELECT * FROM kept"
        )
    assert await checked.verify() == []
    found = await checked.spoil("DELETE FROM ledger_nodes WHERE level = 0 AND position = 3")
    assert ("tree_changed", 3) in {(each["kind"], each.get("position")) for each in found}


async def test_a_history_rewritten_with_all_its_hashes_contradicts_the_checkpoint(checked: Checked) -> None:
    first, last = list(checked.kept.files.sizes())
    sequence, position = await checked.entry("case_screened")
    assert first <= position < last
    [found] = await checked.spoil(
        f"UPDATE ledger SET leaf = replace(convert_from(leaf, 'UTF8'), 'verdict', 'Verdict')::bytea"
        f" WHERE sequence = {sequence}",
        f"UPDATE ledger SET leaf_sha256 = encode(sha256(leaf), 'hex') WHERE sequence = {sequence}",
        REBUILD,
        "SELECT rebuild()",
    )
    assert (found["kind"], found["position"]) == ("history_rewritten", first)
    assert f"entries {first} to {last - 1}" in found["message"]


async def test_a_database_that_was_rolled_back_is_named(checked: Checked) -> None:
    first, last = list(checked.kept.files.sizes())
    found = await checked.spoil(
        f"DELETE FROM ledger l USING ledger_nodes n WHERE n.sequence = l.sequence AND n.position >= {first}",
        f"DELETE FROM ledger_nodes WHERE (position + 1) << level > {first}",
        f"DELETE FROM ledger_checkpoints WHERE size > {first}",
        "DELETE FROM cases",
        "DELETE FROM permits",
    )
    [rolled_back] = [each for each in found if each["kind"] == "rolled_back"]
    assert rolled_back["message"] == f"{last} entries were signed, the database has {first}: it was rolled back"


async def test_a_changed_and_a_lost_checkpoint_are_named(checked: Checked) -> None:
    first, last = list(checked.kept.files.sizes())
    folder = checked.kept.folder / "checkpoints"
    [file] = folder.glob(f"*/*{last}.checkpoint")
    file.write_text(file.read_text("utf-8").replace(f"\n{last}\n", f"\n{last - 1}\n"), "utf-8")
    found = await checked.verify()
    assert [(each["kind"], each["position"]) for each in found] == [
        ("checkpoint_unusable", last),
        ("checkpoint_gone", last),
    ]
    file.unlink()
    assert [each["kind"] for each in await checked.verify()] == ["checkpoint_gone"]
    assert first < last


async def test_erased_values_are_no_discrepancy(checked: Checked) -> None:
    await checked.stage.forget_person(2)
    await checked.kept.sequencer.run()
    assert await checked.verify() == []


async def test_an_export_is_checked_without_the_database(checked: Checked, tmp_path: Path) -> None:
    for values in ((), ("--values",)):
        file = tmp_path / "ledger.jsonl"
        exported = await command("export", "--database", checked.database, "--out", str(file), *values)
        assert exported.exit_code == 0
        text = file.read_text("utf-8")
        assert ("rosa.reviewer" in text) == bool(values)
        assert await checked.verify(source=(str(file),)) == []
        for spoiled, named in spoiled_lines(text.splitlines(keepends=True)):
            file.write_text("".join(spoiled), "utf-8")
            found = await checked.verify(source=(str(file),))
            assert named in {(each["kind"], each.get("position"), each.get("field")) for each in found}


def spoiled_lines(lines: list[str]) -> list[tuple[list[str], tuple[str, int, str | None]]]:
    """A removed line, one put in, a changed one, the end cut off; and what has to be named."""
    changed = lines[3].replace('"what":"', '"what":"x')
    return [
        ([*lines[:4], *lines[5:]], ("entry_removed", 3, None)),
        ([*lines[:5], lines[2], *lines[5:]], ("entry_inserted", 4, None)),
        ([*lines[:3], changed, *lines[4:]], ("entry_changed", 2, "what")),
        (lines[:-1], ("entry_removed", len(lines) - 2, None)),
    ]


def test_what_cannot_be_read_is_said_with_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "no.jsonl").write_text("{}\n", "utf-8")
    for source in (
        [str(tmp_path / "no.jsonl")],
        ["--database", "postgresql://127.0.0.1:1/none"],
        [str(tmp_path / "x")],
    ):
        run = CliRunner().invoke(ledger, ["verify", *source])
        assert run.exit_code == 2, run.output
        assert run.stderr.startswith("rapport: ")
    run = CliRunner().invoke(ledger, ["verify", str(tmp_path / "no.jsonl"), "--checkpoints", str(tmp_path)])
    assert run.exit_code == 2
    assert "--key" in run.output


async def test_the_result_is_readable_and_says_what_it_did_not_do(checked: Checked) -> None:
    run = await command("verify", "--database", checked.database, "--processes", "1")
    assert run.exit_code == 0
    assert "nothing is wrong" in run.stdout
    assert "not compared: page" in run.stdout
    assert "without --checkpoints" in run.stdout
