"""Asks a local process whether it is ready, without any client library."""

from __future__ import annotations

import http.client

import psutil

OK = 200


def answers_http(port: int, path: str = "/readyz", *, seconds: float = 4.0) -> bool:
    """Whether 127.0.0.1:`port` answers `path` with 200."""
    return http_status(port, path, seconds=seconds) == OK


def http_status(port: int, path: str, *, seconds: float = 4.0) -> int | None:
    """The status of a GET, None when nothing answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def listens(pid: int, port: int) -> bool:
    """Whether process `pid` listens on `port`; True where the system does not let us see."""
    try:
        sockets = psutil.Process(pid).net_connections("tcp")
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
    return any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in sockets)
