"""The OpenTelemetry SDK, loaded only by a process that records its spans."""

from __future__ import annotations

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter


def to_collector(endpoint: str) -> SpanExporter:
    """Sends to the OTLP/HTTP base URL `endpoint`."""
    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")


def provider(service: str, exporter: SpanExporter) -> TracerProvider:
    """Records spans of `service` in the background; what is left is sent when the process ends."""
    made = TracerProvider(resource=Resource.create({"service.name": service}))
    made.add_span_processor(BatchSpanProcessor(exporter))
    return made
