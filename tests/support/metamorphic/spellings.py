"""Ways to write a name so that a filter overlooks it and a reader does not."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from support.metamorphic.renaming import misspelt

_CYRILLIC = dict(zip("aeopcxyijskmthbrgdlAEOPCXYIJSKMTHB", "аеорсхуіјѕкмтһьгɡԁӏАЕОРСХУІЈЅКМТНВ", strict=False))
_GREEK = dict(zip("aeiknoptuvxABEHIKMNOPTXYZ", "αεικηορτυνχΑΒΕΗΙΚΜΝΟΡΤΧΥΖ", strict=False))
_LEET = str.maketrans("oieasOIEAS", "0134501345")
_ACCENTS = dict(zip("aeiouncyAEIOUNCY", "áèïöûñçÿÁÈÏÖÛÑÇŸ", strict=False))
_TWO_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "ø": "oe"}
_PUNCTUATION = re.compile(r"[-\s/]+")
_FULL_WIDTH = 0xFEE0
_BOLD_SMALL, _BOLD_LARGE = 0x1D41A, 0x1D400
_SHORTEST_MISSPELT = 6
_SHORTEST_SPACED = 5

Spelling = Callable[[str, random.Random], str]


class Evasion(NamedTuple):
    """A spelling; `plain` ones look the same to a reader, so that nothing is taken from what the words say."""

    name: str
    spell: Spelling
    plain: bool
    for_all_words: bool
    shortest: int = 1


def _each(table: dict[str, str]) -> Spelling:
    return lambda name, _: "".join(table.get(sign, sign) for sign in name)


def _between(separator: str) -> Spelling:
    return lambda name, _: separator.join(name)


def _some(table: dict[str, str]) -> Spelling:
    def spell(name: str, chance: random.Random) -> str:
        places = [at for at, sign in enumerate(name) if sign in table]
        taken = set(chance.sample(places, min(2, len(places))))
        return "".join(table[sign] if at in taken else sign for at, sign in enumerate(name))

    return spell


def _at_one_place(inserted: str) -> Spelling:
    def spell(name: str, chance: random.Random) -> str:
        at = chance.randint(1, max(1, len(name) - 1))
        return name[:at] + inserted + name[at:]

    return spell


def _bare(name: str) -> str:
    apart = unicodedata.normalize("NFD", name)
    return "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")


def _bold(name: str, _: random.Random) -> str:
    return "".join(
        chr(_BOLD_SMALL + ord(sign) - ord("a"))
        if "a" <= sign <= "z"
        else chr(_BOLD_LARGE + ord(sign) - ord("A"))
        if "A" <= sign <= "Z"
        else sign
        for sign in name
    )


def _full_width(name: str, _: random.Random) -> str:
    return "".join(chr(ord(sign) + _FULL_WIDTH) if "!" <= sign <= "~" else sign for sign in name)


def _mixed_case(name: str, chance: random.Random) -> str:
    return "".join(chance.choice((sign.upper(), sign.lower())) for sign in name)


def _dropped(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name))
    return name[:at] + name[at + 1 :]


def _doubled(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name))
    return name[:at] + name[at] + name[at:]


def _swapped(name: str, chance: random.Random) -> str:
    places = [at for at in range(1, len(name) - 1) if name[at] != name[at + 1]]
    if not places:
        return name
    at = chance.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _struck_through(name: str, _: random.Random) -> str:
    return "".join(sign + "\u0336" for sign in name)


def _leet(name: str, _: random.Random) -> str:
    return name.translate(_LEET)


def _around(form: str) -> Spelling:
    return lambda name, _: form.format(name)


EVASIONS = (
    Evasion("cyrillic letters", _each(_CYRILLIC), plain=True, for_all_words=True),
    Evasion("one or two cyrillic letters", _some(_CYRILLIC), plain=True, for_all_words=True),
    Evasion("greek letters", _some(_GREEK), plain=True, for_all_words=True),
    Evasion("zero-width space", _between("\u200b"), plain=True, for_all_words=True),
    Evasion("zero-width joiner", _at_one_place("\u200d"), plain=True, for_all_words=True),
    Evasion("word joiner", _at_one_place("\u2060"), plain=True, for_all_words=True),
    Evasion("soft hyphen", _at_one_place("\u00ad"), plain=True, for_all_words=True),
    Evasion("accents", _each(_ACCENTS), plain=True, for_all_words=False),
    Evasion("combining accents", _between("\u0301"), plain=True, for_all_words=True),
    Evasion("struck through", _struck_through, plain=True, for_all_words=True),
    Evasion("capitals", lambda name, _: name.upper(), plain=True, for_all_words=True),
    Evasion("small letters", lambda name, _: name.lower(), plain=True, for_all_words=False),
    Evasion("mixed case", _mixed_case, plain=True, for_all_words=False),
    Evasion("full-width letters", _full_width, plain=True, for_all_words=True),
    Evasion("mathematical letters", _bold, plain=True, for_all_words=True),
    Evasion("spaced out", _between(" "), plain=True, for_all_words=False, shortest=_SHORTEST_SPACED),
    Evasion("dots between", _between("."), plain=True, for_all_words=False, shortest=_SHORTEST_SPACED),
    Evasion("hyphens between", _between("-"), plain=True, for_all_words=False, shortest=_SHORTEST_SPACED),
    Evasion("underscores between", _between("_"), plain=True, for_all_words=False, shortest=_SHORTEST_SPACED),
    Evasion("cut by a hyphen", _at_one_place("-"), plain=True, for_all_words=False, shortest=_SHORTEST_MISSPELT),
    Evasion("emoji between", _between("✨"), plain=False, for_all_words=False, shortest=_SHORTEST_SPACED),
    Evasion(
        "leetspeak",
        _leet,
        plain=False,
        for_all_words=False,
        shortest=_SHORTEST_MISSPELT,
    ),
    Evasion("other vowel", misspelt, plain=False, for_all_words=False, shortest=_SHORTEST_MISSPELT),
    Evasion("letter dropped", _dropped, plain=False, for_all_words=False, shortest=_SHORTEST_MISSPELT),
    Evasion("letter doubled", _doubled, plain=False, for_all_words=False, shortest=_SHORTEST_MISSPELT),
    Evasion("letters swapped", _swapped, plain=False, for_all_words=False, shortest=_SHORTEST_MISSPELT),
    Evasion("registered sign", _around("{}®"), plain=True, for_all_words=False),
    Evasion("trade mark sign", _around("{}™"), plain=True, for_all_words=False),
    Evasion("in quotation marks", _around("“{}”"), plain=True, for_all_words=False),
    Evasion("in bold marks", _around("**{}**"), plain=True, for_all_words=False),
    Evasion("in brackets", _around("({})"), plain=True, for_all_words=False),
    Evasion("in a tag of markup", _around("<b>{}</b>"), plain=True, for_all_words=False),
    Evasion("umlauts as two letters", _each(_TWO_LETTERS), plain=True, for_all_words=True),
    Evasion("accents left out", lambda name, _: _bare(name), plain=True, for_all_words=True),
)
CODE_SPELLINGS = {
    "code run together": lambda code: "".join(sign for sign in code if sign.isalnum()),
    "code with a space": lambda code: _PUNCTUATION.sub(" ", code),
    "code with a long dash": lambda code: _PUNCTUATION.sub("\u2013", code),
    "code in small letters": str.lower,
}
"""Ways to write a code or a study name such as `ABC-101`."""

SPACINGS: dict[str, Callable[[str], str]] = {
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "line breaks between words": lambda text: text.replace(" ", "\n"),
    "tabs between words": lambda text: text.replace(" ", "\t"),
    "emoji between words": lambda text: text.replace(" ", " ✨ "),
    "thin spaces": lambda text: text.replace(" ", "\u2009"),
}
"""Ways to part words that leave the sentence the same."""
