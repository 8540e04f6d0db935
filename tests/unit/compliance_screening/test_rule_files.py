"""Rule files are refused with file and line; what they say decides their hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.adapters.located_yaml import UnusableRuleFile
from compliance.adapters.rule_packs import PACKAGED, load_rule_set
from compliance.application.screening import screen
from support.screening_builders import AS_OF, planned

GOOD = """\
words: {negation: ["no"]}
rules:
  - id: PUB-99
    title: Tea
    severity: block
    when: text.contains("tea")
    message: There is tea.
    clause: House rule
    source: none
    remedy: Leave out the tea.
"""


def folder(tmp_path: Path, text: str) -> Path:
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "own.yaml").write_text(text)
    return tmp_path


def test_a_rule_written_by_a_company_judges(tmp_path: Path) -> None:
    own = load_rule_set(folder(tmp_path, GOOD))

    assert [f.rule_id for f in screen(planned(text="Come for tea"), own, AS_OF).findings] == ["PUB-99"]
    assert screen(planned(text="Come for coffee"), own, AS_OF).verdict == "pass"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("title: Tea", "titel: Tea", 4, "unknown key 'titel'"),
        ("    clause: House rule\n", "", 3, "needs a text for 'clause'"),
        ("PUB-99", "tea", 3, "is not an id"),
        ("severity: block", "severity: stop", 5, "severity is one of block, review, pass"),
        ('text.contains("tea")', "text ==", 6, "Failed to parse"),
        ("    title: Tea", "    title: Tea\n    title: Tea", 5, "has 'title' twice"),
        ("source: none", "source: none\n    valid_from: 2026-02-30", 10, "is not a date"),
        ("source: none", "source: none\n    evidence: [tea.cup]", 3, "no detector 'tea.cup'"),
        ("source: none", "source: none\n    scope: {countries: [UK]}", 10, "'UK' is not a code"),
        ("source: none", "source: none\n    scope: {action_types: [dance]}", 10, "'dance' is not one of"),
        ("source: none", "source: none\n    reads: text", 10, "reads is a list"),
        ('["no"]', "[no]", 1, "put it in quotes"),
        ("negation", "negatoin", 1, "unknown word list 'negatoin'"),
        ('["no"]', '[&a "no", *a]', 1, "used again by an alias"),
        ("rules:\n", "rules: {}\nfigures:\n", 2, "rules is a list"),
        ("message: There", "message: [There", 8, "expected"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in GOOD

    with pytest.raises(UnusableRuleFile) as refused:
        load_rule_set(folder(tmp_path, GOOD.replace(old, new, 1)))

    assert said in refused.value.problem
    assert refused.value.line == line


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"about: x\nrules: caf\xe9\n")

    with pytest.raises(UnusableRuleFile, match=r"own\.yaml:2: is not UTF-8"):
        load_rule_set(tmp_path)


def test_an_empty_folder_is_no_rule_set(tmp_path: Path) -> None:
    with pytest.raises(UnusableRuleFile, match="holds no"):
        load_rule_set(tmp_path)


def test_the_hash_follows_the_content_and_not_the_layout(tmp_path: Path) -> None:
    plain = load_rule_set(folder(tmp_path / "a", GOOD)).sha256
    spaced = load_rule_set(folder(tmp_path / "b", GOOD.replace("\n", "\n\n"))).sha256
    other = load_rule_set(folder(tmp_path / "c", GOOD.replace("There is tea", "Tea is there"))).sha256

    assert plain == spaced
    assert plain != other


def test_a_condition_that_cannot_be_decided_is_a_finding(tmp_path: Path) -> None:
    own = load_rule_set(folder(tmp_path, GOOD))

    answer = screen(planned(text=None), own, AS_OF)

    assert answer.verdict == "review"
    assert "could not be decided" in answer.findings[0].message


def test_a_condition_on_something_that_does_not_exist_is_a_finding(tmp_path: Path) -> None:
    own = load_rule_set(folder(tmp_path, GOOD.replace('text.contains("tea")', "tea.cup == 1")))

    assert screen(planned(), own, AS_OF).verdict == "review"


def test_the_packaged_word_lists_and_figures_say_where_they_come_from() -> None:
    for file in PACKAGED.glob("*.yaml"):
        assert file.read_text(encoding="utf-8").startswith("about:"), file.name
    assert all(figure.source and figure.valid_from for figure in load_rule_set().lexicon.figures)
