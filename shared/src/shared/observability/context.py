"""What the work at hand belongs to: correlation, the causing message, the trace."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
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


@contextmanager
def message_context(context: MessageContext) -> Generator[None]:
    """Run the block as part of `context`."""
    token = _CURRENT.set(context)
    try:
        yield
    finally:
        _CURRENT.reset(token)
