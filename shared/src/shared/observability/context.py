"""What the work at hand belongs to: correlation, the causing message, the trace."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageContext:
    """`message_id` is the message being handled, None for an HTTP request or a schedule."""

    correlation_id: str | None = None
    message_id: str | None = None
    traceparent: str | None = None


_NONE = MessageContext()
_CURRENT: ContextVar[MessageContext] = ContextVar("message_context", default=_NONE)


def current_message() -> MessageContext:
    """The context of the running task."""
    return _CURRENT.get()


class message_context:  # noqa: N801 - used like a function; a generator would cost as much as a small handler
    """Run the block as part of `context`."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: MessageContext) -> None:
        self._context = context

    def __enter__(self) -> None:
        self._token = _CURRENT.set(self._context)

    def __exit__(self, *_: object) -> None:
        _CURRENT.reset(self._token)
