"""A closed-loop HTTP load: so many clients, each asks again as soon as it is answered."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import cast

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measured:
    """`rate` in requests per second, latencies in milliseconds."""

    requests: int
    rate: float
    p50: float
    p99: float


class _Client(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], until: float, seconds: list[float]) -> None:
        self._requests = requests
        self._until = until
        self._seconds = seconds
        self._buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, end)
        if length is None or len(self._buffer) < end + 4 + int(length.group(1)):
            return
        if not self._buffer.startswith(b"HTTP/1.1 200"):
            self._end(RuntimeError(self._buffer[:500].decode("latin-1")))
            return
        self._buffer = b""
        now = time.perf_counter()
        self._seconds.append(now - self._asked)
        if now < self._until:
            self._ask()
        else:
            self._end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionError("the server closed the connection"))

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        self._transport.write(next(self._requests))

    def _end(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error) if error else self.done.set_result(None)
            self._transport.close()


def get(path: str, headers: Mapping[str, str]) -> bytes:
    """A request, ready for the wire."""
    return _request("GET", path, headers)


def post(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A request with a JSON body, ready for the wire."""
    given = {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    return _request("POST", path, given) + body


async def load(ports: Sequence[int], requests: Sequence[bytes], *, clients: int, seconds: float) -> Measured:
    """Send the requests in turn for `seconds`, the clients dealt out to the ports.

    Every client begins elsewhere in the row. Raises RuntimeError on any answer that is not 200.
    """
    latencies: list[float] = []
    started = time.perf_counter()
    loop = asyncio.get_running_loop()

    def client(number: int) -> _Client:
        begin = number * len(requests) // clients
        return _Client(islice(cycle(requests), begin, None), started + seconds, latencies)

    pairs = [
        await loop.create_connection(lambda number=number: client(number), "127.0.0.1", ports[number % len(ports)])
        for number in range(clients)
    ]
    await asyncio.gather(*(client.done for _, client in pairs))
    elapsed = time.perf_counter() - started
    centiles = statistics.quantiles(latencies, n=100)
    return Measured(len(latencies), len(latencies) / elapsed, centiles[49] * 1000, centiles[98] * 1000)


def _request(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
