"""A company's phrase list judges what goes out, says whose phrase it is, and is taken whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.adapters.rules.phrase_csv import entries_of, import_phrases
from compliance.adapters.rules.rule_packs import load_rule_set, rule_set_of
from compliance.application.rules.rule_examples import changed
from compliance.application.screening import screen
from compliance.domain.findings import Finding
from support.rule_bundles import HEAD, alone, refused
from support.screening_builders import AS_OF, planned, text_at

ANYTHING = "about: x\nrules: []\nlisted_phrases:\n"


def entry(**given: Any) -> dict[str, Any]:
    return {"id": "HAV-01", "kind": "contains", "phrase": "game changer", "severity": "block"} | given


def pack(*entries: Mapping[str, Any]) -> str:
    rule = {"id": "HAV-99", "title": "Nothing", "severity": "pass", "when": "false", "message": "x"}
    rule |= {"clause": "x", "source": "x", "remedy": "X."}
    return yaml.safe_dump({"about": "x", "rules": [rule], "listed_phrases": list(entries)}, sort_keys=False)


def findings(snapshot: Mapping[str, Any], *entries: Mapping[str, Any]) -> tuple[Finding, ...]:
    found = screen(snapshot, rule_set_of(alone(pack(*entries))), AS_OF).findings
    return tuple(one for one in found if one.rule_id == "HAV-01")


@pytest.mark.parametrize(
    ("kind", "phrase", "text"),
    [
        ("contains", "game changer", "A real GAME CHANGER!"),
        ("contains", "game changer", "a g\u200bame\n  ch\u00e4nger"),
        ("contains", "100%", "it works 100% of the time"),
        ("contains", "breakthrough", "breakthroughs"),
        ("whole_word", "game changer", "A game-changer."),
        ("whole_word", "game changer", "what a day #GameChanger"),
        ("whole_word", "game changer", "what a day #gamechanger"),
        ("whole_word", "Wunder", "ein WUNDER, sagt man"),
        ("regex", r"proud\w* of .{0,10}team", "Proudly of our team"),
        ("regex", "caf\u00e9", "at the CAF\u00c9"),
        ("regex", r"\bsafe\b", "it is s\u0430fe"),
    ],
)
def test_a_listed_phrase_is_found_however_it_is_written(kind: str, phrase: str, text: str) -> None:
    snapshot = planned(text=text)

    (found,) = findings(snapshot, entry(kind=kind, phrase=phrase))

    assert found.evidence is not None
    assert found.evidence.quote == text_at(snapshot, "text")[found.evidence.start : found.evidence.end]
    assert found.severity == "block"


@pytest.mark.parametrize(
    ("kind", "phrase", "text"),
    [
        ("whole_word", "cure", "secure and curexa"),
        ("whole_word", "game changer", "game on, changer"),
        ("contains", "game changer", "gamechanger"),
        ("regex", r"\bsafe\b", "unsafe"),
    ],
)
def test_what_is_not_the_phrase_is_left_alone(kind: str, phrase: str, text: str) -> None:
    assert not findings(planned(text=text), entry(kind=kind, phrase=phrase))


@pytest.mark.parametrize("where", ["text", "media_text", "declaration"])
def test_a_listed_phrase_is_looked_for_in_everything_of_ours(where: str) -> None:
    assert [one.evidence.field for one in findings(planned(**{where: "a game changer"}), entry()) if one.evidence] == [
        where
    ]


def test_what_is_passed_on_is_ours_too_and_what_came_in_is_not() -> None:
    target = {
        "kind": "post",
        "author": "Dr Lee",
        "author_relation": "independent",
        "text": "A game changer",
        "links": [],
    }

    assert findings(planned(type="share", text=None, target=target), entry())
    assert not findings(planned(inbound_text="A game changer"), entry())


def test_a_listed_phrase_holds_in_its_countries_and_between_its_dates_only() -> None:
    here = changed(planned(text="a game changer"), {"channel": {"country": "DE"}, "company": {"country": "DE"}})
    here = changed(here, {"stakeholder": {"country": "DE"}})

    assert findings(here, entry(countries=["DE"]))
    assert not findings(here, entry(countries=["FR"]))
    assert findings(here, entry(valid_until="2026-11-17"))
    assert not findings(here, entry(valid_until="2026-11-16"))
    assert not findings(here, entry(valid_from="2026-11-18"))


def test_a_finding_says_what_the_company_says_about_its_phrase() -> None:
    own = entry(message="“{quote}” is a superlative.", remedy="Say what was found.", clause="SOP 12", source="Legal")

    (found,) = findings(planned(text="a game changer"), own)

    assert (found.message, found.remedy, found.clause) == (
        "“game changer” is a superlative.",
        "Say what was found.",
        "SOP 12",
    )


def test_without_words_of_its_own_a_finding_says_whose_phrase_it_is() -> None:
    (found,) = findings(planned(text="a game changer"), entry())

    assert found.message == "“game changer” is on the company's phrase list (own.yaml)."
    assert found.clause == "Phrase list of the company"


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"phrase": "foo(?=bar)", "kind": "regex"}, "without look-around"),
        ({"phrase": "(?<!x)foo", "kind": "regex"}, "without look-around"),
        ({"phrase": r"(a)\1", "kind": "regex"}, "backreferences"),
        ({"phrase": "a{1,1000}{1,1000}", "kind": "regex"}, "cannot be used"),
        ({"phrase": "(", "kind": "regex"}, "cannot be used"),
        ({"phrase": "x*", "kind": "regex"}, "matches an empty text"),
        ({"phrase": "!?", "kind": "whole_word"}, "holds no word"),
        ({"phrase": "\u200b"}, "holds nothing to look for"),
        ({"phrase": "x" * 501}, "longer than 500"),
        ({"kind": "sounds_like"}, "'sounds_like' is not known"),
        ({"severity": "stop"}, "'stop' is not known"),
        ({"countries": ["Germany"]}, "'Germany' is not a code"),
        ({"valid_from": "soon"}, "not a date"),
        ({"colour": "red"}, "unknown key 'colour'"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused(given_: dict[str, Any], said: str) -> None:
    assert any(said in str(one) for one in refused(alone(pack(entry(**given_)))))


def test_the_same_phrase_twice_is_refused() -> None:
    assert any("is already at own.yaml" in one.wrong for one in refused(alone(pack(entry(), entry()))))


def test_a_pattern_that_explodes_elsewhere_takes_linear_time() -> None:
    assert not findings(planned(text="a" * 50_000 + "!"), entry(kind="regex", phrase="(a+)+b|(a|a)*c"))


CSV = "Wort;Art;Stufe;Land;Hinweis\nWunder;word;rot;DE, AT;Ohne Wunder.\n100 %;contains;amber;;\n"


def test_a_spreadsheet_is_read_whatever_its_columns_are_called(tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_text(CSV.replace("rot", "red"), encoding="utf-8-sig")

    target, count = import_phrases(tmp_path / "liste.csv", tmp_path / "own", rule_id="HAV-01", severity=None)

    assert (target.name, count) == ("phrases-liste.yaml", 2)
    own = load_rule_set(tmp_path / "own")
    found = screen(planned(text="Ein Wunder", stakeholder={"country": "DE"}), own, AS_OF).findings
    assert [one.remedy for one in found if one.rule_id == "HAV-01"] == ["Ohne Wunder."]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("phrase,kind,severity\nok,contains,block\nok2,dance,block\n", 3, "kind 'dance' is not known"),
        ("phrase,kind,severity\nfoo(?=x),regex,block\n", 2, "look-around"),
        ('phrase,kind,severity\n"two\nlines",contains,block\nfoo(?=x),regex,block\n', 4, "look-around"),
        ("phrase,kind,severity\n,contains,block\n", 2, "has no phrase"),
        ("phrase,kind\nx,contains\n", 2, "has no severity"),
        ("phrase,kind,severity,colour\nx,contains,block,red\n", 1, "column 'colour' is not known"),
        ("phrase,term,kind,severity\nx,y,contains,block\n", 1, "says phrase a second time"),
        ("kind,severity\ncontains,block\n", 1, "no column `phrase`"),
        ("phrase,kind,severity\nok, fine,contains,block\n", 2, "4 cells under 3 column names"),
        ("phrase,kind,severity\n", 1, "lists no phrase"),
        ('phrase,kind,severity\n"x,contains,block\n', 2, "is not CSV"),
        ("", 1, "is empty"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_nothing_is_written(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    file, into = tmp_path / "list.csv", tmp_path / "own"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(UnusableRuleFile) as failed:
        import_phrases(file, into, rule_id="HAV-01", severity=None)

    assert [(one.file, one.line) for one in failed.value.problems][:1] == [(str(file), line)]
    assert said in str(failed.value)
    assert not into.exists()


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader_of_spreadsheets(raw: bytes) -> None:
    try:
        entries_of("x.csv", raw, rule_id="HAV-01", severity="block")
    except UnusableRuleFile as failed:
        problems = failed.problems
    else:
        return
    assert problems


@given(st.text(max_size=80), st.text(min_size=1, max_size=12))
def test_evidence_of_a_listed_phrase_is_always_what_the_text_says_there(text: str, phrase: str) -> None:
    around = f"{text} {phrase} {text}"
    try:
        rules = rule_set_of({"rule-set.yaml": HEAD.encode(), "own.yaml": pack(entry(phrase=phrase)).encode()})
    except UnusableRuleFile:
        return
    snapshot = planned(text=around)
    for one in screen(snapshot, rules, AS_OF).findings:
        if one.rule_id == "HAV-01" and one.evidence:
            given_text = text_at(snapshot, one.evidence.field)
            assert one.evidence.quote == given_text[one.evidence.start : one.evidence.end] != ""
