from __future__ import annotations

import pytest

from support.screening_builders import found, judged, planned, shared_post

EVASIONS = {
    "upper case": "VELORIN",
    "accents": "Vélörín",
    "cyrillic look-alikes": "V\u0435l\u043erin",
    "zero-width characters": "Ve\u200blo\u200drin",
    "soft hyphens": "Ve\u00adlorin",
    "spaces": "V e l o r i n",
    "dots": "V.e.l.o.r.i.n",
    "full-width letters": "".join(chr(ord(letter) + 0xFEE0) for letter in "Velorin"),
    "mathematical letters": "".join(chr(0x1D41A + ord(letter) - ord("a")) for letter in "velorin"),
    "an emoji inside": "Vel🙂orin",
    "digits for letters": "V3l0r1n",
    "a wrong letter": "Valorin",
    "a swapped pair": "Veloirn",
    "a genitive": "Velorin's",
    "a joined hashtag": "#TeamVelorinRocks",
    "a handle": "@velorin_eu",
    "an address": "https://www.velorin-together.example/start",
    "the INN": "velorglutide",
    "the code": "HVM 117",
    "a study name": "BEACON-N",
}


@pytest.mark.parametrize("written", EVASIONS.values(), ids=EVASIONS.keys())
@pytest.mark.parametrize("place", ["text", "media_text", "target", "target media", "link title", "link text"])
def test_an_own_medicine_is_recognised_however_and_wherever_it_is_written(written: str, place: str) -> None:
    words = f"A word about {written} from the hall"
    page = {"url": "https://a.example/1", "title": "News", "text": "News of the day"}
    snapshot = {
        "text": planned(text=words),
        "media_text": planned(media_text=words),
        "target": shared_post(words),
        "target media": shared_post("Look", media_text=words),
        "link title": planned(links=[page | {"title": words}]),
        "link text": planned(links=[page | {"text": words}]),
    }[place]

    held = {rule for rule, _ in found(snapshot)}

    assert held & {"PUB-01", "SOC-05", "PUB-05"}


def test_a_tagged_profile_that_names_an_own_medicine_blocks_the_tag() -> None:
    profile = {"kind": "profile", "author": "DrLee", "text": "Cardiologist", "recent_texts": ["A velorin morning"]}

    assert ("SOC-04", "block") in found(planned(type="tag_content", target=profile))


@pytest.mark.parametrize(
    "words",
    [
        "Come and find our team at the coffee corner.",
        "The first and only rule of our reading group: no slides.",
        "Live captions were a game changer for our town hall.",
        "Ask your doctor friends: the museum collects old stethoscopes.",
        "Thank you for keeping this a safe space.",
        "How the sanatoria counted their cure rate.",
        "Le pain est désormais fait sur place.",
        "Gift im Garten: welche Pflanzen giftig sind.",
        "We valorise teaching and tell our velocity story.",
    ],
)
def test_ordinary_words_pass(words: str) -> None:
    assert judged(planned(text=words)).verdict == "pass"
    assert judged(shared_post(words)).verdict == "pass"


THRIVE = {
    "name": "Thrive",
    "inn": "nicotine",
    "aliases": [],
    "status": "prescription",
    "indication": "smoking cessation",
}
HUMIRA = {"name": "Humira", "inn": "adalimumab", "aliases": [], "status": "prescription", "indication": "psoriasis"}


@pytest.mark.parametrize(
    ("product", "words", "held"),
    [
        (THRIVE, "What helps young people thrive in a small hospital?", False),
        (THRIVE, "Thrive where you are: ten answers.", False),
        (THRIVE, "A day with the Thrive team.", True),
        (HUMIRA, "Thank you, Dr Humira Qazi, for a fair moderation.", False),
        (HUMIRA, "Thank you for the Humira talk.", True),
    ],
)
def test_a_name_that_is_also_a_word_or_a_person_is_told_apart(product: dict[str, str], words: str, held: bool) -> None:
    company = {"name": "Calder", "country": "GB", "products": [product]}

    verdict = judged(planned(text=words, company=company, declaration="Posted by Calder")).verdict

    assert (verdict != "pass") == held
