"""What people say to one another about a case. Nothing that was said is changed: a correction stands beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Literal

from compliance.domain.events import Occasion, StateChange
from compliance.domain.records import Document
from compliance.domain.review.spans import Anchor
from shared.kernel.errors import Forbidden, InvalidTransition, InvalidValue

Kind = Literal["comment", "reply", "correction"]
MOST = 200
"""Entries of one discussion."""
_MENTION = re.compile(r"(?<![\w@./:])@(\w(?:[\w.+|:-]*\w)?)(?![\w@])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entry; `text` is None once the person it may be about was erased. `corrects` is the number of an entry."""

    by: str
    name: str
    at: datetime
    text: str | None
    kind: Kind = "comment"
    corrects: int | None = None
    mentions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "text": self.text, "corrects": self.corrects, "mentions": list(self.mentions)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """A comment on one version of an action, perhaps on a place in it, and what followed.

    Entries are counted from 0.
    """

    action_id: str
    action_version: int
    stakeholder_id: str
    anchor: Anchor | None
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentChanged(StateChange):
    AGGREGATE: ClassVar[str] = "comment"

    discussion: Discussion

    def evidence(self) -> Mapping[str, Any]:
        return {"action_id": self.discussion.action_id, "action_version": self.discussion.action_version}

    @property
    def about(self) -> str | None:
        return self.discussion.stakeholder_id


class CommentSaid(CommentChanged):
    """Something was said: the newest entry."""

    def personal(self) -> Mapping[str, Any]:
        anchor = self.discussion.anchor
        newest = self.discussion.said[-1].as_json()
        return {"said": newest, **({} if anchor is None else {"anchor": anchor.as_json()})}


class CommentWritten(CommentSaid):
    """A discussion begins."""


class CommentReplied(CommentSaid):
    """Somebody answered."""


class CommentCorrected(CommentSaid):
    """Somebody takes back or puts right what they said; what they said stays."""


class CommentResolved(CommentChanged):
    """Nothing is left to discuss."""


class CommentReopened(CommentChanged):
    """Something is."""


class CommentErased(CommentChanged):
    """The person it may be about was erased, and the words with them."""


class Comment(Document[Discussion]):
    """`open`, `resolved`, `open` again; `erased` for good."""

    @classmethod
    def write(cls, comment_id: str, discussion: Discussion) -> Comment:
        """A new discussion with its first entry."""
        comment = cls(comment_id, discussion, state="open")
        comment._write(CommentWritten, None, _occasion(discussion.said[0]))
        return comment

    def reply(self, said: Said) -> None:
        """Answer. Raises InvalidTransition unless it is open."""
        if self.state != "open":
            raise InvalidTransition(f"this discussion is {self.state}", remedy="reopen it, or begin another")
        self._add(replace(said, kind="reply"), CommentReplied)

    def correct(self, said: Said) -> None:
        """Put right what one said oneself; the author alone. Raises InvalidValue, Forbidden, InvalidTransition."""
        self._ensure_kept()
        number = said.corrects
        entries = self.details.said
        if number is None or not 0 <= number < len(entries):
            raise InvalidValue(
                "there is no such entry", field="corrects", remedy=f"entries are counted from 0 to {len(entries) - 1}"
            )
        if entries[number].by != said.by:
            raise Forbidden("somebody else said this", remedy="reply to it, or ask them to correct it")
        self._add(replace(said, kind="correction"), CommentCorrected)

    def resolve(self, occasion: Occasion) -> None:
        """Nothing is left to discuss."""
        self._move("open", "resolved", CommentResolved, occasion)

    def reopen(self, occasion: Occasion) -> None:
        """Something is left to discuss."""
        self._move("resolved", "open", CommentReopened, occasion)

    def erase(self, occasion: Occasion) -> None:
        """Forget the words, of the action and of everybody; who spoke, and when, stays."""
        if self.state == "erased":
            return
        old, self.state = self.state, "erased"
        said = tuple(replace(each, text=None, mentions=()) for each in self.details.said)
        self.details = replace(self.details, anchor=None, said=said)
        self._write(CommentErased, old, occasion)

    def _add(self, said: Said, event: type[CommentChanged]) -> None:
        if len(self.details.said) >= MOST:
            raise InvalidTransition(f"a discussion has {MOST} entries at most", remedy="begin another")
        self.details = replace(self.details, said=(*self.details.said, said))
        self._write(event, self.state, _occasion(said))

    def _move(self, old: str, new: str, event: type[CommentChanged], occasion: Occasion) -> None:
        if self.state != old:
            raise InvalidTransition(f"this discussion is {self.state}, not {old}", remedy="read it again")
        self.state = new
        self._write(event, old, occasion)

    def _ensure_kept(self) -> None:
        if self.state == "erased":
            raise InvalidTransition("the words of this discussion were erased", remedy="there is nothing to correct")

    def _write(self, event: type[CommentChanged], old: str | None, occasion: Occasion) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.record_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                discussion=self.details,
            )
        )


def mentioned(text: str) -> tuple[str, ...]:
    """The subjects that stand in a text as `@subject`, each once; addresses of other networks are none."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def _occasion(said: Said) -> Occasion:
    return Occasion(by=said.by, at=said.at)
