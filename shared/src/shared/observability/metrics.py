"""Prometheus metrics that every process shares. One process is one service, so no label repeats its name.

Use::

    from shared.observability import metrics
    metrics.HANDLER_SECONDS.labels(type=envelope.type).observe(seconds)
"""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)

OUTBOX_OLDEST_SECONDS = Gauge("rapport_outbox_oldest_seconds", "Age of the oldest unpublished outbox row")
OUTBOX_WAITING = Gauge("rapport_outbox_waiting", "Outbox rows not yet published")
OUTBOX_PUBLISHED = Counter("rapport_outbox_published_total", "Outbox rows acknowledged by the broker", ["topic"])
OUTBOX_FAILED = Counter("rapport_outbox_failed_total", "Attempts to publish a row that failed", ["topic"])

CONSUMER_LAG = Gauge("rapport_consumer_lag", "Messages behind the end of the partition", ["topic", "partition"])
CONSUMER_STALLS = Counter("rapport_consumer_stalls_total", "Failed attempts to bury a message", ["topic"])
DEAD_LETTERS = Counter("rapport_dead_letters_total", "Messages sent to a dead-letter topic", ["topic"])
MESSAGES_SKIPPED = Counter("rapport_messages_skipped_total", "Messages of a type nobody here handles", ["topic"])
PARKED_KEYS = Gauge("rapport_parked_keys", "Keys whose events wait behind a dead letter", ["topic"])
INBOX_DUPLICATES = Counter("rapport_inbox_duplicates_total", "Messages dropped because they were handled before")
HANDLER_SECONDS = Histogram("rapport_handler_seconds", "Time a handler took", ["type"], buckets=_FAST)
HANDLER_RETRIES = Counter("rapport_handler_retries_total", "Attempts repeated after a transient error", ["type"])
HANDLER_REFUSALS = Counter("rapport_handler_refusals_total", "Messages a business rule refused", ["type", "code"])

SCHEDULE_RUNS = Counter("rapport_schedule_runs_total", "Runs of a schedule by result", ["schedule", "result"])

HTTP_SECONDS = Histogram(
    "rapport_http_request_seconds", "Time a request took", ["method", "route", "status"], buckets=_FAST
)

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition() -> bytes:
    """Everything measured so far, in the Prometheus text format (`CONTENT_TYPE`)."""
    return generate_latest(REGISTRY)
