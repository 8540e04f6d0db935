"""Which keys and topics the relay must leave alone for now, and for how long. Pure: time is passed in."""

from __future__ import annotations

from shared.outbox.rows import OutboxRow, Outcome

Key = tuple[str, str]
"""Topic and aggregate id."""

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 60.0


def backoff(attempts: int) -> float:
    """Seconds to wait after the `attempts`-th failure: doubling from half a second to a minute."""
    return min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** min(max(attempts - 1, 0), 16))


class Holds:
    """A refused row holds back its own key; a missing topic holds back the topic. Everything else goes on."""

    def __init__(self) -> None:
        self._keys: dict[Key, float] = {}
        self._topics: dict[str, float] = {}

    def note(self, row: OutboxRow, outcome: Outcome, *, now: float) -> None:
        """Hold after a refusal, until the back-off is over. A published or deferred row changes nothing."""
        if outcome.refusal is None:
            return
        due = now + backoff(row.attempts + 1)
        if outcome.topic_missing:
            self._topics[row.topic] = due
        else:
            self._keys[row.topic, row.key] = due

    def keys(self, now: float) -> list[Key]:
        """Keys to leave out at `now`; those whose time has come are forgotten."""
        self._keys = {key: due for key, due in self._keys.items() if due > now}
        return list(self._keys)

    def topics(self, now: float) -> list[str]:
        """Topics to leave out at `now`."""
        self._topics = {topic: due for topic, due in self._topics.items() if due > now}
        return list(self._topics)
