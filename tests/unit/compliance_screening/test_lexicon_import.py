"""Published medicine lists become the dated lists of a rule set, all or nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from wordfreq import zipf_frequency

from compliance.adapters.medicines.medicine_lists import COLUMNS, read_list
from compliance.adapters.medicines.word_frequency import LANGUAGES, frequency
from compliance.adapters.rules.located_yaml import UnusableRuleFile
from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.commands import lexicon
from support.medicine_builders import EMA_HEADER, FDA_HEADER, PLAIN_HEADER, imported, judged_with
from support.screening_builders import rules

VELBEX = "Human,Velbexor,EMEA/H/C/1,Authorised,velbexamab,Gout,Yes\n"


def run(*arguments: str, data: Path) -> Result:
    return CliRunner().invoke(lexicon, ["import", *arguments], env={"RAPPORT_DATA": str(data)})


def kept(tmp_path: Path, content: str, name: str = "list-2026-01-01.csv") -> dict[str, tuple[str, str, str]]:
    rows = imported(tmp_path / name, content, tmp_path / "lists").rows
    return {row.name: (row.kind, row.status, row.written) for row in rows}


def test_the_ema_list_is_recognised_below_its_first_lines_and_dated_by_them(tmp_path: Path) -> None:
    animal = "Veterinary,Barkexil,EMEA/V/C/2,Authorised,barkexamab,Gout,No\n"

    answer = imported(tmp_path / "medicines.csv", EMA_HEADER + VELBEX + animal, tmp_path / "lists")

    assert (answer.source, answer.as_of) == ("EMA medicines", "2025-10-27")
    assert answer.path.name == "medicines-ema-2025-10-27.csv"
    assert [(row.name, row.kind, row.status, row.countries) for row in answer.rows] == [
        ("velbexamab", "inn", "authorised", "EU"),
        ("Velbexor", "brand", "authorised", "EU"),
    ]
    assert answer.rows[1].additional_monitoring == "yes"
    assert answer.sha256 == hashlib.sha256((tmp_path / "medicines.csv").read_bytes()).hexdigest()


def test_products_of_drugs_at_fda_are_recognised_with_how_they_are_sold(tmp_path: Path) -> None:
    (tmp_path / "MarketingStatus.txt").write_text("MarketingStatusID\tApplNo\tProductNo\n1\t01\t001\n2\t02\t001\n")
    rows = "01\t001\tTABLET\t5MG\t1\tZELQUAVIR\tZELQUAMAB SODIUM\t0\n02\t001\tGEL\t1%\t0\tBEXALODOR\tBEXALIN\t0\n"

    answer = kept(tmp_path, FDA_HEADER + rows, "Products-2026-01-01.txt")

    assert answer["ZELQUAVIR"] == ("brand", "prescription", "")
    assert answer["zelquamab"] == ("inn", "prescription", "")
    assert answer["BEXALODOR"] == ("brand", "otc", "")


def test_a_plain_list_is_one_of_competitors_to_watch(tmp_path: Path) -> None:
    assert kept(tmp_path, PLAIN_HEADER + "Zelquavir,zelquamab,prescription,DE\n") == {
        "Zelquavir": ("competitor", "prescription", ""),
        "zelquamab": ("inn", "prescription", ""),
    }


@pytest.mark.parametrize("header", ["name,inn\n", "brand,active ingredient\n", "Drug_Name,inn\n"])
def test_a_small_list_of_a_companys_own_is_never_taken_for_an_agencys(tmp_path: Path, header: str) -> None:
    answer = imported(tmp_path / "rivals-2026-01-01.csv", header + "Zelquavir,zelquamab\n", tmp_path / "lists")

    assert (answer.source, answer.path.name) == ("listed competitors", "medicines-listed-competitors-2026-01-01.csv")
    assert [(row.name, row.kind, row.status, row.countries) for row in answer.rows] == [
        ("zelquamab", "inn", "unknown", ""),
        ("Zelquavir", "competitor", "unknown", ""),
    ]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("name,inn\n", "Zelquavir,zelquamab\n"),
        (PLAIN_HEADER, "Zelquavir,zelquamab,prescription,DE\n"),
        (EMA_HEADER, VELBEX),
        (FDA_HEADER, "01\t001\tTABLET\t5MG\t1\tZELQUAVIR\tZELQUAMAB\t0\n"),
    ],
)
def test_a_line_that_stands_there_twice_is_reported_whatever_the_list(tmp_path: Path, header: str, line: str) -> None:
    answer = imported(tmp_path / "list-2026-01-01.csv", header + line + line, tmp_path / "lists")

    assert [(reason, name.casefold()) for reason, _, name in answer.skipped] in (
        [("twice in the list", "zelquavir")],
        [("twice in the list", "velbexor")],
    )


def test_strengths_of_one_medicine_are_no_line_twice(tmp_path: Path) -> None:
    rows = "01\t001\tTABLET\t5MG\t1\tZELQUAVIR\tZELQUAMAB\t0\n01\t002\tTABLET\t9MG\t1\tZELQUAVIR\tZELQUAMAB\t0\n"

    assert not imported(tmp_path / "list-2026-01-01.txt", FDA_HEADER + rows, tmp_path / "lists").skipped


def test_semicolons_are_read_too(tmp_path: Path) -> None:
    assert kept(tmp_path, "name;inn;status;country\nZelquavir;zelquamab;otc;DE\n")["Zelquavir"][1] == "otc"


def test_substances_are_split_and_their_fragments_are_no_names(tmp_path: Path) -> None:
    vaccines = "live; measles virus, oral (Vietnam) / zinc; zelquamab sodium and bexalumab"
    rows = f'Human,Velbexor (previously Zorquil),EMEA/H/C/1,Authorised,"{vaccines}",Gout,No\n'

    names = set(kept(tmp_path, EMA_HEADER + rows))

    assert names >= {"Velbexor", "Zorquil", "zelquamab sodium", "zelquamab", "bexalumab"}
    assert not {name.casefold() for name in names} & {"live", "oral", "zinc", "vietnam", "measles"}


def test_names_that_are_words_are_left_out_or_count_only_as_names_and_the_report_says_so(tmp_path: Path) -> None:
    names = ("Today", "Thrive", "Heather", "Cupid", "A", "123", "ABC", "Zelquavir")
    file = tmp_path / "list-2026-01-01.csv"
    rows = "".join(f"Human,{name},EMEA/H/C/1,Authorised,zelquamab,Gout,No\n" for name in names)
    file.write_text(EMA_HEADER + rows)

    answer = run(str(file), "--into", str(tmp_path / "lists"), data=tmp_path)

    assert answer.exit_code == 0, answer.output
    assert "stop-listed: 3: Today (line 4), Thrive (line 5), Heather (line 6)" in answer.output
    assert "one letter: 1: A (line 8)" in answer.output
    assert "only digits: 1: 123 (line 9)" in answer.output
    assert "too short to tell from other abbreviations: 1: ABC (line 10)" in answer.output
    assert "only where written as a name: 1: Cupid" in answer.output


def test_an_imported_name_that_is_a_word_counts_only_as_a_name(tmp_path: Path) -> None:
    imported(tmp_path / "list-2026-01-01.csv", EMA_HEADER + VELBEX.replace("Velbexor", "Cupid"), tmp_path / "lists")

    assert judged_with(tmp_path / "lists", text="We painted a cupid on the wall").verdict == "pass"
    assert judged_with(tmp_path / "lists", text="Cupid on the wall").verdict == "pass"
    assert judged_with(tmp_path / "lists", text="Our day with Cupid 5 mg").verdict == "review"


def test_a_name_sold_both_ways_is_of_unknown_status_and_named_once(tmp_path: Path) -> None:
    rows = "drug_name,active_ingredient,marketing_status\nZELQUAVIR,X-1,Rx\nZELQUAVIR,X-1,OTC\n"

    assert kept(tmp_path, rows)["ZELQUAVIR"] == ("brand", "unknown", "")


def test_an_older_list_stays_and_the_report_says_which_one_it_follows(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for day in ("2025-01-01", "2026-01-01"):
        file = tmp_path / f"list-{day}.csv"
        file.write_text(PLAIN_HEADER + "Zelquavir,,prescription,DE\n")
        answer = run(str(file), data=data)

    assert "takes the place of the list of 2025-01-01" in answer.output
    assert len(list((data / "lexicons").glob("*.csv"))) == 2


def test_the_same_list_again_gives_the_same_file_and_the_same_rule_set(tmp_path: Path) -> None:
    def hashes() -> tuple[bytes, str]:
        answer = imported(tmp_path / "list-2026-01-01.csv", EMA_HEADER + VELBEX, tmp_path / "lists")
        return answer.path.read_bytes(), load_rule_set(None, tmp_path / "lists").sha256

    first, second = hashes(), hashes()

    assert first == second
    assert first[1] != rules().sha256


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b"PK\x03\x04rest", "is an Excel workbook or a zip file"),
        (b"\xff\xfen\0a\0", "is UTF-16 or binary"),
        (b"name,inn,status,country\nZelqu\xe4vir,,otc,DE\n", "2: is not UTF-8 (byte 0xE4"),
        (b"name|inn|status|country\nZelquavir||otc|DE\n", "1: is not a medicines list"),
        (b"title,body\nhello,world\n", "1: is not a medicines list"),
        (b"name,inn,status,country\n", "has a header and no medicine below it"),
        (b"name,inn,status,country\nZelquavir,,otc\n", "2: has 3 cells instead of 4"),
        (b"name,inn,status,country\nZelquavir,,free,DE\n", "2: status 'free' is not one of"),
        (b'name,inn,status,country\n"Zelquavir,,otc,DE\n', "is not CSV"),
        (b"name,inn,status,country\nA,,otc,DE\n1,,otc,DE\n", "lists no name that could be kept"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line_and_nothing_is_written(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "list-2026-01-01.csv"
    file.write_bytes(content)

    answer = run(str(file), "--into", str(tmp_path / "lists"), data=tmp_path)

    assert answer.exit_code == 2
    assert str(file) in answer.stderr
    assert said in answer.stderr
    assert not (tmp_path / "lists").exists()


def test_a_list_without_a_date_needs_one(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(PLAIN_HEADER + "Zelquavir,,otc,DE\n")

    assert "give --as-of" in run(str(file), data=tmp_path).stderr
    assert run(str(file), "--as-of", "2026-01-01", data=tmp_path).exit_code == 0


def test_a_file_beyond_all_measure_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "list-2026-01-01.csv"
    with file.open("wb") as written:
        written.truncate(100_000_001)

    assert "is larger than 100,000,000 bytes" in run(str(file), data=tmp_path).stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A,brand,,otc,,,,,S,2026-01-01", "'A' is too short for a name"),
        ("Zelquavir,pill,,otc,,,,,S,2026-01-01", "kind 'pill' is not one of"),
        ("Zelquavir,brand,,free,,,,,S,2026-01-01", "status 'free' is not one of"),
        ("Zelquavir,brand,,otc,,,,,,2026-01-01", "has no source"),
        ("Zelquavir,brand,,otc,,,,,S,yesterday", "as_of 'yesterday' is not a date"),
        ("Zelquavir,brand", "has 2 cells instead of 10"),
        ("Zelquavir,brand,,otc,,,,,S,2026-01-01\nzelquavir,brand,,otc,,,,,S,2026-01-01", "3: has 'zelquavir' twice"),
    ],
)
def test_a_list_of_the_rule_set_that_was_changed_by_hand_is_checked(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "medicines-x.csv"
    file.write_text(",".join(COLUMNS) + "\n" + line + "\n")

    with pytest.raises(UnusableRuleFile, match=r"medicines-x\.csv:\d+: ") as refused:
        read_list(file)

    assert said in str(refused.value)


def test_two_files_with_one_source_and_date_are_refused(tmp_path: Path) -> None:
    answer = imported(tmp_path / "list-2026-01-01.csv", EMA_HEADER + VELBEX, tmp_path / "lists")
    answer.path.with_name("copy.csv").write_bytes(answer.path.read_bytes())

    with pytest.raises(UnusableRuleFile, match=r"lists EMA medicines of 2025-10-27, as copy\.csv does"):
        load_rule_set(None, tmp_path / "lists")


@pytest.mark.real_input
def test_the_published_lists_of_both_agencies_are_imported_whole(tmp_path: Path, public_data: Path) -> None:
    data = tmp_path / "data"
    for name, least in (("ema_medicines_human_2025-10-27.csv", 3_000), ("fda_drugsatfda_2019-07-02_names.csv", 7_000)):
        answer = run(str(public_data / "data/lexicons" / name), data=data)
        assert answer.exit_code == 0, answer.output
        (written,) = (path for path in (data / "lexicons").glob("*.csv") if name[:3] in path.name)
        assert len(read_list(written)[0].rows) > least


_WORDS = ["water", "velorglutide", "zon", "zucker", "aout", "août", "b12", "12", "ozempic", "x", "l'eau", "été", ""]


@pytest.mark.parametrize("word", _WORDS)
def test_a_word_is_as_frequent_as_each_language_alone_says(word: str) -> None:
    alone = max((zipf_frequency(word, language, wordlist="small"), language) for language in LANGUAGES)
    assert frequency(word) == alone
