"""Medicines of other companies: from the packaged dictionary, INN stems and imported lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from wordfreq import top_n_list

from compliance.domain.screening.medicines.medicines import others_in, stems_of
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.together import Together
from support.medicine_builders import PLAIN_HEADER, imported, index_of, judged_with, others_named
from support.screening_builders import found, judged, planned, rules, shared_post


@pytest.mark.parametrize(
    "written",
    ["Humira", "HUMIRA", "humira's", "Hu\u200bmira", "Нumira", "semaglutide", "#Humira", "#humiraworks"],  # noqa: RUF001 - a look-alike
)
def test_a_medicine_of_another_company_is_recognised_in_words(written: str) -> None:
    assert others_named(f"A word about {written} from the hall")


@pytest.mark.parametrize("place", ["media_text", "target", "link title", "link address"])
def test_it_is_recognised_in_every_place_that_goes_out(place: str) -> None:
    page = {"url": "https://a.example/1", "title": "News", "text": "News of the day", "own_domain": False}
    snapshot = {
        "media_text": planned(media_text="Humira on a slide"),
        "target": shared_post("Humira in the news"),
        "link title": planned(links=[page | {"title": "Humira in the news"}]),
        "link address": planned(links=[page | {"url": "https://a.example/humira-news"}]),
    }[place]

    assert ("PUB-01", "review") in found(snapshot)


def test_what_a_page_of_others_says_further_down_is_not_our_claim() -> None:
    page = {"url": "https://a.example/1", "title": "News", "text": "Humira works in psoriasis.", "own_domain": False}

    assert judged(planned(links=[page])).verdict == "pass"


def test_name_and_use_or_claim_in_public_are_held_and_the_name_alone_is_looked_at() -> None:
    assert ("PUB-01", "block") in found(planned(text="Humira for psoriasis"))
    assert ("PUB-01", "block") in found(planned(text="Humira works wonders"))
    assert ("PUB-01", "review") in found(planned(text="A day at the Humira plant"))


def test_what_is_usually_on_free_sale_is_held_for_a_claim_only() -> None:
    assert judged(planned(text="The first Aspirin poster hangs here")).verdict == "pass"
    assert ("PUB-07", "review") in found(planned(text="Aspirin works"))


def test_a_comparison_of_ours_with_another_is_held_even_in_private() -> None:
    private = {"type": "message", "channel": {"platform": "email", "audience": "private"}}

    assert ("PUB-01", "block") in found(planned(text="Velorin is better than warfarin", **private))


def test_a_word_built_like_an_inn_is_looked_at_and_with_a_claim_held() -> None:
    assert ("PUB-05", "review") in found(planned(text="A seminar on zorvatinib"))
    assert ("PUB-05", "block") in found(planned(text="Zorvatinib works in lung cancer"))


@pytest.mark.parametrize(
    "word", ["statins", "a statin", "the mongrel", "April", "Today I thrive", "live music", "Ella"]
)
def test_classes_and_ordinary_words_name_no_medicine(word: str) -> None:
    assert others_named(f"We read about {word} at noon") == []


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "nl", "sv"])
def test_frequent_words_name_no_medicine(language: str) -> None:
    lexicon = rules().lexicon
    text = " . ".join(word for word in top_n_list(language, 5_000, wordlist="large") if word.isalpha())
    stems = stems_of(lexicon.words["inn_stem"], lexicon.words["stop_name"])

    hits = others_in(
        Together([TextField("text", text, "own")]), lexicon.medicines.on("2026-11-17"), stems, index_of([])
    )

    assert [hit.evidence.quote for hit in hits] == []


def test_our_own_medicine_is_ours_also_where_a_list_names_it() -> None:
    ours = {"name": "AbbVie", "products": [{"name": "Humira", "inn": "adalimumab", "status": "prescription"}]}

    assert others_named("A day at the Humira plant for adalimumab", company=ours) == []


def test_a_name_of_a_person_is_no_medicine() -> None:
    assert others_named("Thank you, Dr Humira Qazi, for the talk") == []


def test_a_listed_competitor_is_found_misspelt_and_by_its_name_in_lists_of_words(tmp_path: Path) -> None:
    rows = PLAIN_HEADER + "Zelquavir,zelquamab,prescription,DE\n"
    imported(tmp_path / "ours.csv", rows, tmp_path / "lists", as_of="2026-01-01")

    spelled = judged_with(tmp_path / "lists", text="A day at the Zelquawir plant")

    assert {(each.rule_id, each.severity) for each in spelled.findings} >= {("PUB-01", "review")}


def test_each_day_has_the_list_that_held_on_it(tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    imported(tmp_path / "a.csv", PLAIN_HEADER + "Zelquavir,,prescription,DE\n", lists, as_of="2025-01-01")
    imported(tmp_path / "b.csv", PLAIN_HEADER + "Bexalodor,,prescription,DE\n", lists, as_of="2026-01-01")

    verdicts = {
        (name, day): judged_with(lists, date.fromisoformat(day), text=f"A day at the {name} plant").verdict
        for name in ("Zelquavir", "Bexalodor")
        for day in ("2024-06-01", "2025-06-01", "2026-06-01")
    }

    assert verdicts == {
        ("Zelquavir", "2024-06-01"): "review",
        ("Zelquavir", "2025-06-01"): "review",
        ("Zelquavir", "2026-06-01"): "pass",
        ("Bexalodor", "2024-06-01"): "pass",
        ("Bexalodor", "2025-06-01"): "pass",
        ("Bexalodor", "2026-06-01"): "review",
    }
