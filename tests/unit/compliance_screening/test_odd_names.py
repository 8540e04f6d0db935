"""Names in other letters, without vowels, backwards, and names that are ordinary words of some language."""

from __future__ import annotations

from typing import Any

import pytest

from compliance.application.screening import scan_text
from support.screening_builders import judged, planned, rules

ORDINARY: dict[str, Any] = {
    "name": "ella",
    "inn": "ulipristal",
    "aliases": [],
    "status": "prescription",
    "boxed_warning": False,
}


def of_ella(text: str) -> str:
    company = {"name": "Havelmark Pharma", "country": "DE", "products": [ORDINARY | {"indication": "contraception"}]}
    return judged(planned(text=text, company=company)).verdict


@pytest.mark.parametrize("written", ["Велорин", "Βελορίν", "nirolev", "vlrn glt", "velrglutd"])
def test_a_name_in_other_letters_or_taken_apart_is_found_or_is_too_short(written: str) -> None:
    too_short = written == "vlrn glt"
    assert (judged(planned(text=f"{written} works.")).verdict == "pass") == too_short


@pytest.mark.parametrize("text", ["Oggi tocca a Marta: ella guida il turno di notte.", "Elle et ella dans le jardin."])
def test_an_ordinary_word_of_the_text_s_language_is_no_name(text: str) -> None:
    assert of_ella(text) == "pass"


@pytest.mark.parametrize("text", ["Today everybody talks about ella.", "Tutti parlano di ELLA oggi."])
def test_it_is_one_where_the_language_has_no_such_word_or_it_is_in_capitals(text: str) -> None:
    assert of_ella(text) != "pass"


@pytest.mark.parametrize(
    "text",
    [
        "I was so scared that I never started Velorin.",
        "Before Velorin I couldn't walk to the corner. Now I run.",
        "La notice de Velorin parle de nausées",
        "Vor Velorin hatte ich jeden Tag Kopfschmerzen, jetzt keine mehr",
    ],
)
def test_what_was_feared_or_before_or_in_the_leaflet_happened_to_nobody(text: str) -> None:
    assert not scan_text(text, rules(), products=[{"name": "Velorin"}]).handover


@pytest.mark.parametrize(
    "text",
    [
        "I was fine before Velorin, now my arm is swollen.",
        "Skyrizi hat meine Gelenke ruiniert",
        "mistede smagssansen på Velorin",
        "Velorin = 🤮🤮",
        "synek połknął tabletki babci",
        "My eyes twitch on Velorin, anyone else?",
    ],
)
def test_what_went_wrong_with_the_body_is_told_in_any_words(text: str) -> None:
    assert scan_text(text, rules(), products=[{"name": "Velorin"}]).handover
