"""A company's own names, whatever they are, found however they are written; and ordinary words left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordfreq import top_n_list

from compliance.domain.screening.medicines.names import _Sought
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.together import Together
from support.medicine_builders import index_of, invented_names, mentions, product
from support.screening_builders import found, planned

NAMES = st.sampled_from(invented_names(60))
LOOK_ALIKES = str.maketrans("aeoicpxy", "аеоісрху")  # noqa: RUF001 - look-alikes are the point
EVASIONS: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "look-alike letters": lambda name: name.lower().translate(LOOK_ALIKES),
    "zero-width characters": "\u200b".join,
    "spaces": " ".join,
    "hyphens": "-".join,
    "dots": ".".join,
    "equals signs": "=".join,
    "emoji between letters": "🙂".join,
    "full-width": lambda name: "".join(chr(ord(letter) + 0xFEE0) for letter in name),
    "mathematical letters": lambda name: "".join(chr(0x1D41A + ord(letter) - 97) for letter in name.lower()),
    "regional indicators": lambda name: "".join(chr(0x1F1E6 + ord(letter) - 97) for letter in name.lower()),
    "digits for letters": lambda name: name.translate(str.maketrans("oeati", "03471")),
    "a mark for a letter": lambda name: f"{name[:2]}*{name[3:]}",
    "marks as letters": lambda name: name.lower().replace("a", "@").replace("e", "€").replace("i", "!"),
    "written backwards": lambda name: f"\u202e{name[::-1]}\u202c",
    "capital i for small l": lambda name: name.replace("l", "I"),
    "a letter doubled": lambda name: name[:3] + name[2] + name[3:],
    "a letter lost": lambda name: name[:3] + name[4:],
    "two letters swapped": lambda name: name[:3] + name[4] + name[3] + name[5:],
    "another first letter": lambda name: ("w" if name[0].lower() != "w" else "v") + name[1:],
    "a genitive": lambda name: f"{name}'s",
    "a German genitive": lambda name: f"{name}s",
    "a compound": lambda name: f"{name}spritze",
    "a split word": lambda name: f"{name[:3]} {name[3:]}",
    "a broken line": lambda name: f"{name[:3]}-\n{name[3:]}",
    "a joined hashtag": lambda name: f"#askabout{name.lower()}",
    "a camel-case hashtag": lambda name: f"#{name}Works",
    "a full-width camel-case hashtag": lambda name: f"＃{name}Works",  # noqa: RUF001 - full-width is the point
    "a handle": lambda name: f"@team_{name.lower()}",
    "an address": lambda name: f"https://www.{name.lower()}-together.example/start",
    "an escaped address": lambda name: "https://a.example/" + "".join(f"%{ord(letter):02X}" for letter in name),
    "an address escaped twice": lambda name: "https://a.example/" + "".join(f"%25{ord(letter):02X}" for letter in name),
    "an encoded host": lambda name: "https://xn--" + (name.lower() + "é").encode("punycode").decode() + ".example/",
}


@pytest.mark.parametrize("evasion", EVASIONS.values(), ids=EVASIONS.keys())
@settings(max_examples=15, deadline=None)
@given(name=NAMES)
def test_a_name_is_found_however_it_is_written(name: str, evasion: Callable[[str], str]) -> None:
    text = f"A word about {evasion(name)} from the hall"

    hits = mentions(text, [product(name)])

    assert hits, text
    assert all(text[hit.start : hit.end].strip() for hit in hits)


@settings(max_examples=60, deadline=None)
@given(first=NAMES, second=NAMES, at=st.integers(1, 5))
def test_a_name_of_two_words_is_found_with_a_letter_wrong_in_either(first: str, second: str, at: int) -> None:
    wrong = "q" if second[at] != "q" else "k"
    text = f"the {first} {second[:at]}{wrong}{second[at + 1 :]} day"

    (hit,) = mentions(text, [product(f"{first} {second}", aliases=[])])

    assert hit.misspelt


@settings(max_examples=60, deadline=None)
@given(name=st.text(st.characters(min_codepoint=0x0430, max_codepoint=0x044F), min_size=5, max_size=9))
def test_a_name_in_another_script_is_found_by_its_alias(name: str) -> None:
    assert mentions(f"снова {name.upper()} сегодня", [product("Velorin", aliases=[name])])


def test_a_first_look_at_all_texts_misses_nothing_that_a_look_everywhere_finds() -> None:
    for name in invented_names(5):
        names = index_of([product(name)])
        for how, evasion in EVASIONS.items():
            fields = [
                TextField("text", f"A word about {evasion(name)}", "own"),
                TextField("media_text", "A hall", "own"),
            ]
            everything = _Sought(Together(fields).words, names._inside, runs=True, hidden=True)
            everywhere = [mention for field in fields for mention in names._found_in(field, everything)]

            assert list(names.find_in(Together(fields))) == everywhere, how


@pytest.mark.parametrize("written", ["Велорин", "Βελορίν"])
def test_a_name_is_found_by_its_sound_in_letters_of_other_scripts(written: str) -> None:
    assert mentions(f"A word about {written} from the hall", [product("Velorin")])


@pytest.mark.parametrize("alias", ["维洛林", "ベロリン", "벨로린", "ฟีโลริน", "فيلورين", "ולורין"])
def test_a_name_is_found_inside_scripts_without_spaces(alias: str) -> None:
    assert mentions(f"今天的{alias}很好", [product("Velorin", aliases=[alias])])


@pytest.mark.parametrize("study", ["BEACON-N", "BEACON N", "beacon–n", "Beacon_N", "#BEACONN", "BEACON‑N"])  # noqa: RUF001 - dashes
def test_a_study_name_is_found_with_any_separator(study: str) -> None:
    assert mentions(f"The {study} hall", [product("ALP-204", aliases=["BEACON-N"])])


@pytest.mark.parametrize("other", ["BEACON-M", "BEACON", "ALP-205", "beacon no", "a beacon, n=5"])
def test_the_name_of_another_study_is_not_ours(other: str) -> None:
    assert not mentions(f"The {other} hall", [product("ALP-204", aliases=["BEACON-N"])])


@pytest.mark.parametrize("language", ["en", "de"])
def test_ordinary_words_are_not_taken_for_names(language: str) -> None:
    names = invented_names(60)
    words = [word for word in top_n_list(language, 20_000, wordlist="large") if word.isalpha()]
    text = " ".join(words)

    hits = [text[hit.start : hit.end] for hit in mentions(text, [product(name) for name in names])]

    assert len(hits) <= 3, hits


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_no_text_whatever_breaks_the_search_and_every_place_is_inside_it(text: str) -> None:
    for hit in mentions(text, [product("Velorin"), product("Ab", aliases=["维洛林", "X-1"])]):
        assert 0 <= hit.start < hit.end <= len(text)


@pytest.mark.parametrize(
    "text", ["%25" * 30_000, "a" * 100_000, "a-" * 50_000, "@" * 50_000, "\u202e" * 20_000, "xn--" * 20_000]
)
def test_text_made_to_be_slow_is_not(text: str) -> None:
    assert not mentions(text, [product("Velorin")])


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("What helps people thrive here?", None),
        ("Thrive where you are: ten answers.", None),
        ("A day with the Thrive team.", "block"),
        ("Thrive® in numbers.", "block"),
        ("#Thrive in the sun", "review"),
        ("Thrive tablets are round.", "review"),
        ("Thank you, Dr Thrive Miller.", None),
    ],
)
def test_a_name_that_is_an_ordinary_word_counts_as_it_is_written(words: str, verdict: str | None) -> None:
    thrive = product("Thrive", inn="nicotine", indication="smoking cessation")
    ours = {("PUB-01", "review"), ("PUB-01", "block"), ("SOC-05", "block"), ("PUB-05", "block")}

    held = found(planned(text=words, company={"name": "Calder", "products": [thrive]})) & ours

    assert bool(held) == (verdict is not None), held


def test_a_close_spelling_is_said_to_be_one() -> None:
    assert ("PUB-01", "pass") in found(planned(text="A word about Valorin"))
    assert ("PUB-01", "pass") not in found(planned(text="A word about Velorin"))


@pytest.mark.parametrize("written", ["Velorin™", "Velorin®", "Velorin℠", "VΕLΟRΙΝ", "ΗVΜ-117"])  # noqa: RUF001 - look-alikes
def test_a_mark_or_greek_capitals_leave_the_name_itself(written: str) -> None:
    assert ("PUB-01", "block") in found(planned(text=f"{written} helps in type 2 diabetes"))


@pytest.mark.parametrize("tag", ["#ThankYouOV88Team", "#teamov88works", "@OV88Global", "#OV88"])
def test_a_short_code_is_found_inside_a_tag(tag: str) -> None:
    assert mentions(f"Friday: {tag}", [product("OV-88")])


@pytest.mark.parametrize("text", ["#ov881starts", "#ov880x", "the novbbish word", "an ov88ish word"])
def test_a_short_code_is_found_digit_for_digit_and_in_tags_only(text: str) -> None:
    assert not mentions(f"Friday: {text}", [product("OV-88")])


@pytest.mark.parametrize("text", ["Thank you, Dr Velorin Qazi.", "thank you, dr velorin qazi, for a calm panel."])
def test_a_title_makes_a_name_a_persons_whatever_the_case(text: str) -> None:
    assert [hit.sure for hit in mentions(text, [product("Velorin")])] == [False]


def test_a_title_without_a_family_name_makes_nobody_of_a_medicine() -> None:
    assert [hit.sure for hit in mentions("Ask Dr Velorin", [product("Velorin")])] == [True]
