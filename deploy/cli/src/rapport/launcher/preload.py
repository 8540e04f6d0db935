"""What every service imports anyway. Imported once in the fork server; a service then starts in a fraction of the time
and shares this memory with the others.
"""

import ctypes
import gc
import signal
from contextlib import suppress
from importlib import import_module

from rapport.embedded.tether import PR_SET_PDEATHSIG

MODULES = (
    "aiokafka",
    "asyncpg",
    "fastapi",
    "httpx",
    "jinja2",
    "shared.auth.client",
    "shared.contracts.catalog",
    "shared.db.engine",
    "shared.messaging.worker",
    "shared.observability",
    "shared.web.app",
    "shared.web.idempotency",
    "shared.web.pages",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "yaml",
)

for module in MODULES:
    import_module(module)
gc.collect()
gc.freeze()  # the collector of a child need not touch, and so copy, what all share
with suppress(AttributeError):  # only Linux has it
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)  # else its children would keep it alive
