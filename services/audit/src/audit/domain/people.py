"""Whom we look for, and how a text is searched for all of them at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal, Protocol

from audit.domain.handles import Account, account
from audit.domain.imported import ImportedPost

MatchedBy = Literal["handle", "name"]
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person or organisation, as far as the audit needs to know them."""

    id: str
    name: str
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class Links:
    """Whom a post is by (if registered) and whom it mentions, each with the strongest evidence found."""

    author_id: str | None = None
    mentioned: tuple[tuple[str, MatchedBy], ...] = ()

    @property
    def anybody(self) -> bool:
        """Whether the post is by or about somebody of ours."""
        return self.author_id is not None or bool(self.mentioned)

    def ids(self) -> set[str]:
        """Everybody of ours it is by or about."""
        return {each for each, _ in self.mentioned} | ({self.author_id} if self.author_id else set())

    def replaced(self, searched: AbstractSet[str], found: Links) -> Links:
        """These links, with what was `found` in place of all that concerned the people `searched` for."""
        kept_author = self.author_id if self.author_id not in searched else None
        author = found.author_id or kept_author
        mentioned = dict(found.mentioned)
        mentioned.update((each, how) for each, how in self.mentioned if each not in searched)
        return Links(author, tuple(sorted((each, how) for each, how in mentioned.items() if each != author)))


class PhraseFinder(Protocol):
    """Finds every occurrence, overlapping ones too, of a fixed list of phrases."""

    def find(self, text: str) -> Iterable[tuple[int, int, int]]:
        """`(phrase number, start, end)` in characters."""
        ...


FinderFactory = Callable[[Sequence[str]], PhraseFinder]


class Directory:
    """Everybody we look for, searchable in one pass over a text.

    Handles and names of several words match in any case; a name of one word only as it is spelled, because it may
    be a common word. Only whole words count. A handle is a mention on its own platform only.
    """

    def __init__(self, people: Iterable[Person], finder: FinderFactory) -> None:
        self.people = {person.id: person for person in people}
        self._by_account: dict[Account, list[str]] = {}
        folded: dict[str, list[str]] = {}
        exact: dict[str, list[str]] = {}
        for person in sorted(self.people.values(), key=lambda each: each.id):
            for each in person.accounts:
                self._by_account.setdefault(each, []).append(person.id)
            name = plain(person.name)
            if " " in name:
                folded.setdefault(name.casefold(), []).append(person.id)
            elif len(name) > 2:  # noqa: PLR2004 - two letters are initials, not a name
                exact.setdefault(name, []).append(person.id)
        handles = sorted({"@" + each.handle for each in self._by_account})
        self._folded = _Phrases(folded, handles, finder)
        self._exact = _Phrases(exact, [], finder)

    def links_of(self, post: ImportedPost) -> Links:
        """By whom and about whom a post is. Nobody mentions themselves."""
        authors = self._by_account.get(account(post.platform, post.author_handle), [])
        author = authors[0] if authors else None
        found: dict[str, MatchedBy] = {}
        text = plain(f"{post.text}\n{post.media_text or ''}")
        for person_id in (*self._folded.names_in(text.casefold()), *self._exact.names_in(text)):
            found.setdefault(person_id, "name")
        for handle in (*self._folded.handles_in(text.casefold()), *_marked(post)):
            for person_id in self._by_account.get(account(post.platform, handle), []):
                found[person_id] = "handle"
        return Links(author, tuple(sorted((each, how) for each, how in found.items() if each != author)))


def plain(text: str) -> str:
    """Compatibility forms and runs of white space made one."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def _marked(post: ImportedPost) -> tuple[str, ...]:
    """Handles the source itself marks: mentions, the author of a repost, the one replied to."""
    return (*post.mentions, *(each for each in (post.repost_of, post.reply_to) if each))


class _Phrases:
    """Names and handles with the finder over both."""

    def __init__(self, names: dict[str, list[str]], handles: list[str], finder: FinderFactory) -> None:
        self._owners = list(names.values())
        self._handles = handles
        phrases = [*names, *handles]
        self._finder = finder(phrases) if phrases else None

    def names_in(self, text: str) -> list[str]:
        return [
            owner
            for number, start, end in self._hits(text)
            if number < len(self._owners) and _whole_name(text, start, end)
            for owner in self._owners[number]
        ]

    def handles_in(self, text: str) -> list[str]:
        return [
            self._handles[number - len(self._owners)]
            for number, start, end in self._hits(text)
            if number >= len(self._owners) and _whole_handle(text, start, end)
        ]

    def _hits(self, text: str) -> Iterable[tuple[int, int, int]]:
        return self._finder.find(text) if self._finder else ()


def _wordy(character: str) -> bool:
    return character.isalnum() or character == "_"


def _whole_name(text: str, start: int, end: int) -> bool:
    before, after, next_one = text[start - 1 : start], text[end : end + 1], text[end + 1 : end + 2]
    if before and (_wordy(before) or before in "@#-"):
        return False
    return not (after and (_wordy(after) or (after == "-" and next_one.isalnum())))


def _whole_handle(text: str, start: int, end: int) -> bool:
    before, after, next_one = text[start - 1 : start], text[end : end + 1], text[end + 1 : end + 2]
    if before and (_wordy(before) or before in "@."):
        return False
    return not (after and (_wordy(after) or (after in "@.-" and next_one.isalnum())))
