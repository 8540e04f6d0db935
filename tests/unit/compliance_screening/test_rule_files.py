"""Rule files are refused with every mistake, file and line; what they say decides their hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.adapters.rules.rule_packs import load_rule_set, rule_set_of
from compliance.application.screening import screen
from support.rule_bundles import GOOD, alone, company, folder, refused
from support.screening_builders import AS_OF, planned


def test_a_rule_written_by_a_company_judges_together_with_the_packaged_ones(tmp_path: Path) -> None:
    own = load_rule_set(folder(tmp_path, GOOD))

    assert [f.rule_id for f in screen(planned(text="Come for tea"), own, AS_OF).findings] == ["TEA-01"]
    assert screen(planned(text="Come for coffee"), own, AS_OF).verdict == "pass"
    assert screen(planned(text="Proud of Velorin!"), own, AS_OF).verdict == "block"


def test_a_folder_with_a_rule_set_file_is_a_rule_set_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "rule-set.yaml").write_text("about: tea only\nname: Tea\n")

    own = load_rule_set(folder(tmp_path, GOOD))

    assert [rule.id for rule in own.rules] == ["TEA-01"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("title: Tea", "titel: Tea", 5, "unknown key 'titel'"),
        ("    clause: House rule\n", "", 4, "needs a text for 'clause'"),
        ("TEA-01", "tea", 4, "is not an id"),
        ("severity: block", "severity: stop", 6, "severity is one of block, review, pass"),
        ('text.contains("tea")', "text ==", 7, "Failed to parse"),
        ("    title: Tea", "    title: Tea\n    title: Tea", 6, "has 'title' twice"),
        ("source: none", "source: none\n    valid_from: 2026-02-30", 11, "is not a date"),
        ("source: none", "source: none\n    evidence: [tea.cup]", 11, "no detector 'tea.cup'"),
        ("source: none", "source: none\n    scope: {countries: [UK]}", 11, "'UK' is not a code"),
        ("source: none", "source: none\n    scope: {countries: [XX]}", 11, "'XX' is not a code"),
        ("source: none", "source: none\n    scope: {action_types: [dance]}", 11, "'dance' is not known"),
        ("source: none", "source: none\n    scope: {action_types: []}", 11, "lists none"),
        ("source: none", "source: none\n    reads: text", 11, "reads is a list"),
        ("source: none", "source: none\n    reads: [stakeholder.optedout]", 11, "nothing called 'optedout'"),
        ("source: none", "source: none\n    unknown: block", 11, "reads names no fact"),
        (
            "source: none",
            "source: none\n    valid_from: 2026-02-01\n    valid_until: 2026-01-01",
            12,
            "before it begins",
        ),
        ('text.contains("tea")', "tea.cup == 1", 7, "nothing called 'tea'"),
        ('text.contains("tea")', "own_medicine.nmed", 7, "nothing called 'nmed' in own_medicine"),
        ('text.contains("tea")', "figures.most_tea > 1", 7, "nothing called 'most_tea' in figures"),
        ('text.contains("tea")', "transfer_of_value.exists(t, t.sort == 'tea')", 7, "nothing called 'sort' in t"),
        ("There is tea.", "There is {tea}.", 8, "{tea}: there is nothing called 'tea'"),
        ('["no"]', "[no]", 2, "put it in quotes"),
        ('["no"]', '["!"]', 2, "holds no word"),
        ("negation", "negatoin", 2, "unknown word list 'negatoin'"),
        ('["no"]', '[&a "no", *a]', 2, "used again by an alias"),
        ("rules:\n", "rules: {}\nfigures:\n", 3, "rules is a list"),
        ("message: There", "message: [There", 9, "expected"),
        ("  - id", "\t- id", 4, "indent with spaces"),
        ("about: tea", "about: tea\n? [a, b]\n: c", 2, "a key that is not a text"),
        ("about: tea", "about: tea\n--- {}", 2, "second document"),
        ("about: tea", "", 2, "needs a text for 'about'"),
        ("about: tea", "about: tea\nfigures: [{name: most, value: yes}]", 2, "is read as True"),
        ("about: tea", "about: tea\nfigures: [{name: most, value: 0777}]", 2, "another number"),
        ("about: tea", "about: tea\nfigures: [{name: most, value: .nan}]", 2, "not a number to reckon with"),
        ("about: tea", "about: !!python/object:os.system tea", 1, "could not determine a constructor"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD

    problems = refused(alone(GOOD.replace(old, new, 1)))

    assert any(said in str(one) and one.line == line for one in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("source: none", "source: none\n    replaces: it was wrong", 11, "no packaged rule TEA-01 'Tea' to replace"),
        ("about: tea", "about: tea\nphrases: {clam: [safe]}", 2, "no detector reads a phrase list called 'clam'"),
        ("about: tea", "about: tea\nexample_base: {}", 2, "an example_base already"),
    ],
)
def test_a_company_says_what_it_changes_of_the_packaged_rules(old: str, new: str, line: int, said: str) -> None:
    assert [(one.line, said in str(one)) for one in refused(company(GOOD.replace(old, new, 1)))] == [(line, True)]


def test_every_mistake_is_told_and_not_only_the_first() -> None:
    wrong = GOOD.replace("title:", "titel:").replace("block", "stop").replace("House rule", "")

    said = " ".join(str(one) for one in refused(alone(wrong)))

    assert all(
        part in said for part in ("unknown key 'titel'", "needs a text for 'title'", "severity is one", "clause")
    )


def test_mistakes_of_several_files_are_told_together() -> None:
    problems = refused(alone(GOOD.replace("block", "stop")) | {"b.yaml": b"about: x\nruels: []\n"})

    assert [one.file for one in problems] == ["b.yaml", "own.yaml"]


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        (b"about: x\nrules: caf\xe9\n", 2, "is not UTF-8"),
        ("about: x\n".encode("utf-16"), 1, "not a text in UTF-8"),
        (b"about: x\n\0\n", 2, "not a text in UTF-8"),
        (b"about: x\x07\n", 1, "holds a character YAML forbids"),
        (b"- a\n", 1, "does not hold a mapping"),
        (b"", 1, "does not hold a mapping"),
        (b"about: " + b"[" * 100_000, 1, "nested deeper than 20 levels"),
        (b"about: " + b"{a: " * 100_000, 1, "nested deeper than 20 levels"),
        (b"about: " + b"x" * 2_000_001, 1, "is larger than 2,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_rule_file_is_refused(raw: bytes, line: int, said: str) -> None:
    problems = refused(alone(GOOD) | {"company/bad.yaml": raw})

    assert [(one.file, one.line) for one in problems] == [("company/bad.yaml", line)]
    assert said in str(problems[0])


def test_many_aliases_of_aliases_are_refused_at_once() -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))

    problems = refused(alone(f"about: x\na0: &a0 [x]\n{levels}\n"))

    assert any("used again by an alias" in str(one) for one in problems)


def test_a_mark_at_the_begin_of_a_file_changes_nothing() -> None:
    assert rule_set_of(alone(GOOD)).sha256 == rule_set_of(alone("\ufeff" + GOOD)).sha256


@pytest.mark.parametrize("name", ["own.yml", "OWN.YAML", "own.json", "more"])
def test_a_file_that_would_not_be_read_is_refused_and_never_left_out(tmp_path: Path, name: str) -> None:
    folder(tmp_path, GOOD)
    (tmp_path / name).mkdir() if name == "more" else (tmp_path / name).write_text(GOOD)

    with pytest.raises(UnusableRuleFile, match="is not read"):
        load_rule_set(tmp_path)


def test_an_empty_folder_and_one_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableRuleFile, match="holds no rule pack"):
        load_rule_set(tmp_path)
    with pytest.raises(UnusableRuleFile, match="is not a folder"):
        load_rule_set(tmp_path / "not-there")


def test_a_mistake_is_told_with_the_path_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(UnusableRuleFile) as failed:
        load_rule_set(folder(tmp_path, GOOD.replace("block", "stop")))

    assert str(failed.value).startswith(f"{tmp_path / 'own.yaml'}:6: severity is one of")


def test_the_hash_follows_the_content_and_not_the_layout() -> None:
    plain = rule_set_of(alone(GOOD)).sha256
    spaced = rule_set_of(alone(GOOD.replace("\n", "\n\n"))).sha256
    other = rule_set_of(alone(GOOD.replace("There is tea", "Tea is there"))).sha256

    assert plain == spaced
    assert plain != other


def test_a_condition_that_cannot_be_decided_is_a_finding() -> None:
    answer = screen(planned(text=None), rule_set_of(alone(GOOD)), AS_OF)

    assert answer.verdict == "review"
    assert "could not be decided" in answer.findings[0].message
