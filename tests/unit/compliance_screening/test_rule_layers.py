"""A company's folder adds to the packaged rules; what it replaces it says, and nothing gets weaker without a word."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.adapters.rules.rule_bundles import bundle_of
from compliance.adapters.rules.rule_packs import load, load_rule_set
from compliance.application.rules.rule_lint import additions, warnings_of
from compliance.domain.screening.contents import RuleSetContents
from compliance.domain.screening.facts.facts import facts_of
from compliance.domain.screening.judgement import detector_names
from support.rule_bundles import GOOD, HEAD, company, folder, refused

TEA = GOOD.split("rules:\n")[1]
BASE = {"rule-set.yaml": HEAD.encode(), "tea.yaml": GOOD.encode()}
CAPS = """\
about: caps
figures:
  - {name: cap, country: DE, value: 60, valid_from: 2025-01-01, source: a code}
  - {name: cap, country: DE, value: 70, valid_from: 2027-01-01, source: a code}
  - {name: cap, country: FR, value: 60, valid_from: 2025-01-01, source: a code}
"""


def layered(own: str, *, base: str = CAPS) -> dict[str, bytes]:
    return BASE | {"caps.yaml": base.encode(), "company/own.yaml": f"about: own\n{own}".encode()}


def caps(contents: RuleSetContents, country: str = "DE") -> list[tuple[float, str, str | None]]:
    rows = [one for one in contents.figures if one.country == country]
    return sorted(((one.value, one.valid_from, one.valid_until) for one in rows), key=lambda row: row[1])


def test_a_rule_with_the_id_and_title_of_a_packaged_one_says_why_it_replaces_it() -> None:
    same = f"rules:\n{TEA}"

    (problem,) = refused(layered(same))

    assert "takes the place of the packaged one (tea.yaml:4)" in problem.wrong
    assert "replaces" in problem.remedy


def test_a_replaced_rule_is_gone_and_told() -> None:
    softer = f"rules:\n{TEA.replace('block', 'pass')}    replaces: tea is served daily\n"

    loaded = load(layered(softer))

    assert [(rule.id, rule.severity) for rule in loaded.rule_set.rules] == [("TEA-01", "pass")]
    (warned,) = [one for one in warnings_of(loaded.rule_set, loaded.contents, date(2026, 1, 1)) if "place" in one.wrong]
    assert warned.place == "company/own.yaml:3"
    assert "tea is served daily" in warned.wrong


def test_a_rule_of_the_same_id_with_another_title_comes_beside_the_packaged_one() -> None:
    loaded = load(layered(f"rules:\n{TEA.replace('title: Tea', 'title: Green tea')}"))

    assert [rule.title for rule in loaded.rule_set.rules] == ["Green tea", "Tea"]


def test_a_company_figure_without_a_reason_is_refused_where_a_packaged_one_holds() -> None:
    (problem,) = refused(layered("figures: [{name: cap, country: DE, value: 90, valid_from: 2026-01-01, source: x}]"))

    assert "replaces the packaged 60 from 2025-01-01, 70 from 2027-01-01 without a reason" in problem.wrong


def test_a_company_figure_holds_from_its_first_day_on_whatever_the_packaged_ones_say_later() -> None:
    own = "figures: [{name: cap, country: DE, value: 50, valid_from: 2026-01-01, source: x, replaces: board}]"

    contents = load(layered(own)).contents

    assert caps(contents) == [(60, "2025-01-01", "2025-12-31"), (50, "2026-01-01", None)]
    assert caps(contents, "FR") == [(60, "2025-01-01", None)]


def test_after_the_last_day_of_a_company_figure_the_packaged_one_holds_again() -> None:
    row = "{name: cap, country: DE, value: 50, valid_from: 2026-01-01, valid_until: 2026-06-30, source: x, replaces: b}"

    contents = load(layered(f"figures: [{row}]")).contents

    assert caps(contents) == [
        (60, "2025-01-01", "2025-12-31"),
        (50, "2026-01-01", "2026-06-30"),
        (60, "2026-07-01", None),
        (70, "2027-01-01", None),
    ]


def test_two_values_from_the_same_day_contradict_each_other() -> None:
    again = CAPS + "  - {name: cap, country: DE, value: 61, valid_from: 2025-01-01, source: x}\n"

    (problem,) = refused(layered("", base=again))

    assert "is 61 and, at caps.yaml:3, 60, both from 2025-01-01" in problem.wrong


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{name: cap, value: 5, valid_from: 2026-01-01}", "needs a text for 'source'"),
        ("{name: cap, value: 5, source: x}", "needs 'valid_from'"),
        ("{name: cap, valid_from: 2026-01-01, source: x}", "needs 'value'"),
        ("{name: cap, value: true, valid_from: 2026-01-01, source: x}", "needs 'value', not True"),
        ("{name: cap, value: 5, valid_from: 2026-01-01, source: x, land: DE}", "unknown key 'land'"),
        ("{name: cap, value: 5, valid_from: 2026-01-01, source: x, country: XX}", "'XX' is not a code"),
        ("{name: cap, value: 5, valid_from: 2026-01-01, source: x, replaces: y}", "replaces no packaged figure"),
        ("{name: cap, value: 5, valid_from: 2026-02-01, valid_until: 2026-01-31, source: x}", "before it begins"),
    ],
)
def test_a_figure_that_cannot_be_meant_is_refused(row: str, said: str) -> None:
    assert any(said in one.wrong for one in refused(layered(f"figures: [{row}]")))


def test_words_that_let_more_pass_are_told() -> None:
    packaged, own = load(BASE), load(layered('words: {negation: ["hardly", "no"]}'))

    (warned,) = additions(packaged.contents, own.contents)

    assert warned.place == "words negation"
    assert "hardly" in warned.wrong


def test_the_catalogue_knows_its_own_ids_and_leaves_others_to_the_company() -> None:
    catalogue = "about: c\ncatalogue: [{id: TEA-02}]\n"
    known = BASE | {"catalogue.yaml": catalogue.encode()}

    (problem,) = refused(known)

    assert "the catalogue has no rule 'TEA-01'" in problem.wrong
    assert not refused(known | {"tea.yaml": GOOD.replace("TEA-01", "HAV-01").encode()})


def test_the_packaged_rules_stay_whole_under_a_company_folder(tmp_path: Path) -> None:
    packaged, own = load_rule_set(), load_rule_set(folder(tmp_path, GOOD))

    assert {(rule.id, rule.title) for rule in packaged.rules} < {(rule.id, rule.title) for rule in own.rules}
    assert packaged.sha256 != own.sha256


def test_a_bundle_is_enough_to_make_the_same_rule_set_again(tmp_path: Path) -> None:
    bundle = bundle_of(folder(tmp_path, GOOD))

    assert load(bundle).rule_set.sha256 == load_rule_set(tmp_path).sha256 == load(company(GOOD)).rule_set.sha256


def test_a_file_that_is_neither_rules_nor_names_makes_a_bundle_unusable() -> None:
    with pytest.raises(UnusableRuleFile, match=r"notes\.txt:1: is neither"):
        load(BASE | {"notes.txt": b"hello"})


def test_no_detector_is_called_like_a_fact_that_conditions_read() -> None:
    families = {name.partition(".")[0] for name in detector_names(load_rule_set().lexicon)}

    assert not families & set(facts_of({}, as_of="2026-11-17"))
