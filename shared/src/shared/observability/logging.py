"""Structured logs: one JSON object per line on standard output, event name plus fields."""

from __future__ import annotations

import json
import logging
import sys

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from shared.observability.causes import traceback_of
from shared.observability.context import current_message

PERSONAL_FIELDS = frozenset(
    {"name", "email", "text", "words", "handle", "password", "token", "secret", "authorization", "phone", "address"}
)
"""Fields whose value never reaches a log, whoever logs it."""


def configure_logging(service: str, level: str = "INFO") -> None:
    """Send structlog and standard-library logs of this process through one JSON formatter.

    Every line carries `service`, `level`, `timestamp` and, where known, `correlation_id` and `message_id`.
    Uvicorn's own access log is silenced: `shared.web` writes a structured one. `level` is a name such as INFO.
    """
    threshold = logging.getLevelNamesMapping()[level.upper()]
    steps: list[Processor] = [
        structlog.stdlib.add_log_level,
        _with_context(service),
        _without_personal_data,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(traceback_of),
    ]
    renderer = structlog.processors.JSONRenderer(serializer=_to_json)
    structlog.configure(
        processors=[*steps, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *steps],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(threshold, logging.INFO))
    for library in ("uvicorn", "uvicorn.error"):
        logging.getLogger(library).handlers.clear()
        logging.getLogger(library).propagate = True
    logging.getLogger("uvicorn.access").handlers.clear()
    logging.getLogger("uvicorn.access").propagate = False
    logging.getLogger("httpx").setLevel(logging.WARNING)


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)  # one for all lines: making one costs as much as using it


def _to_json(event: EventDict, **_unused: object) -> str:
    return _ENCODER.encode(event)


def _with_context(service: str) -> Processor:
    def bind(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        context = current_message()
        event.setdefault("service", service)
        if context.correlation_id is not None:
            event.setdefault("correlation_id", context.correlation_id)
        if context.message_id is not None:
            event.setdefault("message_id", context.message_id)
        return event

    return bind


def _without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for field in PERSONAL_FIELDS & event.keys():
        event[field] = "[withheld]"
    return event
