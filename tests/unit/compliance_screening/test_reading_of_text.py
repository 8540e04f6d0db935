"""Folding text and cutting it into words: short ways give what the long way gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from compliance.domain.screening.text.normal import Words, normalise

ODD = "aZ9 _-.#%4\u0130\u0131éÉß\ufb01Ⅷ\u200b\u0301\u0308Вв\u13a0\uab70🙂\ud800½²中ﾠ’"  # noqa: RUF001 - odd characters are the point
TEXT = st.one_of(st.text(max_size=60), st.text(alphabet=ODD, max_size=60), st.text(st.characters(max_codepoint=127)))


@given(TEXT)
def test_a_text_is_folded_as_its_characters_are(text: str) -> None:
    one_by_one = "".join(normalise(character).text for character in text)

    assert normalise(text).text == one_by_one
    assert normalise(text + "\u200bx").text == one_by_one + "x"


def test_every_plain_character_folds_to_itself_in_lower_case() -> None:
    plain = "".join(map(chr, range(128)))

    assert normalise(plain + "\u200b").text == normalise(plain).text == plain.lower()


@given(TEXT)
def test_words_are_the_runs_of_letters_and_digits(text: str) -> None:
    folded = normalise(text).text
    expected = "".join(character if character.isalnum() else " " for character in folded).split()
    found = Words(normalise(text))

    assert found.texts == [token.text for token in found] == expected
    assert [(found.start(at), found.end(at)) for at in range(len(found))] == [(t.start, t.end) for t in found]


@given(TEXT)
def test_cutting_joined_words_loses_no_letter(text: str) -> None:
    read = normalise(text)
    whole, cut = Words(read), Words(read).parts

    assert "".join(whole.texts) == "".join(cut.texts)
    assert len(cut) - len(whole) == sum(token.glued for token in cut)


def test_camel_case_is_cut_in_any_alphabet_with_capitals() -> None:
    for text, expected in (("#MigrelanWorks", ["migrelan", "works"]), ("ÉtéÉtoile", ["ete", "etoile"])):
        assert Words(normalise(text)).parts.texts == expected
