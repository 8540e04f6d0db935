"""An inspector gets one file about an action and checks it with a script, a key and nothing else."""

from __future__ import annotations

import json
import re

import pytest

from compliance.adapters.proof.note_keys import NoteKeys
from support.compliance_builders import ROSA
from support.evidence_builders import ISSUER, RULE, RULES, Packs, data_of, written

pytestmark = pytest.mark.platform


async def test_the_pack_of_a_redeemed_action_is_true(packs: Packs) -> None:
    await packs.redeemed()
    run = packs.check(await packs.pack())
    assert (run.returncode, run.stderr) == (0, "")
    assert re.match(
        rf"true: \d+ entries and \d+ rows of action {packs.stage.action}, in a signed tree of \d+", run.stdout
    )


async def test_a_person_reads_in_it_what_was_decided_by_whom_and_how_to_check_it(packs: Packs) -> None:
    await packs.redeemed()
    text = await packs.pack()
    page = text.partition('<script type="application/json"')[0]
    for said in (
        "Thank you for this clear explainer.",
        "Thank you for this very clear explainer.",
        "“explainer” has to be looked at.",
        "Example Code Cl. 7",
        "- id: TST-01\n    title: A word to look at",
        ROSA,
        "reviewed for accuracy",
        "The action is <strong>redeemed</strong>",
        "was allowed to act, once",
        "python check_evidence.py THIS-FILE --ledger-key KEY-FILE",
        packs.kept.verifier,
        RULES,
        "2026-11-23 09:02:00 UTC",
    ):
        assert said in page, said
    assert "title: Another" not in page
    assert re.findall(r"<(script|link|img|iframe)", page) == []
    assert page.count("<h1>") == 1
    assert '<html lang="en">' in page


async def test_the_former_version_and_its_judgement_are_in_the_pack(packs: Packs) -> None:
    await packs.redeemed()
    pack = data_of(await packs.pack())
    rows = [row["columns"] for row in pack["rows"]]
    texts = {json.loads(row["snapshot"])["text"] for row in rows if "snapshot" in row}
    assert texts == {"Thank you for this clear explainer.", "Thank you for this very clear explainer."}
    votes = [len(json.loads(row["votes"])) for row in rows if "votes" in row]
    assert votes == [1, 1]
    assert [file["text"] for file in pack["rule_files"]] == [RULE]


async def test_a_signature_is_told_with_name_meaning_content_and_proof_of_identity(packs: Packs) -> None:
    await packs.redeemed()
    pack = data_of(await packs.pack())
    [first, second] = [each for each in pack["entries"] if json.loads(each["leaf"])["what"] == "case_voted"]
    said = json.loads(second["leaf"])["evidence"]
    assert said["signed_content_sha256"] == said["content_sha256"]
    assert said["authenticated_at"].startswith("2026-11-23T09:01:00")
    assert json.loads(first["openings"]["who"]["value"]) == ROSA
    assert json.loads(first["openings"]["signatory"]["value"])


async def test_an_action_that_is_only_in_review_has_a_pack_too(packs: Packs) -> None:
    await packs.stage.hear_person()
    await packs.stage.submit()
    text = await packs.pack()
    assert packs.check(text).returncode == 0
    assert "Nobody was ever allowed to carry it out." in text


async def test_what_is_not_signed_yet_is_not_handed_out(packs: Packs) -> None:
    await packs.stage.hear_person()
    await packs.stage.submit()
    refused = await packs.ask()
    assert (refused.status_code, refused.json()["code"]) == (503, "not_proven_yet")
    await packs.sign()
    assert (await packs.ask()).status_code == 200
    await packs.stage.vote()
    assert (await packs.ask()).status_code == 503


async def test_who_may_not_read_the_ledger_and_cases_gets_no_pack(packs: Packs) -> None:
    await packs.stage.hear_person()
    await packs.stage.submit()
    await packs.sign()
    for scope in ("ledger:read", "compliance:read"):
        assert (await packs.ask(headers=ISSUER.authorization(scope))).status_code == 403
    assert (await packs.ask("nobody")).json()["code"] == "not_found"


async def test_another_ledger_key_or_permit_key_is_refused(packs: Packs) -> None:
    await packs.redeemed()
    text = await packs.pack()
    assert (
        "'" in packs.check(text, "--nothing", "given").stderr
    )  # no key of the permit: neither given nor in the ledger
    other = NoteKeys.in_folder(packs.folder / "other", name="example.com/ledger").verifier
    (packs.folder / "ledger.key").write_text(str(other), "utf-8")
    refused = packs.check(text)
    assert refused.returncode == 1
    assert refused.stderr == "WRONG: it: the checkpoint is not signed with this ledger key\n"


async def test_the_page_cannot_say_anything_else_than_the_data(packs: Packs) -> None:
    await packs.redeemed()
    text = await packs.pack()
    assert written(data_of(text)) == text
    for old, new in (
        ("reviewed for accuracy", "reviewed in a dream"),
        ("<h1>", "<h1> "),
        ("redeemed</strong>", "void</strong>"),
    ):
        run = packs.check(text.replace(old, new, 1))
        assert (run.returncode, run.stderr) == (1, "WRONG: the pack: the page says something else than its data\n")
