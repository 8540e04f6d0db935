"""Registry and audit as the gate's tests meet them. They run the suites of the real ones, in tests/contract."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from compliance.application.ports.peers import Permission, Recapture
from compliance.domain.facts import KnownStakeholder
from shared.kernel.errors import Unavailable

UNKNOWN = Recapture(state="unknown", text=None)
_ADULTS = frozenset({"hcp", "researcher", "journalist", "organisation"})


@dataclass
class FakeRegistry:
    """Answers with what the test put in; `refuses` adds reasons of its own; `down` makes it silent."""

    known: dict[str, KnownStakeholder] = field(default_factory=dict[str, KnownStakeholder])
    down: bool = False
    refuses: tuple[str, ...] = ()

    async def permission(self, stakeholder_id: str) -> Permission | None:
        if self.down:
            raise Unavailable("the registry does not answer")
        if not _is_an_id(stakeholder_id):
            raise Unavailable("the registry answered 422")
        known = self.known.get(stakeholder_id)
        if known is None or known.erased:
            return None
        reasons = (*_reasons(known.facts), *self.refuses)
        return Permission(known=known, may_approach=not reasons, reasons=reasons)


def _is_an_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _reasons(facts: Any) -> tuple[str, ...]:
    judged = {
        "opted_out": facts["opted_out"],
        "do_not_engage": facts["do_not_engage"],
        "open_complaint": facts["open_complaint"],
        "minor": facts["minor"] is True,
        "minor_unknown": facts["minor"] is None and facts["type"] not in _ADULTS,
        "lawful_basis_unknown": facts["lawful_basis"] is None,
    }
    return tuple(code for code, holds in judged.items() if holds)


@dataclass
class FakeAudit:
    """Knows what was captured and what somebody saw; `answer` stands for all of it; `down` makes it silent."""

    answer: Recapture | None = None
    down: bool = False
    posts: dict[str, Recapture] = field(default_factory=dict[str, Recapture])

    async def recapture(self, url: str) -> Recapture:
        assert url
        if self.down:
            raise Unavailable("the audit does not answer")
        return self.answer or self.posts.get(url, UNKNOWN)

    def capture(self, url: str, text: str) -> None:
        """Other words end what somebody saw before."""
        if url not in self.posts or self.posts[url].text != text:
            self.posts[url] = Recapture(state="unconfirmed", text=text)

    def see(self, url: str, seen: Literal["confirmed", "changed", "deleted"], by: str) -> None:
        """Somebody looked at the source."""
        who = None if seen == "deleted" else by
        self.posts[url] = replace(self.posts[url], state=seen, confirmed_by=who)

    def expire(self) -> None:
        """A confirmation is a day old."""
        for url, post in self.posts.items():
            if post.state == "confirmed":
                self.posts[url] = replace(post, state="unconfirmed", confirmed_by=None)
