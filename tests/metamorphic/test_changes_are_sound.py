"""A change is only worth something if it changes what it says, everywhere, and nothing else."""

from __future__ import annotations

import random

import pytest

from support.metamorphic.diseases import with_other_disease
from support.metamorphic.harmless import harmless
from support.metamorphic.identities import draw, medicines
from support.metamorphic.others import of_others
from support.metamorphic.removal import without_facts
from support.metamorphic.renaming import Renaming, one_edit_apart, squeezed
from support.metamorphic.replacements import company_and_medicines, people
from support.metamorphic.spellings import EVASIONS
from support.metamorphic.subjects import subjects
from support.metamorphic.texts import goes_out, texts
from support.metamorphic.variants import Subject
from support.screening_builders import judged, planned, rules

PAIRS = [
    ("Velorin", "Tremfya"),
    ("Ilumetri", "Emcitate"),
    ("Havelmark Pharma", "Incyte Biosciences"),
    ("Havelmark", "Incyte"),
    ("HVM-301", "TRX-482"),
]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Velorin and VELORIN, Velorin's", "Tremfya and TREMFYA, Tremfya's"),
        ("#ThankYouVelorinTeam @havelmarkpharma", "#ThankYouTremfyaTeam @incytebiosciences"),
        ("https://www.velorin-info.example/x", "https://www.tremfya-info.example/x"),
        ("hvm 301, HVM301, HVM-301", "trx-482, TRX-482, TRX-482"),
        ("V e l o r i n, V.e.l.o.r.i.n", "T r e m f y a, T.r.e.m.f.y.a"),
        ("1lumetr1 and Ilu-metri", "emc1tate and Emc-itate"),
        ("Havelmark of Havelmark Pharma", "Incyte of Incyte Biosciences"),
        ("a velo ride", "a velo ride"),
    ],
)
def test_a_name_is_replaced_however_it_is_written(given: str, expected: str) -> None:
    assert Renaming(PAIRS).text(given) == expected


def test_a_misspelt_name_stays_misspelt_by_one_letter() -> None:
    written = Renaming(PAIRS).text("Valorin")

    assert one_edit_apart(written.casefold(), "tremfya")


def test_no_old_name_is_left_anywhere() -> None:
    for subject in [*subjects("own"), *list(subjects("files"))[::4]]:
        chance = random.Random(subject.id)
        drawn = draw(chance, " ".join(text for _, text in texts(subject.snapshot)))
        pairs = company_and_medicines(subject.snapshot, drawn, chance)

        changed = Renaming(pairs)(subject.snapshot)

        company = changed["company"]["name"]
        assert company == drawn.company or company == pairs[0][1], subject.id
        named = " ".join(squeezed(text) for path, text in texts(changed) if path[-1] in {"text", "declaration"})
        assert not [old for old, new in pairs if len(squeezed(old)) > 6 and squeezed(old) in named and old != new]


def test_people_are_found_by_title_greeting_and_authorship() -> None:
    snapshot = planned(
        text="Dear Maureen, thank you and Prof. van Daal, and Camila",
        target={"kind": "post", "author": "Camila Reyes", "text": "With Dr Lee", "links": []},
    )
    drawn = draw(random.Random(1), "")

    assert {old for old, _ in people(snapshot, drawn)} == {"Maureen", "Daal", "Camila", "Reyes", "Lee"}


def test_a_disease_is_exchanged_in_words_and_indication_or_not_at_all() -> None:
    told = with_other_disease(planned(text="Daily life with type 2 diabetes"), random.Random(1))
    tied = with_other_disease(planned(text="Type 2 diabetes and insulin"), random.Random(1))

    assert told is not None
    disease = told[1]["company"]["products"][0]["indication"]
    assert disease != planned()["company"]["products"][0]["indication"]
    assert disease.endswith(" in adults")
    assert told[1]["text"] == f"Daily life with {disease.removesuffix(' in adults')}"
    assert tied is None


def test_a_country_is_exchanged_only_where_the_same_rules_hold_and_no_money_is() -> None:
    dinner = planned(
        event={"name": "Dinner", "country": "DE", "hospitality": [{"kind": "dinner", "amount": 9, "currency": "EUR"}]}
    )
    kinds = {
        variant.transformation
        for subject in (Subject("paid", dinner),)
        for variant in of_others(subject, judged(dinner), rules(), random.Random(1))
    }

    assert "country" not in kinds
    assert "names" in kinds


def test_every_spelling_changes_the_name_and_keeps_it_readable() -> None:
    for evasion in EVASIONS:
        written = evasion.spell("Vélorinöl", random.Random(3))
        assert written != "Vélorinöl", evasion.name
        assert len([sign for sign in written if sign.isalnum()]) >= len("Velorinol") - 1, evasion.name


def test_a_fact_taken_away_is_the_only_difference() -> None:
    subject = Subject("base", planned())
    seen = list(without_facts(subject))

    assert {"company.products null", "company.products absent", "declaration null", "stakeholder.minor absent"} <= {
        variant.transformation for variant in seen
    }
    assert all(variant.snapshot != subject.snapshot for variant in seen)
    assert subject.snapshot == planned()


def test_harmless_edits_keep_the_words() -> None:
    subject = Subject("base", planned(text="Come and find our team."))

    for variant in harmless(subject, random.Random(2)):
        assert squeezed("Come and find our team") in squeezed(variant.snapshot["text"]), variant.transformation


def test_a_draw_brings_nothing_that_stands_there_already() -> None:
    name = medicines()[0][0]

    drawn = [draw(random.Random(seed), f"{name} of Takeda and Dr Okafor") for seed in range(50)]

    assert all(name not in dict(each.medicines) and each.company != "Takeda" for each in drawn)
    assert goes_out("links[0].title")
    assert not goes_out("declaration")
