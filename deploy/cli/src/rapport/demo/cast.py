"""Who and what one run of the demo invents. `mark` makes the names of a run its own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

HOST = "social.example"
DECLARATION = "Shared by Havelmark Pharma"
ENGAGER = {
    "name": "Demo colleague",
    "function": "communications",
    "relation": "employee",
    "trained_until": "2099-12-31",
    "authorised_platforms": ["mastodon", "in_person"],
}
PLAN = {
    "title": "Questions before the consultation",
    "therapy_area": "type 2 diabetes",
    "objective": "Help people who explain the consultation to reach those who have questions",
}
_COLUMNS = (
    "name",
    "type",
    "country",
    "handles",
    "lawful_basis",
    "notice_sent_on",
    "contracted",
    "minor",
    "relationship_stage",
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of one run and their posts."""

    mark: str

    @property
    def explainer(self) -> str:
        """A journalist who explains things."""
        return f"Alma Rehn {self.mark}"

    @property
    def enthusiast(self) -> str:
        """A blogger who names our medicine together with its use."""
        return f"Pio Castell {self.mark}"

    @property
    def reporter(self) -> str:
        """Somebody whose post may report a side effect."""
        return f"Greet Janssens {self.mark}"

    @property
    def leaver(self) -> str:
        """Somebody who will opt out."""
        return f"Dr Bo Lindahl {self.mark}"

    def handle(self, name: str) -> str:
        """Their account on Mastodon."""
        return f"{name.split()[-2].lower()}{self.mark}@{HOST}"

    def people_csv(self) -> bytes:
        """Four people and one row that cannot be read."""
        rows = [
            (self.explainer, "journalist", "DE"),
            (self.enthusiast, "blogger", "IT"),
            (self.reporter, "patient_advocate", "NL"),
            (self.leaver, "hcp", "SE"),
        ]
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(_COLUMNS)
        for name, kind, country in rows:
            facts = ("legitimate_interest", "2026-09-14", "no", "no", "aware")
            writer.writerow((name, kind, country, f"mastodon:{self.handle(name)}", *facts))
        writer.writerow((f"Row With A Slip {self.mark}", "jurnalist", "DE", "", *("",) * 5))
        return text.getvalue().encode()

    def posts_json(self, now: datetime) -> bytes:
        """A Mastodon timeline of their posts."""
        said = [
            (self.explainer, "What to ask before you leave the consultation: seven questions, collected with readers."),
            (self.explainer, f"More on questions tomorrow, with @{self.handle(self.leaver)} as a guest."),
            (self.enthusiast, "At the congress: Velorin in type 2 diabetes, the whole lecture in one thread."),
            (
                self.reporter,
                "Since my mother started Velorin on Monday she has had a bad rash. Where do I report this?",
            ),
            (self.leaver, f"Looking forward to the evening with @{self.handle(self.explainer)}, bring your questions."),
        ]
        statuses = [self._status(number, name, text, now) for number, (name, text) in enumerate(said)]
        return json.dumps(statuses).encode()

    def url(self, name: str, number: int) -> str:
        """The address of a post."""
        return f"https://{HOST}/@{self.handle(name).partition('@')[0]}/{self.mark}{number}"

    def _status(self, number: int, name: str, text: str, now: datetime) -> dict[str, Any]:
        url = self.url(name, number)
        return {
            "id": f"{self.mark}{number}",
            "uri": url,
            "url": url,
            "created_at": (now - timedelta(hours=number + 1)).isoformat(),
            "content": f"<p>{text}</p>",
            "account": {"acct": self.handle(name), "display_name": name},
            "mentions": [{"acct": self.handle(other)} for other in self._named_in(text)],
        }

    def _named_in(self, text: str) -> list[str]:
        everybody = (self.explainer, self.enthusiast, self.reporter, self.leaver)
        return [name for name in everybody if f"@{self.handle(name)}" in text]


def share(*, text: str, purpose: str, value: str) -> dict[str, Any]:
    """The words of a share on Mastodon."""
    return {**_spoken(text, purpose, value), "type": "share", "declaration": DECLARATION}


def comment(*, text: str, purpose: str, value: str) -> dict[str, Any]:
    """The words of a comment on Mastodon."""
    return {**_spoken(text, purpose, value), "type": "comment", "declaration": "Answered by Havelmark Pharma"}


def thank_in_person() -> dict[str, Any]:
    """A thank-you, said in person."""
    return {
        "type": "thank",
        "channel": {"platform": "in_person", "audience": "private"},
        "purpose": "Thank him for the evening with readers",
        "value_statement": "He hears that the evening was of use",
        "kpi": "None: a thank you asks for nothing",
        "text": "Thank you for the evening with readers.",
        "declaration": "I work for Havelmark Pharma",
    }


def slot(start: datetime, *, minutes: float) -> Mapping[str, str]:
    """From `start` on."""
    return {"start": start.isoformat(), "end": (start + timedelta(minutes=minutes)).isoformat()}


def _spoken(text: str, purpose: str, value: str) -> dict[str, Any]:
    channel = {"platform": "mastodon", "audience": "public", "account": "corporate"}
    return {"channel": channel, "text": text, "purpose": purpose, "value_statement": value, "kpi": "Questions answered"}
