"""One name for another wherever it stands: in running words, tags, handles, addresses, spaced out or misspelt."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from support.metamorphic.texts import joined, mapped

_SEPARATORS = r"[\s\-\u2013_.]{0,2}"
_LOOSE = r"[\W_]{1,3}"
_SPELLED_OUT_FROM = 5
_GLUED_FROM = 5
_MISSPELT_FROM = 6
_ENDINGS = frozenset({"s", "es", "en", "n"})
_NO_TEXT = re.compile(
    r"action_id|type|channel\..*|actor\..*|stakeholder\..*|scheduled_for\..*|.*\.(kind|currency|status|country|own_domain"
    r"|captured_at|author_relation|mode|cabin|signed_on)|contract\.currency"
)
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"[^\s,;:!?()\[\]\"'/#@]+")


_LATIN, _CYRILLIC, _GREEK = "aeopcxyiskmtbh", "аеорсхуіѕкмтвн", "αεορсχυιѕκμτβη"
_TO_LATIN = str.maketrans("01345" + _CYRILLIC + _GREEK, "oieas" + _LATIN * 2)
_AS_DIGITS = str.maketrans("oieas", "01345")
_AS_CYRILLIC = str.maketrans(_LATIN[:8], _CYRILLIC[:8])


class Renaming:
    """Replaces each old name by its new one; what stays the same for a reader stays the same in form."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._new: dict[str, tuple[str, str]] = {}
        for old, new in pairs:
            if key := squeezed(old):
                self._new.setdefault(key, (old, new))
        names = sorted((old for old, _ in self._new.values()), key=lambda name: (-len(squeezed(name)), name))
        self._any = re.compile("|".join(_flexible(name) for name in names) or r"(?!)", re.IGNORECASE)
        self._spelled = re.compile(
            "|".join(
                rf"(?<![^\W_]){_LOOSE.join(map(re.escape, squeezed(name)))}(?![^\W_])"
                for name in names
                if len(squeezed(name)) >= _SPELLED_OUT_FROM
            )
            or r"(?!)",
            re.IGNORECASE,
        )
        self._long = [key for key in self._new if len(key) >= _MISSPELT_FROM and key.isalpha()]

    def __call__(self, snapshot: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of the snapshot with every name replaced."""
        return mapped(snapshot, lambda path, text: text if _NO_TEXT.fullmatch(path) else self.text(text, path))

    def text(self, text: str, path: str = "") -> str:
        """One text with every name replaced; in tags, handles and addresses also inside a word."""
        text = self._spelled.sub(self._spelled_out, text)
        text = _RUN.sub(self._disguised, text)
        text = self._any.sub(lambda match: self._replaced(match, joined(path)), text)
        return _WORD.sub(self._misspelt, text)

    def _replaced(self, match: re.Match[str], inside_words: bool) -> str:
        found = match.group()
        old, new = self._new[squeezed(found)]
        if _free(match):
            fitting = _in_the_case_of(found, old, new)
            return fitting.replace(" ", "") if " " in old and " " not in found else fitting
        run = _run_around(match)
        glued = inside_words or "#" in run or "@" in run or "://" in run or "www." in run
        if glued and (len(squeezed(found)) >= _GLUED_FROM or _camel(match)):
            return _in_the_case_of(found, old, new.title() if " " in new else new).replace(" ", "")
        return found

    def _spelled_out(self, match: re.Match[str]) -> str:
        found = match.group()
        if len(set(re.findall(r"[\W_]+", found))) != 1 or squeezed(found) not in self._new:
            return found
        old, new = self._new[squeezed(found)]
        separator = re.findall(r"[\W_]+", found)[0]
        letters = "".join(sign for sign in found if sign.isalnum())
        return separator.join(_in_the_case_of(letters, old, squeezed(new, fold=False)))

    def _disguised(self, match: re.Match[str]) -> str:
        """A name behind look-alike letters, digits for letters or signs between: the new one behind the same."""
        run = match.group().rstrip(".")
        rest = match.group()[len(run) :]
        key = squeezed(plain_letters(run))
        if key not in self._new or (squeezed(run) == key and run.isalnum()) or len(key) < _SPELLED_OUT_FROM:
            return match.group()
        old, new = self._new[key]
        if old.casefold() == run.casefold():
            return match.group()
        new = _in_the_case_of(squeezed(plain_letters(run), fold=False), old, squeezed(new, fold=False))
        if squeezed(run) != key:
            digits = {code: sign for code, sign in _AS_DIGITS.items() if chr(sign) in run}
            new = new.translate(digits or _AS_CYRILLIC)
        signs = re.search(r"[^\w]+", run)
        return (f"{new[:3]}{signs.group()}{new[3:]}" if signs else new) + rest

    def _misspelt(self, match: re.Match[str]) -> str:
        word = match.group().casefold()
        if len(word) < _MISSPELT_FROM or word in self._new:
            return match.group()
        for key in self._long:
            if abs(len(key) - len(word)) <= 1 and not word.startswith(key) and one_edit_apart(key, word):
                old, new = self._new[key]
                return _in_the_case_of(match.group(), old, misspelt(new, random.Random(word)))
        return match.group()


@lru_cache(maxsize=4096)
def squeezed(name: str, *, fold: bool = True) -> str:
    """The letters and digits of a name alone."""
    letters = "".join(sign for sign in name if sign.isalnum())
    return letters.casefold() if fold else letters


def plain_letters(text: str) -> str:
    """Text without look-alike letters and digits for letters, as a reader takes it."""
    plain = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign) not in {"Mn", "Cf"}
    )
    return plain.translate(_TO_LATIN)


def misspelt(name: str, chance: random.Random) -> str:
    """One inner vowel becomes another one; without a vowel one letter is doubled."""
    places = [at for at, sign in enumerate(name) if at and sign in "aeiou"]
    if not places:
        return name + name[-1]
    at = chance.choice(places)
    return name[:at] + chance.choice([vowel for vowel in "aeiou" if vowel != name[at]]) + name[at + 1 :]


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one letter replaced, left out or added makes one of the other."""
    if len(one) > len(other):
        one, other = other, one
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    same_length = len(one) == len(other)
    return one != other and one[start + same_length :] == other[start + 1 :]


def _flexible(name: str) -> str:
    parts = re.findall(r"[^\W\d_]+|\d+", name)
    return _SEPARATORS.join(map(re.escape, parts))


def _free(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start(), match.end()
    if start and text[start - 1].isalnum():
        return False
    rest = re.match(r"[^\W_]*", text[end:])
    ending = rest.group() if rest else ""
    return not ending or (ending in _ENDINGS and len(match.group()) >= _MISSPELT_FROM)


def _run_around(match: re.Match[str]) -> str:
    before = re.search(r"\S*$", match.string[: match.start()])
    after = re.match(r"\S*", match.string[match.end() :])
    return (before.group() if before else "") + match.group() + (after.group() if after else "")


def _camel(match: re.Match[str]) -> bool:
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return match.group()[:1].isupper() and not after.islower() and (not before.isalpha() or before.islower())


def _in_the_case_of(found: str, old: str, new: str) -> str:
    if found.islower():
        return new.lower()
    if found.isupper() and not old.isupper():
        return new.upper()
    return new
