"""How a word is written: as a name or a person's, cut apart, reversed, escaped, or with marks for letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote

from compliance.domain.screening.text.confusables import MARKS_AS_LETTERS
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.marks import TAG_MARKS
from compliance.domain.screening.text.normal import Token, Words, unplain, words

_TITLES = frozenset(
    words("dr prof professor mr mrs ms miss frau herr dra doctor madame monsieur signora signor doktor mevrouw")
)
_QUOTES = " \"'“”‘’(#@"  # noqa: RUF001 - quotation marks
_PICTURES = frozenset({"So", "Sk", "Mn", "Cf"})  # emoji with what colours and joins them
_SENTENCE_END = ".!?:;\n…"
_MADE_A_NAME = re.compile(
    r"\s?[®™©]|\s?\(R\)|\s?\d+(?:[.,]\d+)?\s?(?:mg|µg|mcg|ml|g|iu|ie)\b"
    r"|\s(?:tablet|capsule|pill|inhaler|injection|kapsel|tablett|tabletk|comprim|compress|pastill)[a-zéè]{0,3}\b",
    re.IGNORECASE,
)
_NEAR = 6
_MOSTLY = 0.6
_MARKS = "@$€|!£+¥¢"
_MARK_IN_A_WORD = re.compile(  # each begins with a mark: what to look for is then found far faster
    r"(?<=\w)[@$€|!£+¥¢]+\w|(?<!\w)[@$€£¥]\w{3}|(?<=[^\W\d_])[@$€£¥¢]+(?!\w)"
)
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}|xn--", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_MOST_DECODINGS = 4
_LONGEST_RUN = 80
_REVERSED = "\u202e"
_HIDING = (_REVERSED, "%")
_HOST = "xn--"
_POP = "\u202c"
_LETTERS_APART = re.compile(r"(?<!\w)\w(?!\w)(?:\W{1,3}\w(?!\w)){3,}")
_NO_CUT = frozenset(" \t\r\f\v\x1c\x1d\x1e\x1f.,;:!?'\"/@#")
_CUT = re.compile(r"(?<!\w)\w+(?:[^\w\s.,;:!?'’\"/@#]{1,3}\w+)+")  # noqa: RUF001 - an apostrophe
_MOST_PIECES = 12
_MANY = 20
_WHOLE_WORD = 4
_KINDS = {
    code: "w" if re.match(r"\w", chr(code)) else "\n" if code == ord("\n") else "s" if chr(code) in _NO_CUT else "m"
    for code in range(128)
}
"""Letters of words, marks that may cut a word, and all other spaces and marks."""


def part_of_a_name(text: Words, at: int) -> bool:
    """`Dr Humira Qazi`: a title before and a capitalised name after make a medicine's name a person's.

    Where nothing at all is capitalised, any word after it may be the family name.
    """
    titled = at > 0 and text.texts[at - 1] in _TITLES
    if not titled or at + 1 >= len(text):
        return False
    return text[at + 1].capital or not any(token.capital for token in text)


def as_a_name(field: TextField, text: Words, at: int) -> bool:
    """Whether a common word stands as a name: marked, in capitals, or capitalised in a sentence that is no headline.

    In a tag only capitals throughout tell a name.
    """
    if _MADE_A_NAME.match(field.text, text[at].end) or _in_capitals(field, text, at):
        return True
    start = text[at].start
    if not text[at].capital or field.text[start - 1 : start] in TAG_MARKS:
        return False
    before = field.text[:start].rstrip(_QUOTES)
    while before and unicodedata.category(before[-1]) in _PICTURES:
        before = before[:-1].rstrip(_QUOTES)
    return bool(before) and before[-1] not in _SENTENCE_END and not _headline(text, at)


def _in_capitals(field: TextField, text: Words, at: int) -> bool:
    """Whether the word is written in capitals throughout, and those around it mostly are not."""
    if not field.text[text[at].start : text[at].end].isupper():
        return False
    around = [*text[max(0, at - _NEAR) : at], *text[at + 1 : at + 1 + _NEAR]]
    written = [field.text[token.start : token.end] for token in around]
    long = [word for word in written if len(word) > 1 and word.isalpha()]
    return not long or sum(word.isupper() for word in long) / len(long) <= _MOSTLY


def _headline(text: Sequence[Token], at: int) -> bool:
    """Whether most words around are capitalised, so that a capital says nothing."""
    around = [*text[max(0, at - _NEAR) : at], *text[at + 1 : at + 1 + _NEAR]]
    long = [token for token in around if len(token.text) > 1 and token.text.isalpha()]
    return len(long) > 1 and sum(token.capital for token in long) / len(long) > _MOSTLY


def may_join_runs(text: str) -> bool:
    """Whether `joined_runs` may find anything in any of the lines of a text."""
    return any(True for _ in _patterns_worth_trying(text))


def may_hide_words(text: str) -> bool:
    """Whether `marks_as_letters` or `hidden_words` may find anything in any of the lines of a text."""
    return any(mark in text for mark in (*_MARKS, *_HIDING)) or _HOST in text.lower()


def joined_runs(field: TextField) -> Iterator[tuple[str, int, int]]:
    """Letters run together, with the place of each run, where marks or spaces stand between single letters."""
    for pattern in _patterns_worth_trying(field.text):
        for match in pattern.finditer(field.text):
            if match.end() - match.start() > _LONGEST_RUN:
                continue
            pieces = words(match.group())
            if pattern is _LETTERS_APART and max(map(len, pieces), default=0) >= _WHOLE_WORD:
                continue  # words of a text with something unseen between their letters: they are read as words
            if len(pieces) <= _MOST_PIECES or pattern is _LETTERS_APART:
                yield "".join(pieces), match.start(), match.end()


def _patterns_worth_trying(text: str) -> Iterator[re.Pattern[str]]:
    """The patterns above that may match: told from the kinds of a text's characters, ten times faster."""
    if not text.isascii():
        odd = unplain(text)
        if len(odd) > _MANY:
            yield from (_LETTERS_APART, _CUT)
            return
        for character in odd:
            text = text.replace(character, _of_its_kind(character))
    kinds = text.translate(_KINDS)
    gaps = kinds.replace("m", "s").replace("\n", "s")
    if "swsws" in gaps.replace("sss", "s").replace("ss", "s"):
        yield _LETTERS_APART
    if "wmw" in kinds or "wmmw" in kinds or "wmmmw" in kinds:
        yield _CUT


@lru_cache(maxsize=4096)
def _of_its_kind(character: str) -> str:
    """A plain character that the patterns above treat alike."""
    if re.match(r"\w", character):
        return "a"
    if character == "\u2019":
        return "'"
    return " " if re.match(r"\s", character) else "*"


def marks_as_letters(field: TextField) -> Iterator[Words]:
    """The words once more with `@ $ € | !` read as letters, where such a mark stands in a word."""
    if _MARK_IN_A_WORD.search(field.text):
        yield TextField(field.path, field.text.translate(MARKS_AS_LETTERS), field.part).tokens


def hidden_words(field: TextField) -> Iterator[tuple[TextField, int, int]]:
    """What reversed writing, percent-escapes and encoded host names stand for, with the place they stand at."""
    text = field.text
    start = text.find(_REVERSED)
    while start >= 0:
        end = text.find(_POP, start)
        end = len(text) if end < 0 else end
        yield TextField(field.path, text[start + 1 : end][::-1], field.part, joined=True), start, end
        start = text.find(_REVERSED, end)
    if "%" not in text and _HOST not in text.lower():
        return
    for match in _WORD.finditer(text):
        if not _ENCODED.search(match.group()):
            continue
        plain = ".".join(_host(label) for label in _unquoted(match.group()).split("."))
        if plain != match.group():
            yield TextField(field.path, plain, field.part, joined=True), match.start(), match.end()


def _unquoted(text: str) -> str:
    for _ in range(_MOST_DECODINGS):
        plain = unquote(text)
        if plain == text:
            break
        text = plain
    return text


def _host(label: str) -> str:
    before, mark, encoded = label.partition(_HOST)
    if not mark:
        return label
    code, slash, rest = encoded.partition("/")
    try:
        return before + code.encode("ascii").decode("punycode") + slash + rest
    except (UnicodeError, ValueError):
        return label
