"""Medicines of everybody: brands and INNs of dated lists, looked up word by word, and INN stems of unlisted ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple, Protocol

from compliance.domain.findings import Evidence
from compliance.domain.screening.medicines.spelling import CloseSpellings, folded
from compliance.domain.screening.medicines.written import as_a_name, part_of_a_name
from compliance.domain.screening.remembered import Remembered
from compliance.domain.screening.text.fields import TextField
from compliance.domain.screening.text.marks import TAG_MARKS
from compliance.domain.screening.text.normal import Words
from compliance.domain.screening.text.together import Together

Kind = Literal["brand", "inn", "competitor"]
KINDS: tuple[Kind, ...] = ("brand", "inn", "competitor")
STATUSES = ("prescription", "otc", "authorised", "investigational", "withdrawn", "refused", "unknown")
FREE_SALE = frozenset({"otc", "device"})
"""Statuses of products of ours that may be named to everybody."""
NEWEST = "9999-12-31"
_SHORTEST_PLURAL = 5
_SHORTEST_IN_A_TAG = 6
_SHORTEST_GLUED = 3
_TAIL = 3
_SHORTEST_BEFORE_A_STEM = 3
_LISTED = "listed"
_STEM = "stem"
_MOST_DAYS = 1_000
_NOT_READ = frozenset({"declared", "planned"})


class ListedMedicine(NamedTuple):
    """One row of a medicine list. `as_of` is an ISO date; `written` = "name": also an ordinary word.

    `letters` are the normalised words of the name, with one space between.
    """

    letters: str
    name: str
    kind: Kind
    inn: str
    status: str
    countries: str
    indication: str
    additional_monitoring: str
    written: str
    source: str
    as_of: str


class Names(Protocol):
    """Names that are ours."""

    def __contains__(self, letters: str) -> bool: ...

    def find(self, field: TextField) -> Iterator[Any]: ...


class OtherMention(NamedTuple):
    """A medicine that is not ours at characters [start, end) of a field; `medicine` None: only an INN stem."""

    field: TextField
    start: int
    end: int
    medicine: ListedMedicine | None
    misspelt: bool = False

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.field.path, self.start, self.end, self.field.text[self.start : self.end])


class MedicineIndex:
    """The rows in force on a day, by their first word. Of several rows with one name the first counts."""

    def __init__(self, rows: Iterable[ListedMedicine]) -> None:
        self._single: dict[str, ListedMedicine] = {}
        self._several: dict[str, list[tuple[tuple[str, ...], ListedMedicine]]] = {}
        watched: list[tuple[str, ListedMedicine]] = []
        for row in rows:
            first, _, rest = row.letters.partition(" ")
            if rest:
                self._several.setdefault(first, []).append((tuple(rest.split(" ")), row))
            else:
                self._single.setdefault(first, row)
                if row.kind == "competitor" and not row.written and first.isalpha():
                    watched.append((first, row))
        for longer in self._several.values():
            longer.sort(key=lambda each: -len(each[0]))
        self._close = CloseSpellings(watched) if watched else None
        self._known: dict[Stems, Remembered[ListedMedicine | str | None]] = {}
        self._longest = max(map(len, self._single), default=0)
        self._glued: Remembered[ListedMedicine | None] = Remembered(self._glued_in)

    def __len__(self) -> int:
        return len(self._single) + sum(map(len, self._several.values()))

    def none_in(self, texts: Together, stems: Stems) -> bool:
        """Whether no word of the texts may belong to a medicine."""
        return self._words_with(stems).nothing_to(texts.words) and self._glued.nothing_to(texts.words)

    def find(self, text: TextField, stems: Stems) -> list[OtherMention]:
        """Mentions in order of place, the longest name first; a name that is also a word only where it is a name."""
        found: list[OtherMention] = []
        known = self._words_with(stems)
        for words in text.word_streams:
            looked_at = () if known.nothing_to(words.distinct) else map(known.__getitem__, words.texts)
            for at, may_be in enumerate(looked_at):
                if may_be is None:
                    continue
                if isinstance(may_be, ListedMedicine):
                    found.append(_mention(text, words, at, at, may_be, misspelt=True))
                elif may_be == _LISTED:
                    found.extend(self._at(text, words, at))
                elif not (text.url or text.joined):
                    found.append(_mention(text, words, at, at, None))
            if text.joined or any(tag in text.text for tag in TAG_MARKS):
                found.extend(self._in_tags(text, words))
        return _once(found) if found else found

    def _words_with(self, stems: Stems) -> Remembered[ListedMedicine | str | None]:
        known = self._known.get(stems)
        if known is None:
            known = self._known[stems] = Remembered(partial(self._may_be, stems))
        return known

    def _may_be(self, stems: Stems, word: str) -> ListedMedicine | str | None:
        """What a word may be: the beginning of a listed name, a misspelt one, a word with a stem, or nothing."""
        if word in self._single or word in self._several or word[:-1] in self._single:
            return _LISTED
        row = self._close.find(folded(word)) if self._close and word.isalpha() else None
        return row or (_STEM if word in stems else None)

    def _at(self, text: TextField, words: Words, at: int) -> Iterator[OtherMention]:
        for rest, row in self._several.get(words.texts[at], ()):
            if tuple(words.texts[at + 1 : at + 1 + len(rest)]) == rest and (
                not row.written or as_a_name(text, words, at)
            ):
                yield _mention(text, words, at, at + len(rest), row)
                return
        word = words.texts[at]
        row = self._single.get(word)
        if row is None and len(word) >= _SHORTEST_PLURAL and word[-1] == "s":
            row = self._single.get(word[:-1])
        if row and not part_of_a_name(words, at) and (not row.written or as_a_name(text, words, at)):
            yield _mention(text, words, at, at, row)

    def _in_tags(self, text: TextField, words: Words) -> Iterator[OtherMention]:
        """Names at the beginning or end of run-together words."""
        for at, row in enumerate(map(self._glued.__getitem__, words.texts)):
            if row is None:
                continue
            start = words.start(at)
            if text.joined or (start > 0 and text.text[start - 1] in TAG_MARKS):
                yield _mention(text, words, at, at, row)

    def _glued_in(self, word: str) -> ListedMedicine | None:
        """The name at the beginning or end of a run-together word, the longest first."""
        for length in range(min(len(word) - _SHORTEST_GLUED, self._longest), _SHORTEST_IN_A_TAG - 1, -1):
            row = self._single.get(word[:length]) or self._single.get(word[-length:])
            if row and not row.written:
                return row
        return None


def _mention(
    text: TextField, words: Words, first: int, last: int, row: ListedMedicine | None, *, misspelt: bool = False
) -> OtherMention:
    return OtherMention(text, words[first].start, words[last].end, row, misspelt)


class Stems:
    """Endings that INNs share, such as `-glutide`. A word `in` them ends in one and is longer than it."""

    def __init__(self, stems: Iterable[str], stop: frozenset[str] = frozenset()) -> None:
        """Words in `stop` end in one and name no medicine."""
        self._stop = stop
        self._by_tail: dict[str, tuple[str, ...]] = {}
        for stem in sorted(stems):
            tail = stem[-_TAIL:]
            self._by_tail[tail] = (*self._by_tail.get(tail, ()), stem)

    def __contains__(self, word: str) -> bool:
        stems = self._by_tail.get(word[-_TAIL:])
        if not stems or word in self._stop or not word.isalpha():
            return False
        return any(word.endswith(stem) and len(word) >= len(stem) + _SHORTEST_BEFORE_A_STEM for stem in stems)


@dataclass(frozen=True, slots=True, eq=False)
class MedicineList:
    """All rows of one source as of one ISO date."""

    source: str
    as_of: str
    rows: tuple[ListedMedicine, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MedicineLists:
    """Every list there is, in any order. `packaged` come with the product and yield to all others."""

    lists: tuple[MedicineList, ...] = ()
    packaged: tuple[MedicineList, ...] = ()
    _indexes: dict[tuple[MedicineList, ...], MedicineIndex] = field(default_factory=dict)
    _by_day: dict[str, MedicineIndex] = field(default_factory=dict)

    def on(self, day: str) -> MedicineIndex:
        """The newest list of each source up to the ISO date `day`, else its oldest: unknown is not safe."""
        known = self._by_day.get(day)
        if known is not None:
            return known
        chosen = (*_newest(self.lists, day), *_newest(self.packaged, day))
        index = self._indexes.get(chosen)
        if index is None:
            index = MedicineIndex(_merged(each.rows for each in chosen))
            self._indexes[chosen] = index
        if len(self._by_day) >= _MOST_DAYS:
            self._by_day.clear()
        self._by_day[day] = index
        return index


def others_in(texts: Together, index: MedicineIndex, stems: Stems, own: Names) -> list[OtherMention]:
    """Everybody else's medicines in what may go out or came in; the body of a page that is not ours is left out."""
    found: list[OtherMention] = []
    for text in () if index.none_in(texts, stems) else texts.fields:
        if text.third_party or text.part in _NOT_READ:
            continue
        others = index.find(text, stems)
        if others:
            ours = list(own.find(text))
            found.extend(
                other
                for other in others
                if not any(each.start < other.end and other.start < each.end for each in ours)
                and not (other.medicine and other.medicine.letters.replace(" ", "") in own)
            )
    return found


@lru_cache(maxsize=8)
def stems_of(stems: frozenset[str], stop: frozenset[str]) -> Stems:
    """The same stems once."""
    return Stems(stems, stop)


def _newest(lists: Sequence[MedicineList], day: str) -> list[MedicineList]:
    by_source: dict[str, list[MedicineList]] = {}
    for each in sorted(lists, key=lambda each: (each.source, each.as_of)):
        by_source.setdefault(each.source, []).append(each)
    return [([each for each in dated if each.as_of <= day] or dated[:1])[-1] for dated in by_source.values()]


def _merged(lists: Iterable[Sequence[ListedMedicine]]) -> Iterator[ListedMedicine]:
    """One row a name: on free sale only where every list that knows says so; a watched competitor stays one."""
    kept: dict[str, ListedMedicine] = {}
    for rows in lists:
        for row in rows:
            first = kept.get(row.letters)
            kept[row.letters] = row if first is None else _stricter(first, row)
    yield from kept.values()


def _stricter(one: ListedMedicine, other: ListedMedicine) -> ListedMedicine:
    chosen = other if _RANK[other.status] > _RANK[one.status] else one
    kind = "competitor" if "competitor" in {one.kind, other.kind} else chosen.kind
    return chosen if chosen.kind == kind else chosen._replace(kind=kind)


_RANK: Mapping[str, int] = {
    status: rank
    for rank, status in enumerate(
        ("unknown", "otc", "withdrawn", "refused", "authorised", "prescription", "investigational")
    )
}


def _once(found: list[OtherMention]) -> list[OtherMention]:
    kept: list[OtherMention] = []
    for mention in sorted(found, key=lambda each: (each.start, -each.end, each.medicine is None)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept
