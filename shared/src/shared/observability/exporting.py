"""The OpenTelemetry SDK, loaded only by a process that records its spans."""

from __future__ import annotations

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Tracer


def to_collector(endpoint: str) -> SpanExporter:
    """Sends to the OTLP/HTTP base URL `endpoint`."""
    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")


def tracer(service: str, exporter: SpanExporter) -> Tracer:
    """Records spans of `service` in the background; what is left is sent when the process ends."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider.get_tracer("rapport")
